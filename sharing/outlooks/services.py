"""Give a view, read views beside what landlords publish."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.principal import Principal
from gis.territories.models import Territory
from sharing.access import releases, shared_site
from sharing.access.models import SharedSite
from sharing.meetings.priorities import SiteLine, readable_lines
from sharing.outlooks.models import REASONS, Outlook
from sharing.release.models import ReleasedNeighbourhood

LABELS = dict(REASONS)
Place = tuple[str, UUID | int]  # ("site", key) or ("territory", number)


@dataclass
class Compared:
    """One place: the partners' latest views, each one's earlier ones, and what the landlord publishes."""

    place: Place
    views: list[Outlook]
    earlier: list[Outlook] = field(default_factory=list)
    site: SiteLine | None = None
    territory: Territory | None = None
    share_high: tuple[int, int] | None = None  # sites at level 3 or 4, all sites, as released

    @property
    def gap(self) -> int:
        """The widest difference of levels between a partner and the landlord, or between partners on a zone."""
        levels = [each.level for each in self.views]
        if self.site is not None:
            return max(abs(each - self.site.level) for each in levels)
        return max(levels) - min(levels)

    @property
    def name(self) -> str:
        """Of the site or the neighbourhood."""
        if self.site is not None:
            return self.site.name
        return self.territory.name if self.territory is not None else ""


def outlooks(principal: Principal) -> list[Outlook]:
    """The views that the reader may read, the newest first. PostgreSQL says which."""
    if not any(principal.may(each) for each in ("sharing.read", "shared.read")):
        raise PermissionDenied(_("Votre rôle ne donne pas à lire les regards des partenaires."))
    found = Outlook.objects.select_related("organisation", "territory", "convention")
    return list(found.order_by("-given_at", "-pk"))


def compared(
    principal: Principal,
    *,
    only: Iterable[UUID] | None = None,
    by: Iterable[int] | None = None,
    territories: Iterable[int] | None = None,
) -> list[Compared]:
    """Every place with a view, the widest difference first.

    `only`: these sites and no others; `territories`: these neighbourhoods (all of them without `only`); `by`: the
    views of these organisations.
    """
    rows = outlooks(principal)
    wanted = None if only is None else set(only)
    authors = None if by is None else set(by)
    places = None if territories is None else set(territories)
    rows = [
        each
        for each in rows
        if (authors is None or each.organisation_id in authors)
        and (
            (each.site_key in wanted if wanted is not None else True)
            if each.site_key
            else (places is None or each.territory_id in places)
        )
    ]
    lines = readable_lines(principal, {each.site_key for each in rows if each.site_key})
    found: dict[Place, Compared] = {}
    for each in rows:
        if each.site_key:
            if each.site_key not in lines:
                continue
            place: Place = ("site", each.site_key)
        else:
            place = ("territory", each.territory_id or 0)
        beside = found.setdefault(place, Compared(place, []))
        beside.site = lines.get(each.site_key) if each.site_key else None
        beside.territory = each.territory
        spoken = {view.organisation_id for view in beside.views}
        (beside.earlier if each.organisation_id in spoken else beside.views).append(each)
    _with_released(principal, [each for each in found.values() if each.territory is not None])
    return sorted(found.values(), key=lambda each: (-each.gap, each.name))


def _with_released(principal: Principal, found: list[Compared]) -> None:
    """Beside a neighbourhood: its share of sites at level 3 or 4, in the last release that the reader may read."""
    if not found or not principal.may("reports.read"):
        return
    last = releases(principal).filter(published_at__isnull=False, withdrawn_at__isnull=True)
    told = ReleasedNeighbourhood.objects.filter(
        release__in=last.values("pk"), territory__in=[each.place[1] for each in found],
        is_withheld=False, zone__isnull=True,
    ).order_by("release__round__reference_date", "pk")  # fmt: skip
    by_place = {each.territory_id: each for each in told}
    for each in found:
        row = by_place.get(int(each.place[1])) if each.territory is not None else None
        if row is not None and row.sites and row.sites.get("3-4") is not None:
            each.share_high = (row.sites["3-4"], row.sites["total"])


def site_to_view(principal: Principal, key: UUID) -> SharedSite:
    """The shared site on which the partner gives its view. Raises Http404, PermissionDenied."""
    _require(principal)
    return shared_site(principal, key)


def _require(principal: Principal) -> None:
    if not (principal.is_partner and principal.may("meetings.write")):
        raise PermissionDenied(_("Seul un partenaire donne son regard, par son correspondant."))


def neighbourhood_to_view(principal: Principal, pk: int) -> tuple[Territory, int]:
    """A neighbourhood that some convention gives the partner, and that convention. Raises Http404."""
    _require(principal)
    for territory, convention_id in neighbourhoods_to_view(principal):
        if territory.pk == pk:
            return territory, convention_id
    raise Http404(_("Aucune convention en vigueur ne vous donne ce quartier."))


def neighbourhoods_to_view(principal: Principal) -> list[tuple[Territory, int]]:
    """The neighbourhoods (QPV, grouped zones, custom territories) that a convention gives, each with one that does."""
    if not principal.is_partner:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.id, min(c.id) FROM territory_territory t "
            "CROSS JOIN unnest((SELECT shared.my_live_conventions())::bigint[]) AS c(id) "
            "WHERE t.kind IN ('qpv', 'zone', 'custom') AND t.vintage = (SELECT max(v.vintage) FROM territory_territory v "
            "  WHERE v.kind = t.kind AND v.code = t.code) "
            "AND shared.may_view(c.id, NULL, NULL, t.id) GROUP BY t.id"
        )
        given = dict(cursor.fetchall())
    rows = Territory.objects.filter(pk__in=given).defer("geom").order_by("name")
    return [(each, given[each.pk]) for each in rows]


def give_on_site(principal: Principal, site: SharedSite, level: int, reasons: list[str]) -> Outlook:
    """Add the partner's view of a site. PostgreSQL refuses one that the convention does not give."""
    _require(principal)
    made: Outlook = Outlook.objects.create(
        convention_id=site.convention_id, organisation_id=principal.organisation_id, site_key=site.key,
        landlord_id=site.landlord_id, level=level, reasons=reasons,
    )  # fmt: skip
    return made


def give_on_neighbourhood(
    principal: Principal, territory: Territory, convention_id: int, level: int, reasons: list[str]
) -> Outlook:
    """Add the partner's view of a neighbourhood."""
    _require(principal)
    made: Outlook = Outlook.objects.create(
        convention_id=convention_id, organisation_id=principal.organisation_id, territory_id=territory.pk,
        level=level, reasons=reasons,
    )  # fmt: skip
    return made
