"""Random communes, their releases, and who attacks them: what `make attack` and the suite's small version share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sharing.release import planning
from sharing.release.planning import Place, Plan, RatedSite, plan_release
from sharing.release.rules import Thresholds
from tests.attack.auditor import OUTSIDER, Auditor, Figure, Finding, Site, is_sensitive

P = 10.0
GROUPS = 7
KINDS = ("outsider", "group", "pair", "previous")


@dataclass(frozen=True)
class World:
    """A few communes over two campaigns; `places`: neighbourhoods."""

    before: list[RatedSite]
    now: list[RatedSite]
    places: dict[str, Place]


def make_world(seed: int, communes: int = 3, *, overlapping: bool = False) -> World:
    """Communes of 10 to 60 sites, some in neighbourhoods; a few sites come and go between the campaigns.

    `overlapping`: every site is also in one of the commune's blocks, another geography that crosses the first.
    """
    random = np.random.default_rng(seed)
    places: dict[str, Place] = {}
    before: list[RatedSite] = []
    now: list[RatedSite] = []
    for commune in range(communes):
        code = f"{commune:05}"
        quarters = [f"Q{commune}{number}" for number in range(int(random.integers(2, 6)))]
        for quarter in quarters:
            x, y = random.uniform(0, 3000, 2)
            places[quarter] = Place(code, (float(x), float(y)))
        here = random.choice(GROUPS, int(random.integers(3, GROUPS)), replace=False)
        pull = random.gamma(1.5, size=len(here))
        for _ in range(int(random.integers(10, 60))):
            quarter = str(random.choice(quarters)) if random.random() < 0.7 else ""
            trouble = random.normal(0.8 if quarter else -0.5)
            site = RatedSite(
                len(before) + len(now) * 10_000, int(random.choice(here, p=pull / pull.sum())),
                1 + int(np.searchsorted([0.7, 1.4, 2.1], trouble)), max(4, int(random.lognormal(3.8, 0.8))),
                "99", code, quarter,
            )  # fmt: skip
            left, came = random.random() < 0.02, random.random() < 0.04
            if not came:
                before.append(site)
            if not left:
                now.append(site)
    return _crossed(World(before, now, places), seed) if overlapping else World(before, now, places)


def _crossed(world: World, seed: int) -> World:
    """The same sites, each in a block as well: mostly that of its neighbourhood, now and then another one."""
    random = np.random.default_rng(seed + 1_000_000)
    known = {one.site: one for one in (*world.before, *world.now)}
    count = {
        commune: int(random.integers(2, 6))
        for commune in sorted({s.commune for s in known.values()})
    }
    places = {code: replace(place, geography="quarters") for code, place in world.places.items()}
    for commune, blocks in count.items():
        for block in range(blocks):
            x, y = random.uniform(0, 3000, 2)
            places[f"B{commune}{block}"] = Place(commune, (float(x), float(y)), "blocks")
    block_of: dict[int, str] = {}
    for number, site in known.items():
        usual = (
            int(site.neighbourhood[2:] or 0) if random.random() < 0.8 else int(random.integers(9))
        )
        block_of[number] = f"B{site.commune}{usual % count[site.commune]}"

    def crossed(sites: list[RatedSite]) -> list[RatedSite]:
        return [
            replace(one, neighbourhood=f"{one.neighbourhood} {block_of[one.site]}".strip())
            for one in sites
        ]

    return World(crossed(world.before), crossed(world.now), places)


@dataclass(frozen=True)
class Releases:
    """The two releases of a world. `ledger` says whether the second one knew of the first."""

    world: World
    first: Plan
    second: Plan


def release(world: World, *, ledger: bool = True) -> Releases:
    """Both campaigns, the second in knowledge of the first unless the ledger is skipped."""
    rules = Thresholds(p=P)
    first = plan_release(world.before, world.places, rules)
    told = first.told if ledger else ()
    return Releases(world, first, plan_release(world.now, world.places, rules, told=told))


def without_repair(plan: Plan, places: Mapping[str, Place]) -> Plan:
    """The planted weakness: only unsafe figures are withheld, nothing that leads to them."""
    geography_of = {code: place.geography for code, place in places.items()}
    tables, keys = planning.link(plan.members, Thresholds(p=P), (), frozenset(), geography_of)
    bare = replace(plan.outcome, withheld=tables.table.unsafe | tables.table.internal)
    return replace(plan, shown=planning.read_off(tables, keys, bare), outcome=bare)


def figures(plan: Plan) -> tuple[list[Figure], list[Figure]]:
    """What a release tells, and what it withholds."""
    told, withheld = [], []
    for key, members in plan.members.items():
        shown = plan.shown[key]
        inside = frozenset(site.site for site in members)
        for item in plan.items.names:
            is_told = shown is not None and shown.sites[item] is not None
            (told if is_told else withheld).append(Figure(inside, item))
    return told, withheld


def _sites(*lists: list[RatedSite]) -> list[Site]:
    known = {one.site: one for sites in lists for one in sites}
    return [Site(one.site, one.group, one.level, one.dwellings) for one in known.values()]


def attacks(found: Releases, seed: int, count: int) -> Iterator[tuple[str, Finding]]:
    """That many attacks, of each kind in turn, on withheld figures drawn at random."""
    random = np.random.default_rng(seed)
    told, withheld = figures(found.second)
    earlier, earlier_withheld = figures(found.first)
    both = _sites(found.world.before, found.world.now)
    alone = Auditor(_sites(found.world.now), told, withheld, P)
    # What two releases differ by is a figure that nobody meant to tell.
    apart = [*differences(found), *withheld, *earlier_withheld]
    hidden = [one for one in apart if _matters(one, both)]
    pooled = Auditor(both, [*told, *earlier], hidden, P)
    # A partner each for the neighbourhoods and for the larger areas, who put their tables on one table.
    halves = [[one for at, one in enumerate(told) if at % 2 == half] for half in (0, 1)]
    pair = Auditor(_sites(found.world.now), [*halves[0], *halves[1]], withheld, P)
    plan: dict[str, Any] = {"outsider": alone, "group": alone, "pair": pair, "previous": pooled}
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        auditor: Auditor = plan[kind]
        group = frozenset({int(random.integers(GROUPS))})
        knows = OUTSIDER if kind == "outsider" else group
        if kind == "previous" and random.random() < 0.5:
            knows = OUTSIDER
        finding = _attack_one(auditor, random, knows)
        if finding is not None:
            yield kind, finding


def _matters(figure: Figure, sites: list[Site]) -> bool:
    """Whether a figure could not be told by itself: the others may have been told in the other release."""
    return is_sensitive([site for site in sites if site.number in figure.sites], figure.item, P)


def _attack_one(
    auditor: Auditor, random: np.random.Generator, knows: frozenset[int]
) -> Finding | None:
    """One attack on a withheld figure in which somebody else has something; None when there is none."""
    for _ in range(60):
        figure = auditor.withheld[int(random.integers(len(auditor.withheld)))]
        measure = int(random.integers(2))
        if figure.sites and auditor.needed(figure, measure, knows) > 0:
            return auditor.attack(figure, measure, knows)
    return None


def differences(found: Releases) -> list[Figure]:
    """The sites by which a region differs from what it was, where they could not be published themselves."""
    wanted = []
    for key, members in found.second.members.items():
        now = {site.site: site for site in members}
        before = {site.site: site for site in found.first.members.get(key, [])}
        for those in (now.keys() - before.keys(), before.keys() - now.keys()):
            sites = [now.get(number) or before[number] for number in those]
            if sites and not planning.may_be_told(sites, Thresholds(p=P)):
                wanted += [Figure(frozenset(those), item) for item in ("total", "1-2", "3-4")]
    return wanted
