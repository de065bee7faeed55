"""Write the generated stock: landlords and their people, sites, one convention that lets partners read, history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from django.contrib.auth.hashers import make_password
from django.db import connections, transaction
from django.utils import timezone

from accounts.models import LandlordGroup, Membership, Organisation, User
from gis.territories.models import LAMBERT_93, Territory
from orsen.demo.chance import Ints, generator, shares
from orsen.generated.bulk import bare, copy_rows
from orsen.generated.history import write_history
from orsen.generated.places import Land, Places, draw_places, read_land
from sharing.conventions.models import Annex, AnnexLine, Convention, Party, Signature
from sharing.details import Detail
from tenants.stock.models import Agency

DOMAIN: Final = "patrimoine.test"
SITES_PER_AGENCY: Final = 400
LEVEL_ODDS: Final = (0.06, 0.52, 0.26, 0.11, 0.05)  # not rated, then 1 to 4
LEVEL_ODDS_QPV: Final = (0.04, 0.30, 0.33, 0.21, 0.12)
KINDS: Final = ("rue", "avenue", "allée", "square", "place", "impasse")
NAMES: Final = (
    "des Tilleuls", "du Moulin", "des Écoles", "de la Fontaine", "des Peupliers", "du Stade", "des Lilas", "du Canal",
    "des Vignes", "de la Gare", "des Cerisiers", "du Parc", "des Acacias", "de l’Église", "du Belvédère", "des Saules",
)  # fmt: skip
SITE_COLUMNS: Final = (
    "id", "landlord_id", "key", "code", "name", "agency_id", "sector", "address", "postcode", "commune_name",
    "dwellings", "state", "created_at", "geom", "departement_code", "commune_code", "iris_code", "qpv_code",
    "territory_ids", "placement", "current_level", "current_on", "published_level", "published_on",
)  # fmt: skip
Say = Callable[[str], None]


@dataclass(frozen=True)
class Wanted:
    """How much of everything."""

    sites: int
    landlords: int
    assessments: int
    seed: int


@dataclass(frozen=True)
class People:
    """Who is there."""

    landlords: list[Organisation]
    raters: dict[int, int]  # by landlord, the person who rates


def generate(wanted: Wanted, say: Say) -> None:
    """Write everything in one transaction of the owner. Raises NoGroundError without territories."""
    land = read_land()
    say(f"Tirage de {wanted.sites} sites sur {len(land.ids)} territoires")
    places = draw_places(wanted.seed, land, wanted.sites)
    with transaction.atomic("owner"):
        say(f"Organismes et convention ({wanted.landlords} bailleurs)")
        people = make_people(wanted.landlords)
        make_convention(people, land)
        say("Sites")
        with connections["owner"].cursor() as cursor:
            write_sites(cursor, wanted, people, land, places)
            say(f"Historique ({wanted.assessments} cotations)")
            write_history(cursor, people.raters, wanted.assessments, wanted.sites)
            cursor.execute(
                "SELECT move_data_version(id, true, false) FROM accounts_organisation WHERE kind = 'landlord'"
            )
    say("Statistiques du planificateur")
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")


def make_people(count: int) -> People:
    """Landlords of groups of one to four, with one administration each."""
    groups = [
        LandlordGroup.objects.using("owner").create(name=f"Groupe {number + 1:03d}")
        for number in range(max(3, count * 2 // 3))
    ]
    landlords = Organisation.objects.using("owner").bulk_create(
        Organisation(
            kind="landlord", name=f"Bailleur {number + 1:03d}", short_name=f"B{number + 1:03d}",
            group=groups[number % len(groups)], contact_label="Référent sûreté",
        )
        for number in range(count)
    )  # fmt: skip
    users = User.objects.using("owner").bulk_create(
        User(email=f"bailleur{number + 1:03d}@{DOMAIN}", display_name="Administration", password=make_password(None))
        for number in range(count)
    )  # fmt: skip
    Membership.objects.using("owner").bulk_create(
        Membership(user=user, organisation=landlord, role_code="landlord_admin")
        for user, landlord in zip(users, landlords, strict=True)
    )
    return People(
        landlords, {each.pk: user.pk for each, user in zip(landlords, users, strict=True)}
    )


def make_convention(people: People, land: Land) -> None:
    """One convention of everybody: a prefecture reads every published level, the police from level 3."""
    owner = "owner"
    coordinator = Organisation.objects.using(owner).create(
        kind="coordinator", name="Coordination", short_name="Coordination"
    )
    readers = [
        Organisation.objects.using(owner).create(
            kind="partner", name=name, short_name=name, partner_category=category
        )
        for name, category in (("Préfecture de région", "prefecture"), ("Police", "police"))
    ]
    for number, reader in enumerate(readers):
        user = User.objects.using(owner).create(
            email=f"partenaire{number + 1}@{DOMAIN}",
            display_name="Correspondance",
            password=make_password(None),
        )
        Membership.objects.using(owner).create(
            user=user, organisation=reader, role_code="partner_correspondent"
        )
    today = timezone.localdate()
    departements = sorted({land.departements[at] for at in land.of_kind("commune")})
    convention = Convention.objects.using(owner).create(
        name="Convention générale", coordinator=coordinator, departement_codes=departements,
        starts_on=today - dt.timedelta(days=365), ends_on=today + dt.timedelta(days=730),
        state=Convention.State.ACTIVE,
    )  # fmt: skip
    annex = Annex.objects.using(owner).create(
        convention=convention, number=1, state=Annex.State.IN_FORCE, in_force_at=timezone.now()
    )
    kind = "departement" if len(land.of_kind("departement")) else "commune"
    for at in land.of_kind(kind):
        for reader, least in zip(readers, (1, 3), strict=True):
            AnnexLine.objects.using(owner).create(
                convention=convention, annex=annex, reader=AnnexLine.Reader.CATEGORY,
                category=reader.partner_category, min_level=least, detail=Detail.SITE,
                territory=Territory.objects.using(owner).get(pk=land.ids[at]),
            )  # fmt: skip
    for organisation in [*people.landlords, *readers]:
        Party.objects.using(owner).create(convention=convention, organisation=organisation)
        Signature.objects.using(owner).create(
            convention=convention, organisation=organisation, annex=annex, signatory="La direction",
            signatory_function="Direction générale", signed_on=convention.starts_on,
        )  # fmt: skip


def landlord_sizes(sites: int, landlords: int) -> Ints:
    """Sites of each landlord: a few hold much, most hold little, as in France."""
    rank = np.arange(landlords, dtype=np.float64)
    return shares(sites, 1 / (rank + 3) ** 0.9, 1)


def write_sites(cursor: Any, wanted: Wanted, people: People, land: Land, places: Places) -> None:
    """COPY every site; sites next to each other tend to have the same landlord, as estates do."""
    random = generator(wanted.seed, "sites")
    sizes = landlord_sizes(wanted.sites, len(people.landlords))
    # Estates are in a row: runs of them go to one landlord, in random order.
    runs = np.repeat(np.arange(len(sizes)), sizes)
    blocks = np.array_split(runs, max(1, wanted.sites // 60))
    order = random.permutation(len(blocks))
    landlord = np.concatenate([blocks[at] for at in order])
    agencies = make_agencies(people, sizes)
    with bare(cursor, "tenants_site"):
        rows = site_rows(random, people, land, places, landlord, agencies)
        copy_rows(cursor, "tenants_site", SITE_COLUMNS, rows)
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('tenants_site', 'id'), (SELECT max(id) FROM tenants_site))"
        )


def make_agencies(people: People, sizes: Ints) -> list[list[int]]:
    """Ids of each landlord's agencies."""
    found = []
    for each, size in zip(people.landlords, sizes.tolist(), strict=True):
        made = Agency.objects.using("owner").bulk_create(
            Agency(landlord=each, code=f"A{number + 1:02d}", name=f"Agence {number + 1}")
            for number in range(max(1, size // SITES_PER_AGENCY))
        )
        found.append([agency.pk for agency in made])
    return found


def site_rows(
    random: np.random.Generator,
    people: People,
    land: Land,
    places: Places,
    landlord: Ints,
    agencies: list[list[int]],
) -> Iterator[tuple[Any, ...]]:
    """One row a site."""
    count = len(landlord)
    odds = np.where((places.qpv >= 0)[:, None], LEVEL_ODDS_QPV, LEVEL_ODDS).cumsum(axis=1)
    level = (random.random(count)[:, None] > odds[:, :-1]).sum(axis=1)
    hidden = random.random(count) < 0.08
    dwellings = np.clip(random.lognormal(3.8, 0.7, count), 4, 900).astype(np.int64)
    spots = shapely.set_srid(shapely.points(places.x, places.y), LAMBERT_93)
    shapes = shapely.to_wkb(spots, hex=True, include_srid=True)
    keys = random.bytes(16 * count)
    today = timezone.localdate()
    rated, made = today - dt.timedelta(days=60), timezone.now() - dt.timedelta(days=2_000)
    words = random.integers(0, len(NAMES), count)
    for at in range(count):
        who, commune = int(landlord[at]), int(places.commune[at])
        digits = bytearray(keys[16 * at : 16 * at + 16])
        digits[6], digits[8] = digits[6] & 0x0F | 0x40, digits[8] & 0x3F | 0x80  # a random UUID
        name = NAMES[words[at]]
        shown = None if hidden[at] or not level[at] else int(level[at])
        current = int(level[at]) or None
        yield (
            at + 1, people.landlords[who].pk, digits.hex(), f"S{at + 1:06d}", f"Résidence {name}",
            agencies[who][at % len(agencies[who])], f"Secteur {at % 6 + 1}", f"{at % 97 + 1} {KINDS[at % 6]} {name}",
            f"{land.codes[commune][:2]}000", land.names[commune], int(dwellings[at]), "managed", made, shapes[at],
            land.departements[commune], land.codes[commune],
            land.codes[places.iris[at]] if places.iris[at] >= 0 else "",
            land.codes[places.qpv[at]] if places.qpv[at] >= 0 else "",
            "{" + ",".join(map(str, places.held[at])) + "}", "geometry", current, rated if current else None,
            shown, rated if shown else None,
        )  # fmt: skip
