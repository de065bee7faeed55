"""Levels of two campaigns, like with like: the sites that both hold and that are still managed.

Levels are ordinal: transitions and the share of dwellings at level 3 or more, never a mean. A site that was sold,
demolished, merged, or that one campaign alone kept a level for is counted apart; dwellings are those of the later
campaign on both sides, so that only levels move the share.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count

from accounts.principal import Principal
from tenants.access import sites
from tenants.campaigns.models import Campaign, CampaignSite
from tenants.stock.models import Site

HIGH = 3
LEVELS = (1, 2, 3, 4)


@dataclass(frozen=True)
class Move:
    """A site that both campaigns kept a level for."""

    site: Site
    before: int
    after: int
    dwellings: int

    @property
    def rise(self) -> int:
        """Levels gained (negative: lost)."""
        return self.after - self.before


@dataclass
class Comparison:
    """The moves of some sites, with what could not be compared."""

    moves: list[Move] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)  # Site.State → sites that left the stock
    entered: int = 0  # sites that the earlier campaign did not hold, or did not keep a level for
    unsettled: int = 0  # sites that the later campaign has kept no level for

    @property
    def sites(self) -> int:
        """How many sites are compared."""
        return len(self.moves)

    @property
    def dwellings(self) -> int:
        """Their dwellings."""
        return sum(move.dwellings for move in self.moves)

    def share(self, when: str) -> float | None:
        """Dwellings at level 3 or more, 0 to 1, `when` being "before" or "after"; None without a dwelling."""
        high = sum(move.dwellings for move in self.moves if getattr(move, when) >= HIGH)
        return high / self.dwellings if self.dwellings else None

    @property
    def share_before(self) -> float | None:
        """At the earlier campaign."""
        return self.share("before")

    @property
    def share_after(self) -> float | None:
        """At the later one."""
        return self.share("after")

    @property
    def up(self) -> int:
        """Sites that went up."""
        return sum(move.rise > 0 for move in self.moves)

    @property
    def down(self) -> int:
        """Sites that went down."""
        return sum(move.rise < 0 for move in self.moves)

    def matrix(self) -> list[tuple[int, list[tuple[int, int]]]]:
        """A row a level before: (level, [(level after, sites)])."""
        counts = Counter((move.before, move.after) for move in self.moves)
        return [(one, [(other, counts[one, other]) for other in LEVELS]) for one in LEVELS]

    def risen(self) -> list[Move]:
        """Sites that went up, the highest and steepest first."""
        return sorted(
            (move for move in self.moves if move.rise > 0),
            key=lambda move: (-move.after, -move.rise, move.site.name),
        )


def comparable(principal: Principal) -> list[Campaign]:
    """The campaigns that have kept levels, the newest first."""
    if not principal.may("campaigns.read"):
        raise PermissionError("campaigns.read")
    return list(
        Campaign.objects.filter(
            state__in=[Campaign.State.CLOSED, Campaign.State.PUBLISHED]
        ).order_by("-reference_date", "-pk")
    )


def pair_of(campaigns: list[Campaign], after: Campaign) -> Campaign | None:
    """The newest campaign before it that holds most of the same sites; None when no earlier one shares any.

    A landlord may run one campaign a département: the last one before it is not always the one to compare with.
    """
    earlier = [each for each in campaigns if each.reference_date < after.reference_date]
    shared = _shared_sites(after, earlier)
    most = max(shared.values(), default=0)
    return next((each for each in earlier if most and 2 * shared.get(each.pk, 0) >= most), None)


def latest_pairs(campaigns: list[Campaign]) -> list[tuple[Campaign, Campaign]]:
    """The newest campaign over each part of the stock, with the one before it."""
    pairs, followed = [], set[int]()
    for after in campaigns:
        before = pair_of(campaigns, after)
        if before is not None and after.pk not in followed:
            pairs.append((before, after))
        while before is not None and before.pk not in followed:
            followed.add(before.pk)
            before = pair_of(campaigns, before)
    return pairs


def _shared_sites(one: Campaign, others: list[Campaign]) -> dict[int, int]:
    """How many of its sites each of the other campaigns holds as well."""
    rows = (
        CampaignSite.objects.filter(
            campaign__in=others, site__in=CampaignSite.objects.filter(campaign=one).values("site")
        )
        .order_by()
        .values_list("campaign")
        .annotate(n=Count("pk"))
    )
    return dict(rows)


def compare(
    principal: Principal, before: Campaign, after: Campaign
) -> tuple[Comparison, list[tuple[str, Comparison]]]:
    """All sites within reach, and a comparison an agency (by name; without one: an empty name)."""
    earlier, later = _lines(principal, before), _lines(principal, after)
    whole, by_agency = Comparison(), defaultdict[str, Comparison](Comparison)
    for pk in earlier.keys() | later.keys():
        one, other = earlier.get(pk), later.get(pk)
        known = other or one
        if known is None:
            continue
        site = known.site
        for each in (whole, by_agency[site.agency.name if site.agency else ""]):
            _count(each, site, one, other)
    return whole, sorted(by_agency.items())


def _count(
    found: Comparison, site: Site, one: CampaignSite | None, other: CampaignSite | None
) -> None:
    if site.state != Site.State.MANAGED:
        found.left[site.state] += 1
    elif one is None or one.level is None:
        found.entered += 1
    elif other is None or other.level is None:
        found.unsettled += 1
    else:
        found.moves.append(Move(site, one.level, other.level, other.dwellings))


def _lines(principal: Principal, campaign: Campaign) -> dict[int, CampaignSite]:
    rows: Iterable[CampaignSite] = CampaignSite.objects.filter(
        campaign=campaign, site__in=sites(principal).order_by()
    ).select_related("site", "site__agency")
    return {line.site_id: line for line in rows}
