"""The actions of a year by QPV, site and axis, with their cost in euros, within the member's reach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from accounts.principal import Principal
from gis.territories.models import Territory
from tenants.access import interventions, sites
from tenants.interventions.models import ATFPB_AXES, Intervention, InterventionSite
from tenants.stock.models import Site

AXES = dict(ATFPB_AXES)


@dataclass(frozen=True)
class Action:
    """What one intervention does on one site; `euros` is the site's share of its cost, None where no cost was given."""

    qpv_code: str
    qpv_name: str
    site: Site
    intervention: Intervention
    euros: int | None

    @property
    def axis(self) -> int:
        """Number of the axis, 1 to 8."""
        return self.intervention.axis or 0


@dataclass(frozen=True)
class Sheet:
    """A year's actions: those in QPV, which the abatement is about, and beside them those elsewhere."""

    year: int
    actions: list[Action]
    elsewhere: list[Action]

    @property
    def axes(self) -> list[tuple[int, str, int, int, int]]:
        """Axis, label, interventions, euros, interventions without a cost; every axis, in QPV."""
        return [
            (number, str(label), *_sums(_of(self.actions, number))) for number, label in ATFPB_AXES
        ]

    @property
    def total(self) -> tuple[int, int, int]:
        """Interventions, euros, interventions without a cost, in QPV."""
        return _sums(self.actions)

    @property
    def neighbourhoods(self) -> list[tuple[str, str, list[Action], int]]:
        """Code, name, actions, euros of each QPV, by name."""
        by_code: dict[str, list[Action]] = defaultdict(list)
        for action in self.actions:
            by_code[action.qpv_code].append(action)
        found = [(code, each[0].qpv_name, each, _sums(each)[1]) for code, each in by_code.items()]
        return sorted(found, key=lambda one: (one[1], one[0]))

    @property
    def sites(self) -> list[Site]:
        """Sites that the sheet names, once each."""
        return list({each.site.pk: each.site for each in (*self.actions, *self.elsewhere)}.values())


def _of(actions: Sequence[Action], axis: int) -> list[Action]:
    return [each for each in actions if each.axis == axis]


def _sums(actions: Sequence[Action]) -> tuple[int, int, int]:
    known = {each.intervention.pk: each.intervention for each in actions}
    return (
        len(known),
        sum(each.euros or 0 for each in actions),
        sum(1 for each in known.values() if each.cost_euros is None),
    )


def shares(cost: int, dwellings: Sequence[int]) -> list[int]:
    """A cost split by dwellings into whole euros that add up to it, by largest remainder; alike where there are none."""
    weights = list(dwellings) if sum(dwellings) else [1] * len(dwellings)
    total = sum(weights)
    found = [cost * weight // total for weight in weights]
    order = sorted(range(len(weights)), key=lambda at: (-(cost * weights[at] % total), at))
    for at in order[: cost - sum(found)]:
        found[at] += 1
    return found


def years(principal: Principal) -> list[int]:
    """The years in which an action with an axis begins, the newest first."""
    begun = interventions(principal).filter(axis__isnull=False).order_by()
    return sorted({day.year for day in begun.values_list("starts_on", flat=True)}, reverse=True)


def sheet_of(principal: Principal, year: int) -> Sheet:
    """The actions that begin in a year, abandoned ones left out. A cost counts once, in the year in which it begins.

    The cost of an intervention is split over all its sites by dwellings, those out of the member's reach included, so
    that an agency's share is the same on its own sheet as on the whole landlord's.
    """
    wanted = (
        interventions(principal)
        .filter(axis__isnull=False, starts_on__year=year)
        .exclude(status=Intervention.Status.ABANDONED)
        .select_related("lever")
    )
    kept = {each.pk: each for each in wanted}
    reach = set(sites(principal).order_by().values_list("pk", flat=True))
    links: dict[int, list[Site]] = defaultdict(list)
    found = InterventionSite.objects.filter(intervention__in=list(kept)).select_related("site")
    for link in found.order_by("site__name", "site_id"):
        links[link.intervention_id].append(link.site)
    codes = {site.qpv_code for each in links.values() for site in each if site.qpv_code}
    names = dict(
        Territory.objects.current("qpv").filter(code__in=codes).values_list("code", "name")
    )
    inside: list[Action] = []
    outside: list[Action] = []
    for pk, intervention in kept.items():
        over = links[pk]
        cost = intervention.cost_euros
        split: Sequence[int | None] = (
            [None] * len(over)
            if cost is None
            else shares(cost, [site.dwellings or 0 for site in over])
        )
        for site, euros in zip(over, split, strict=True):
            if site.pk in reach:
                code = site.qpv_code
                (inside if code else outside).append(
                    Action(code, names.get(code, code), site, intervention, euros)
                )
    return Sheet(year, sorted(inside, key=_order), sorted(outside, key=_order))


def _order(action: Action) -> tuple[str, str, int, object, int]:
    return (
        action.qpv_name,
        action.site.name,
        action.axis,
        action.intervention.starts_on,
        action.intervention.pk,
    )
