"""What the reader of the shared map has chosen: one object for the page, its list, its tiles and its print."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from django.http import QueryDict

from accounts.principal import Principal
from sharing.access import conventions, round_levels, shared_sites
from sharing.rounds.models import CampaignRound
from sharing.sites.filters import SiteFilter
from tenants.incidents.nomenclature import FAMILIES

LEVELS_VIEW: Final = "niveaux"
NEWS_VIEW: Final = "nouveautes"
CHANGE_VIEW: Final = "evolution"
FACTS_VIEW: Final = "faits"


@dataclass(frozen=True)
class SharedChoice:
    """The view, its campaigns, the filters. `marks`: the entries of the legend that are ticked; None for all."""

    view: str
    sites: SiteFilter
    round: CampaignRound | None = None
    before: CampaignRound | None = None
    after: CampaignRound | None = None
    family: str = ""
    marks: tuple[int, ...] | None = None

    @property
    def is_live(self) -> bool:
        """Whether it shows the levels of today, which the tiles of the sites carry."""
        return self.view == LEVELS_VIEW and self.round is None


def reads_files(principal: Principal) -> bool:
    """Whether a convention gives the reader the file of some site: its history and its facts."""
    return shared_sites(principal).filter(has_file=True).exists()


def timeline(principal: Principal) -> list[CampaignRound]:
    """The campaigns of the reader's conventions that a site whose file it reads was published in, the oldest first."""
    told = round_levels(principal).order_by().values_list("round_key", flat=True).distinct()
    known = CampaignRound.objects.filter(convention__in=conventions(principal), key__in=list(told))
    return list(known.order_by("reference_date", "pk"))


def views_of(line: list[CampaignRound], *, files: bool) -> list[str]:
    """The views that a reader may open: of a timeline, and of whether it `reads_files`. Changes need two campaigns."""
    views = [LEVELS_VIEW, NEWS_VIEW]
    if len(line) > 1:
        views.append(CHANGE_VIEW)
    if files:
        views.append(FACTS_VIEW)
    return views


def read_choice(query: QueryDict, principal: Principal) -> SharedChoice:
    """From the address of the map. What is unknown, or not for the reader, is left out."""
    # The legend's levels are marks here: they are read once, below.
    sites = replace(SiteFilter.of_query(query), levels=())
    marks = _marks(query)
    view = query.get("vue", "")
    if view == NEWS_VIEW:
        return SharedChoice(view, sites, marks=marks)
    if view == FACTS_VIEW and reads_files(principal):
        family = query.get("famille", "")
        return SharedChoice(view, sites, family=family if family in dict(FAMILIES) else "", marks=marks)  # fmt: skip
    if view == CHANGE_VIEW:
        line = timeline(principal)
        known = {str(each.key): each for each in line}
        before, after = known.get(query.get("de", "")), known.get(query.get("a", ""))
        if len(line) > 1 and (before is None or after is None):
            before, after = line[-2], line[-1]
        if before is not None and after is not None:
            return SharedChoice(view, sites, before=before, after=after, marks=marks)
    asked = query.get("campagne", "")
    at = next((each for each in timeline(principal) if str(each.key) == asked), None) if asked else None  # fmt: skip
    return SharedChoice(LEVELS_VIEW, sites, round=at, marks=marks)


def _marks(query: QueryDict) -> tuple[int, ...] | None:
    if "niveaux" not in query:
        return None
    return tuple(sorted({int(digit) for digit in query.get("niveaux", "") if digit in "01234"}))
