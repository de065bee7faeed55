"""What the reader of the map has chosen: one object for the page, its list, its tiles and its print."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from django.http import QueryDict

from accounts.principal import Principal
from tenants.access import campaigns
from tenants.campaigns.models import Campaign, CampaignSite
from tenants.incidents.nomenclature import FAMILIES
from tenants.stock.filters import SiteFilter, read_filter

LEVELS_VIEW: Final = "niveaux"
CHANGE_VIEW: Final = "evolution"
FACTS_VIEW: Final = "faits"
HOTSPOT_VIEW: Final = "points-chauds"
# Which right opens a view beyond the sites themselves.
RIGHTS: Final = {
    LEVELS_VIEW: "sites.read",
    CHANGE_VIEW: "campaigns.read",
    FACTS_VIEW: "incidents.read",
    HOTSPOT_VIEW: "campaigns.read",
}
MARKS: Final = (0, 1, 2, 3, 4)
RINGS_M: Final = (300, 500, 1_000)  # around an intervention, EPSG:2154
DEFAULT_RING_M: Final = 500


@dataclass(frozen=True)
class MapChoice:
    """The view, its campaigns, the filters. `marks`: the entries of the legend that are ticked; None for all."""

    view: str
    sites: SiteFilter
    campaign: Campaign | None = None
    before: Campaign | None = None
    after: Campaign | None = None
    family: str = ""
    marks: tuple[int, ...] | None = None
    ring_m: int = 0

    @property
    def is_live(self) -> bool:
        """Whether it shows the levels of today, which the tiles of the sites carry."""
        return self.view == LEVELS_VIEW and self.campaign is None


def views_of(principal: Principal) -> list[str]:
    """The views that the principal may open."""
    return [view for view, right in RIGHTS.items() if principal.may(right)]


def timeline(principal: Principal) -> list[Campaign]:
    """The campaigns that the map can show, the oldest first."""
    if not principal.may("campaigns.read"):
        return []
    known = campaigns(principal).exclude(state=Campaign.State.DRAFT)
    return list(known.order_by("reference_date", "pk"))


def last_two(line: list[Campaign]) -> tuple[Campaign | None, Campaign | None]:
    """The newest campaign that has sites in common with an earlier one, after that earlier one."""
    for place in range(len(line) - 1, 0, -1):
        after = line[place]
        for before in reversed(line[:place]):
            both = CampaignSite.objects.filter(
                campaign=before, site__campaign_sites__campaign=after
            )
            if both.exists():
                return before, after
    return (line[-2], line[-1]) if len(line) > 1 else (None, None)


def read_choice(query: QueryDict, principal: Principal) -> MapChoice:
    """From the address of the map. What is unknown, or not for the principal, is left out."""
    view = query.get("vue", "")
    if view not in views_of(principal):
        view = LEVELS_VIEW
    known = {str(each.key): each for each in timeline(principal)}
    line = list(known.values())
    before, after = known.get(query.get("de", "")), known.get(query.get("a", ""))
    if view == CHANGE_VIEW and (before is None or after is None):
        before, after = last_two(line)
    ring = query.get("anneau", "")
    return MapChoice(
        view=view,
        # The legend's levels are marks here: they are read once, below.
        sites=replace(read_filter(query, principal), levels=()),
        campaign=known.get(query.get("campagne", "")) if view == LEVELS_VIEW else None,
        before=before if view == CHANGE_VIEW else None,
        after=after if view == CHANGE_VIEW else None,
        family=query.get("famille", "") if query.get("famille") in dict(FAMILIES) else "",
        marks=_marks(query),
        ring_m=int(ring) if ring in {str(metres) for metres in RINGS_M} else 0,
    )


def _marks(query: QueryDict) -> tuple[int, ...] | None:
    if "niveaux" not in query:
        return None
    digits = {int(digit) for digit in query.get("niveaux", "") if digit in "01234"}
    return tuple(sorted(digits))
