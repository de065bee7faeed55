"""Give places, lend them, take them back. Each counts at the person's next request and leaves a line in the journal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Invitation, Membership
from accounts.principal import Principal
from accounts.roles import ROLES
from tenants.people.models import PlaceChange, StandIn
from tenants.stock.models import Agency, AgencyAttachment, Site, SiteAssignment

PERMISSION = "sites.assign"
LONGEST_DAYS = 366
NARROW = [code for code, role in ROLES.items() if role.reach in {"agency", "assigned"}]


class PlaceError(ValueError):
    """Something that cannot be done, in a sentence for the person who asked."""


def _require(principal: Principal) -> None:
    if not principal.may(PERMISSION):
        raise PermissionError(PERMISSION)


def members(principal: Principal) -> QuerySet[Membership]:
    """The landlord's live members whose reach is by agency or by site."""
    _require(principal)
    return (
        Membership.objects.live()
        .filter(organisation_id=principal.organisation_id, role_code__in=NARROW)
        .select_related("user")
        .order_by("user__display_name", "pk")
    )


def member(principal: Principal, pk: int) -> Membership:
    """One of them. Raises PlaceError."""
    found = members(principal).filter(pk=pk).first()
    if found is None:
        raise PlaceError(
            _("Cette personne n’est pas de votre organisme, ou son rôle porte sur tous les sites.")
        )
    return found


def agencies(principal: Principal) -> QuerySet[Agency]:
    """Every agency of the landlord."""
    _require(principal)
    return Agency.objects.all()


def agencies_of(membership: Membership) -> list[Agency]:
    """The agencies that the member is attached to."""
    ids = AgencyAttachment.objects.filter(membership=membership).values("agency_id")
    return list(Agency.objects.filter(pk__in=ids))


def sites_of(membership: Membership) -> list[Site]:
    """The sites given to the member by name."""
    ids = SiteAssignment.objects.filter(membership=membership).values("site_id")
    return list(Site.objects.filter(pk__in=ids))


def sites_by_code(principal: Principal, codes: Collection[str]) -> tuple[list[Site], list[str]]:
    """The landlord's sites of these codes, and the codes that it does not know."""
    _require(principal)
    found = list(Site.objects.filter(code__in=codes))
    return found, sorted(set(codes) - {site.code for site in found})


def note(principal: Principal, kind: str, membership: Membership, detail: str) -> None:
    """A line of the journal."""
    PlaceChange.objects.create(
        kind=kind, membership=membership, by_id=principal.user_id, detail=detail[:200]
    )


@transaction.atomic
def set_agencies(principal: Principal, membership: Membership, wanted: Collection[Agency]) -> bool:
    """Attach the member to these agencies and no other. Returns whether something changed."""
    _require(principal)
    held = {each.agency_id: each for each in AgencyAttachment.objects.filter(membership=membership)}
    wanted_ids = {agency.pk for agency in wanted}
    if held.keys() == wanted_ids:
        return False
    AgencyAttachment.objects.filter(
        membership=membership, agency_id__in=held.keys() - wanted_ids
    ).delete()
    AgencyAttachment.objects.bulk_create(
        AgencyAttachment(landlord_id=principal.organisation_id, membership=membership, agency_id=pk)
        for pk in wanted_ids - held.keys()
    )
    names = ", ".join(sorted(agency.name for agency in wanted)) or "–"
    note(principal, PlaceChange.Kind.AGENCIES, membership, names)
    return True


@transaction.atomic
def set_sites(principal: Principal, membership: Membership, wanted: Collection[Site]) -> bool:
    """Give the member these sites and no other. Returns whether something changed."""
    _require(principal)
    held = set(
        SiteAssignment.objects.filter(membership=membership).values_list("site_id", flat=True)
    )
    wanted_ids = {site.pk for site in wanted}
    if held == wanted_ids:
        return False
    SiteAssignment.objects.filter(membership=membership, site_id__in=held - wanted_ids).delete()
    SiteAssignment.objects.bulk_create(
        SiteAssignment(landlord_id=principal.organisation_id, membership=membership, site_id=pk)
        for pk in wanted_ids - held
    )
    codes = ", ".join(sorted(site.code for site in wanted)) or "–"
    note(principal, PlaceChange.Kind.SITES, membership, codes)
    return True


@transaction.atomic
def place_invited(
    invitation: Invitation, membership: Membership, agencies: list[Agency], sites: list[Site]
) -> None:
    """Give a new member the places that waited for her, in the name of who invited her."""
    landlord_id = invitation.organisation_id
    reach = membership.role.reach
    by_id = invitation.invited_by_id
    if reach == "agency":
        AgencyAttachment.objects.bulk_create(
            [
                AgencyAttachment(landlord_id=landlord_id, membership=membership, agency=each)
                for each in agencies
            ],
            ignore_conflicts=True,
        )
        names = ", ".join(agency.name for agency in agencies)
        PlaceChange.objects.create(
            kind=PlaceChange.Kind.AGENCIES, membership=membership, by_id=by_id, detail=names[:200]
        )
    if reach == "assigned":
        SiteAssignment.objects.bulk_create(
            [
                SiteAssignment(landlord_id=landlord_id, membership=membership, site=each)
                for each in sites
            ],
            ignore_conflicts=True,
        )
        codes = ", ".join(site.code for site in sites)
        PlaceChange.objects.create(
            kind=PlaceChange.Kind.SITES, membership=membership, by_id=by_id, detail=codes[:200]
        )


@transaction.atomic
def lend(
    principal: Principal, absent: Membership, stand_in: Membership, starts_on: dt.date, ends_on: dt.date
) -> StandIn:  # fmt: skip
    """Let one member reach the places of another for some days. Raises PlaceError."""
    _require(principal)
    today = timezone.localdate()
    if absent.pk == stand_in.pk or absent.user_id == stand_in.user_id:
        raise PlaceError(_("Choisissez une autre personne pour remplacer l’absente."))
    if {absent.organisation_id, stand_in.organisation_id} != {principal.organisation_id}:
        raise PlaceError(_("Les deux personnes doivent être de votre organisme."))
    if absent.role.reach == "all":
        raise PlaceError(_("Ce rôle porte sur tous les sites : il n’a pas d’affectation à prêter."))
    if not (starts_on <= ends_on and ends_on >= today):
        raise PlaceError(_("La fin doit suivre le début, et ne pas être déjà passée."))
    if (ends_on - starts_on).days > LONGEST_DAYS:
        raise PlaceError(_("Un remplacement dure un an au plus : au-delà, changez l’affectation."))
    found = StandIn.objects.create(
        absent=absent, stand_in=stand_in, starts_on=starts_on, ends_on=ends_on, created_by_id=principal.user_id
    )  # fmt: skip
    detail = f"{absent.user} → {stand_in.user}, {starts_on:%d/%m/%Y} – {ends_on:%d/%m/%Y}"
    note(principal, PlaceChange.Kind.LENT, stand_in, detail)
    return found


def stand_ins(principal: Principal) -> QuerySet[StandIn]:
    """Every stand-in for who manages them; for anybody else of the landlord, those she is part of."""
    found = StandIn.objects.select_related("absent__user", "stand_in__user", "created_by")
    if principal.may(PERMISSION):
        return found
    own = principal.membership_id
    return found.filter(Q(absent_id=own) | Q(stand_in_id=own))


@transaction.atomic
def end(principal: Principal, pk: int) -> StandIn:
    """End a stand-in now: by who manages them, or by the absent one who is back. Raises PlaceError."""
    found = stand_ins(principal).filter(pk=pk).first()
    if found is None or not (
        principal.may(PERMISSION) or found.absent_id == principal.membership_id
    ):
        raise PlaceError(_("Ce remplacement n’existe pas, ou n’est pas à vous d’écourter."))
    if not found.is_over:
        StandIn.objects.filter(pk=found.pk).update(ended_at=timezone.now())
        detail = f"{found.absent.user} → {found.stand_in.user}"
        note(principal, PlaceChange.Kind.LENT_ENDED, found.stand_in, detail)
    return found


def changes(principal: Principal) -> QuerySet[PlaceChange]:
    """The journal of places, latest first."""
    _require(principal)
    return PlaceChange.objects.select_related("membership__user", "by")
