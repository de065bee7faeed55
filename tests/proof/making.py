"""Make the proof's world: organisations, people, their rows and their conventions (tests/proof/world.py)."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.models import (
    DeviceActivation,
    DeviceSession,
    Invitation,
    LandlordGroup,
    Membership,
    Organisation,
    User,
)
from accounts.principal import from_membership
from accounts.roles import ROLES
from gis.territories.models import Territory
from sharing.notices.models import Notice
from sharing.receipts.models import Receipt
from tenants.imports import services as imports
from tenants.jobs.models import Job
from tenants.stock.models import AgencyAttachment, SiteAssignment
from tests.cast import X0, Y0, make_territories
from tests.proof.agreements import Agreements
from tests.proof.planting import OWNER, Ground, plant
from tests.proof.world import (
    COORDINATION_ROLES,
    LANDLORD_ROLES,
    PARTNER_ROLES,
    RELATIONS,
    Reader,
    World,
    kept,
)


def make_world(relations: Sequence[str] = RELATIONS, landlords_each: int = 2) -> World:
    """Make everything and commit it, as the owner."""
    world = World()
    with_owner = _Maker(world)
    with_owner.make(relations, landlords_each)
    return world


class _Maker(Agreements):
    def make(self, relations: Sequence[str], landlords_each: int) -> None:
        world = self.world
        departement, communes, neighbourhood = make_territories()
        # Read again by the owner's connection: rows of two connections do not mix.
        wanted = (departement, communes[0], neighbourhood)
        world.territories = [Territory.objects.using(OWNER).get(pk=each.pk) for each in wanted]
        home = self.organisation("landlord", "Domicile", "home")
        police = self.organisation("partner", "Police", "police", partner_category="police")
        coordination = self.organisation("coordinator", "Coordination", "coordination")
        world.partner = police
        self.readers_of(home, LANDLORD_ROLES)
        self.readers_of(police, PARTNER_ROLES)
        self.readers_of(coordination, COORDINATION_ROLES)
        operator = self.organisation("operator", "Exploitation", "operator")
        self.reader("O", "operator", operator, "operator", staff=True)
        self.plant_home(home)
        for relation in relations:
            landlords = [
                self.organisation("landlord", f"Bailleur {relation} {number}", f"{relation}-{number}")
                for number in range(1, landlords_each + 1)
            ]  # fmt: skip
            for number, landlord in enumerate(landlords, 1):
                member = self.member(landlord, "landlord_admin")
                self.plant(f"{relation}-{number}", landlord, member)
                self.bystander(landlord)
            holder = (
                coordination
                if relation != "stranger"
                else self.organisation("coordinator", "Coordination lointaine", "far")
            )
            self.convention(relation, landlords, home, police, holder)
        self.strangers(world.landlords["stranger-1"])

    # --- people and organisations

    def organisation(
        self, kind: str, name: str, label: str, *, partner_category: str = ""
    ) -> Organisation:
        made: Organisation = Organisation.objects.using(OWNER).create(
            kind=kind, name=name, short_name=name[:40], partner_category=partner_category,
            group=LandlordGroup.objects.using(OWNER).create(name=f"Groupe {label}") if kind == "landlord" else None,
        )  # fmt: skip
        if kind == "landlord":
            self.world.landlords[label] = made
        return made

    def member(
        self,
        organisation: Organisation,
        role: str,
        *,
        staff: bool = False,
        departements: Sequence[str] = ("99",),
    ) -> Membership:
        user = User(email=f"{uuid.uuid4().hex[:12]}@exemple.test", display_name=f"{role} de {organisation.short_name}",
                    is_staff=staff, is_superuser=staff, password=make_password(None))  # fmt: skip
        user.save(using=OWNER)
        codes = list(departements) if ROLES[role].by_departement else []
        made: Membership = Membership.objects.using(OWNER).create(
            user=user, organisation=organisation, role_code=role, departement_codes=codes
        )
        return made

    def reader(
        self,
        letter: str,
        label: str,
        organisation: Organisation,
        role: str,
        *,
        bound: bool = True,
        staff: bool = False,
        departements: Sequence[str] = ("99",),
    ) -> Reader:
        membership = self.member(organisation, role, staff=staff, departements=departements)
        made = Reader(letter, label, organisation, membership, bound)
        self.world.readers[label] = made
        return made

    def readers_of(self, organisation: Organisation, roles: dict[str, str]) -> None:
        for letter, role in roles.items():
            self.reader(letter, role, organisation, role)
        self.bystander(organisation)

    def bystander(self, organisation: Organisation) -> None:
        """A colleague, an invitation and a job: what pages about people and jobs name by number or key."""
        book, owner = self.world.book, f"org-{organisation.pk}"
        colleague = self.member(
            organisation,
            {"landlord": "caretaker", "partner": "partner_reader", "coordinator": "coordinator"}[
                organisation.kind
            ],
        )
        invitation = Invitation.objects.using(OWNER).create(
            organisation=organisation, email=f"{book.text(owner, 'accounts_invitation.email')}@exemple.test",
            display_name=book.text(owner, "accounts_invitation.display_name"), role_code=colleague.role_code,
            secret_sha256=uuid.uuid4().hex * 2, invited_by=colleague.user, expires_at=timezone.now() + dt.timedelta(days=3),
        )  # fmt: skip
        job = Job(
            key=book.key(owner, "tenants_job.key"), kind=imports.JOB_KIND, organisation=organisation,
            principal=from_membership(colleague).as_json(), state="done", message=book.text(owner, "tenants_job.message"),
            payload={"texte": book.text(owner, "tenants_job.payload")}, result={"texte": book.text(owner, "tenants_job.result")},
            **({"membership_id": colleague.pk} if hasattr(Job, "membership_id") else {}),
        )  # fmt: skip
        job.save(using=OWNER)
        self.world.own[organisation.pk] = {
            "membership": colleague, "invitation": invitation, "job": job, **self.carried(owner, organisation, colleague),
        }  # fmt: skip

    def carried(
        self, owner: str, organisation: Organisation, colleague: Membership
    ) -> dict[str, Any]:
        """A telephone, one that is offered, and a copy of a file that left."""
        book, soon = self.world.book, timezone.now() + dt.timedelta(days=3)
        activation = DeviceActivation(
            membership=colleague,
            secret_sha256=uuid.uuid4().hex * 2,
            created_by=colleague.user,
            expires_at=soon,
        )
        activation.save(using=OWNER)
        device = DeviceSession(
            key=book.key(owner, "accounts_devicesession.key"),
            membership=colleague,
            expires_at=soon,
            label=book.text(owner, "accounts_devicesession.label"),
            secret_sha256=uuid.uuid4().hex * 2,
        )
        device.save(using=OWNER)
        path, text = kept("copies", book.text(owner, "sharing_receipt.file"))
        readers = [
            each for each in self.world.readers.values() if each.organisation == organisation
        ]
        asker = readers[0].membership if readers else colleague
        assert asker is not None
        receipt = Receipt(
            key=book.key(owner, "sharing_receipt.key"), number=f"P{len(book.texts)}", kind="report", organisation=organisation,
            title=book.text(owner, "sharing_receipt.title"), membership_id=asker.pk, role_code=asker.role_code, detail="",
            file_name=f"{book.text(owner, 'sharing_receipt.file_name')}.csv", media_type="text/csv",
            path=path, sha256=hashlib.sha256(text).hexdigest(), size=len(text),
            expires_at=soon,
        )  # fmt: skip
        receipt.save(using=OWNER)
        notice = Notice(
            key=book.key(owner, "sharing_notice.key"), cause=uuid.uuid4().hex, organisation=organisation, sender=organisation,
            title=book.text(owner, "sharing_notice.title"), text=book.text(owner, "sharing_notice.text"),
        )  # fmt: skip
        notice.save(using=OWNER)
        return {"activation": activation, "device": device, "receipt": receipt, "notice": notice}

    def strangers(self, landlord: Organisation) -> None:
        parquet = self.organisation("partner", "Parquet", "parquet", partner_category="parquet")
        other = self.organisation("coordinator", "Autre coordination", "other")
        self.reader("A", "a landlord bound by nothing", landlord, "landlord_admin", bound=False)
        self.reader("C", "a partner bound by nothing", parquet, "partner_correspondent", bound=False)  # fmt: skip
        self.reader("Y", "a coordination of others", other, "coordinator", bound=False)
        coordination = self.world.readers["coordination_admin"].organisation
        assert coordination is not None
        self.reader("Y", "a coordinator of another département", coordination, "coordinator", bound=False,
                    departements=("98",))  # fmt: skip
        self.bystander(parquet)
        self.bystander(other)
        nobody = self.reader("n", "a person without organisation", parquet, "partner_reader", bound=False)  # fmt: skip
        assert nobody.membership is not None
        nobody.membership.until = self.today - dt.timedelta(days=1)
        nobody.membership.since = self.today - dt.timedelta(days=9)
        nobody.membership.save(using=OWNER)
        home = self.world.readers["landlord_admin"].organisation
        assert home is not None
        suspended = self.reader("s", "a suspended administrator", home, "landlord_admin", bound=False)  # fmt: skip
        assert suspended.membership is not None
        suspended.membership.suspended_at = timezone.now()
        suspended.membership.save(using=OWNER)
        self.world.readers["nobody"] = Reader("-", "nobody", None, None, bound=False)

    # --- rows

    def plant(self, owner: str, landlord: Organisation, member: Membership) -> dict[str, Any]:
        number = len(self.world.rows)
        corner = (X0 + 1_211 + 13 * (number % 60), Y0 + 1_317 + 29 * (number % 30))
        ground = Ground(self.world.book, owner, landlord, member.user, member, corner, self.world.territories)  # fmt: skip
        self.world.rows[owner] = plant(ground)
        return self.world.rows[owner]

    def plant_home(self, home: Organisation) -> None:
        """Two sites in two agencies: one within everybody's reach, one out of some roles'."""
        people = self.world.readers
        admin = people["landlord_admin"].membership
        assert admin is not None
        mine = self.plant("home", home, admin)
        self.plant("elsewhere", home, admin)
        for role in ("agency_director", "sector_head"):
            AgencyAttachment(
                landlord=home, membership=people[role].membership, agency=mine["tenants_agency"]
            ).save(using=OWNER)
        SiteAssignment(
            landlord=home, membership=people["caretaker"].membership, site=mine["tenants_site"]
        ).save(using=OWNER)
