"""The fixed cast of the tests: invented organisations and addresses, people named by their function.

Bailleur Amandier and Bailleur Bouleau (two groups), each with two agencies and sites in the invented département 99;
the police of the département, to which a live convention gives `site` from level 3; the parquet, bound by nothing
(the stranger); one coordination.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.test import Client
from django.utils import timezone

from accounts.models import LandlordGroup, Membership, Organisation, User
from accounts.principal import Principal, from_membership
from accounts.roles import ROLES
from gis.territories.models import Territory
from sharing.conventions import services
from sharing.conventions.models import Annex, AnnexLine, Convention, Party, Signature
from sharing.details import Detail
from tenants.access import landlord_scope
from tenants.stock.models import Agency, AgencyAttachment, Site, SiteAssignment
from tenants.wall.context import Scope, open_scope

X0, Y0 = 650_000, 6_860_000  # south-west corner of the invented département, EPSG:2154
KM = 1_000


@dataclass
class Member:
    """Somebody who acts for an organisation."""

    user: User
    membership: Membership

    @property
    def principal(self) -> Principal:
        """As the product sees it."""
        return from_membership(self.membership)

    def client(self) -> Client:
        """A browser in which the member is logged in."""
        client = Client()
        client.force_login(self.user, backend="django.contrib.auth.backends.ModelBackend")
        return client


@dataclass
class Landlord:
    """A landlord, its people, its sites by code."""

    organisation: Organisation
    admin: Member
    security: Member
    director: Member
    caretaker: Member
    agencies: list[Agency]
    sites: dict[str, Site] = field(default_factory=dict)


@dataclass
class Cast:
    """Everybody."""

    amandier: Landlord
    bouleau: Landlord
    police: Member
    parquet: Member
    coordinator: Member
    convention: Convention
    departement: Territory
    communes: list[Territory]
    neighbourhood: Territory


def square(x: float, y: float, side: float) -> MultiPolygon:
    """A square in EPSG:2154, metres."""
    return MultiPolygon(Polygon.from_bbox((x, y, x + side, y + side)), srid=2154)


def make_territories() -> tuple[Territory, list[Territory], Territory]:
    """A département of 4 communes of 5 km, and one QPV in the first."""
    departement = Territory(
        kind="departement",
        code="99",
        name="Val-d’Orsen",
        vintage=2024,
        departement_code="99",
        geom=square(X0, Y0, 10 * KM),
    )
    communes = [
        Territory(
            kind="commune", code=f"9900{number + 1}", name=name, vintage=2024, departement_code="99",
            commune_codes=[f"9900{number + 1}"],
            geom=square(X0 + (number % 2) * 5 * KM, Y0 + (number // 2) * 5 * KM, 5 * KM),
        )
        for number, name in enumerate(["Aubépine", "Bruyère", "Charmille", "Douve"])
    ]  # fmt: skip
    neighbourhood = Territory(
        kind="qpv", code="QN09901M", name="Les Tilleuls", vintage=2024, departement_code="99", commune_codes=["99001"],
        geom=square(X0 + KM, Y0 + KM, KM),
    )  # fmt: skip
    for territory in [departement, *communes, neighbourhood]:
        territory.save()
    return departement, communes, neighbourhood


def make_member(organisation: Organisation, role_code: str, name: str) -> Member:
    """Somebody in a role."""
    user = User.objects.create_user(f"{uuid.uuid4().hex[:12]}@exemple.test", display_name=name)
    return Member(
        user,
        Membership.objects.create(
            user=user,
            organisation=organisation,
            role_code=role_code,
            departement_codes=["98", "99"] if ROLES[role_code].by_departement else [],
        ),
    )


def make_site(
    landlord: Landlord, code: str, territories: list[Territory], *, level: int | None = None, agency: int = 0,
    dwellings: int = 60, x: float = X0 + 1_500, y: float = Y0 + 1_500,
) -> Site:  # fmt: skip
    """A site of the landlord, already published at `level` where one is given. Opens the landlord's scope."""
    today = timezone.localdate()
    kinds = {territory.kind: territory.code for territory in territories}
    with landlord_scope(landlord.admin.principal):
        site = Site.objects.create(
            landlord=landlord.organisation, code=code, name=f"Résidence {code}", agency=landlord.agencies[agency],
            address=f"{len(code)} rue des {code}", postcode="99100", commune_name="Aubépine", dwellings=dwellings,
            geom=Point(x, y, srid=2154), departement_code="99", commune_code=kinds.get("commune", ""),
            qpv_code=kinds.get("qpv", ""), territory_ids=[territory.pk for territory in territories],
            placement=Site.Placement.GEOMETRY, current_level=level, published_level=level,
            current_on=today if level else None, published_on=today if level else None,
        )  # fmt: skip
    landlord.sites[code] = site
    return site


def make_landlord(name: str, group: str) -> Landlord:
    """A landlord with its people and two agencies."""
    organisation = Organisation.objects.create(
        kind="landlord", name=f"Bailleur {name}", short_name=name, group=LandlordGroup.objects.create(name=group),
        contact_label="Référent sûreté", contact_email=f"surete@{name.lower()}.test", contact_phone="01 99 00 00 00",
    )  # fmt: skip
    people = {
        role: make_member(organisation, role, label)
        for role, label in [
            ("landlord_admin", "Administration"),
            ("security_direction", "Direction sécurité"),
            ("agency_director", "Direction de l’agence Nord"),
            ("caretaker", "Gardien de la résidence"),
        ]
    }
    landlord = Landlord(
        organisation,
        people["landlord_admin"],
        people["security_direction"],
        people["agency_director"],
        people["caretaker"],
        [],
    )
    with landlord_scope(landlord.admin.principal):
        landlord.agencies = [
            Agency.objects.create(landlord=organisation, code=code, name=f"Agence {code}")
            for code in ("Nord", "Sud")
        ]
        AgencyAttachment.objects.create(
            landlord=organisation,
            membership=landlord.director.membership,
            agency=landlord.agencies[0],
        )
    return landlord


def make_convention(
    coordinator: Member, parties: list[Organisation], departement: Territory, lines: list[AnnexLine],
    *, starts_on: dt.date | None = None, ends_on: dt.date | None = None,
) -> Convention:  # fmt: skip
    """A convention in force, signed by all its parties, with those annex lines. Opens the coordination's scope."""
    today = timezone.localdate()
    with open_scope(
        Scope("coordinator", coordinator.membership.organisation_id, coordinator.user.pk)
    ):
        convention = Convention.objects.create(
            name="Convention du Val-d’Orsen", coordinator=coordinator.membership.organisation,
            departement_codes=[departement.code], starts_on=starts_on or today - dt.timedelta(days=100),
            ends_on=ends_on or today + dt.timedelta(days=265), state=Convention.State.ACTIVE,
        )  # fmt: skip
        annex = Annex.objects.create(
            convention=convention, number=1, state=Annex.State.IN_FORCE, in_force_at=timezone.now()
        )
        for line in lines:
            line.convention, line.annex = convention, annex
            line.save()
        for organisation in parties:
            Party.objects.create(
                convention=convention, organisation=organisation, correspondent="Correspondant"
            )
            Signature.objects.create(
                convention=convention, organisation=organisation, annex=annex, signatory="La direction",
                signatory_function="Direction générale", signed_on=convention.starts_on,
            )  # fmt: skip
    return convention


@contextmanager
def amended(cast: Cast) -> Iterator[Annex]:
    """A new version of the annex, to be changed in the block; then it is in force, signed by all who had signed.

    A signed annex never changes: this is how a test gives other lines to the cast's convention. Opens the
    coordination's scope.
    """
    coordinator = cast.coordinator
    with open_scope(
        Scope("coordinator", coordinator.membership.organisation_id, coordinator.user.pk)
    ):
        before = Annex.objects.get(convention=cast.convention, state=Annex.State.IN_FORCE)
        draft = services.start_version(cast.convention)
        yield draft
        services.propose(draft)
        for signature in Signature.objects.filter(annex=before, withdrawn_at__isnull=True):
            Signature.objects.create(
                convention=cast.convention, organisation_id=signature.organisation_id, annex=draft,
                signatory=signature.signatory, signatory_function=signature.signatory_function,
                signed_on=signature.signed_on, cap=signature.cap,
            )  # fmt: skip
        services.put_in_force(draft)


def make_cast() -> Cast:
    """Make everybody."""
    departement, communes, neighbourhood = make_territories()
    amandier = make_landlord("Amandier", "Groupe A")
    bouleau = make_landlord("Bouleau", "Groupe B")
    in_qpv = [departement, communes[0], neighbourhood]
    for landlord in (amandier, bouleau):
        for level in (1, 2, 3, 4):
            make_site(landlord, f"N{level}", in_qpv, level=level, x=X0 + 1_100 + 200 * level)
        make_site(landlord, "S3", [departement, communes[1]], level=3, agency=1, x=X0 + 6_000)
        make_site(landlord, "S0", [departement, communes[1]], agency=1, x=X0 + 7_000)
        with landlord_scope(landlord.admin.principal):
            SiteAssignment.objects.create(
                landlord=landlord.organisation,
                membership=landlord.caretaker.membership,
                site=landlord.sites["N3"],
            )
    police = Organisation.objects.create(
        kind="partner",
        name="Police du Val-d’Orsen",
        short_name="Police 99",
        partner_category="police",
    )
    parquet = Organisation.objects.create(
        kind="partner", name="Parquet d’Orsen", short_name="Parquet 99", partner_category="parquet"
    )
    aorif = Organisation.objects.create(
        kind="coordinator", name="Coordination d’Orsen", short_name="Coordination"
    )
    coordinator = make_member(aorif, "coordinator", "Coordination départementale")
    line = AnnexLine(
        reader=AnnexLine.Reader.CATEGORY,
        category="police",
        territory=departement,
        min_level=3,
        detail=Detail.SITE,
    )
    parties = [amandier.organisation, bouleau.organisation, police]
    return Cast(
        amandier=amandier,
        bouleau=bouleau,
        police=make_member(police, "partner_correspondent", "Correspondant police"),
        parquet=make_member(parquet, "partner_reader", "Magistrat référent"),
        coordinator=coordinator,
        convention=make_convention(coordinator, parties, departement, [line]),
        departement=departement,
        communes=communes,
        neighbourhood=neighbourhood,
    )
