"""Sites by agency and sector, and who has them: to give a whole sector to somebody at once."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from accounts.principal import Principal
from tenants.people import services
from tenants.people.models import PlaceChange
from tenants.people.services import PERMISSION, PlaceError
from tenants.stock.models import Site, SiteAssignment


@dataclass(frozen=True)
class SectorLine:
    """A sector of an agency: its managed sites, those that nobody has by name, and who has some."""

    agency_id: int | None
    agency: str
    sector: str
    sites: int
    orphans: int
    people: list[str]


def sector_lines(principal: Principal) -> list[SectorLine]:
    """Every sector, by agency. Raises PermissionError."""
    if not principal.may(PERMISSION):
        raise PermissionError(PERMISSION)
    managed = Site.objects.filter(state=Site.State.MANAGED).order_by()
    given = SiteAssignment.objects.values("site_id")
    rows = (
        managed.values("agency_id", "agency__name", "sector")
        .annotate(sites=Count("pk"), orphans=Count("pk", filter=~Q(pk__in=given)))
        .order_by("agency__name", "sector")
    )
    people: dict[tuple[int | None, str], set[str]] = {}
    held = SiteAssignment.objects.filter(site__state=Site.State.MANAGED).values_list(
        "site__agency_id", "site__sector", "membership__user__display_name"
    )
    for agency, sector, name in held:
        people.setdefault((agency, sector), set()).add(name)
    return [
        SectorLine(
            row["agency_id"], row["agency__name"] or "", row["sector"], row["sites"], row["orphans"],
            sorted(people.get((row["agency_id"], row["sector"]), ())),
        )
        for row in rows
    ]  # fmt: skip


def give_sector(
    principal: Principal, agency_id: int | None, sector: str, membership_id: int
) -> int:
    """Add the sector's sites to those of a member who has sites by name. Returns how many she did not have.

    Raises PlaceError for somebody else.
    """
    member = services.member(principal, membership_id)
    if member.role.reach != "assigned":
        raise PlaceError(_("Ce rôle n’a pas de sites par leur nom : choisissez un gardien."))
    held = set(SiteAssignment.objects.filter(membership=member).values_list("site_id", flat=True))
    agency = Q(agency__isnull=True) if agency_id is None else Q(agency_id=agency_id)
    found = Site.objects.filter(agency, state=Site.State.MANAGED, sector=sector)
    new = list(found.exclude(pk__in=held).order_by("code"))
    SiteAssignment.objects.bulk_create(
        SiteAssignment(landlord_id=principal.organisation_id, membership=member, site=site)
        for site in new
    )
    if new:
        detail = "+ " + ", ".join(site.code for site in new)
        services.note(principal, PlaceChange.Kind.SITES, member, detail)
    return len(new)
