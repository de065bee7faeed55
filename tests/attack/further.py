"""Random worlds with facts, their further tables, and who attacks them: for `make attack` and the suite."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from sharing.release import counts, planning
from sharing.release.planning import Plan, RatedSite, plan_release
from sharing.release.rules import Thresholds
from tests.attack.auditor import Finding, Site
from tests.attack.campaign import GROUPS, World, make_world
from tests.attack.counting import FAMILIES, Count, CountAuditor, Counted

P = 10.0
KINDS = ("facts", "facts, previous")


@dataclass(frozen=True)
class Further:
    """A world with its facts, and both its releases."""

    world: World
    facts: dict[int, dict[str, int]]
    first: Plan
    second: Plan


def make_further(seed: int, *, overlapping: bool = False) -> Further:
    """Two releases of a world; most sites keep their level, none comes or goes in every other commune."""
    random = np.random.default_rng(seed + 77)
    world = make_world(seed, overlapping=overlapping)
    stable = {site.commune for site in world.now if int(site.commune) % 2 == seed % 2}
    then = {site.site: site for site in world.before}
    for site in world.now:
        if site.commune in stable:
            then.setdefault(site.site, site)
    now = {site.site: site for site in world.now} | {
        number: site for number, site in then.items() if site.commune in stable
    }
    before = [
        replace(site, level=int(np.clip(site.level + random.choice([-1, 0, 0, 0, 1]), 1, 4)))
        for site in then.values()
    ]
    world = World(before, list(now.values()), world.places)
    facts = {
        site.site: {
            family: int(random.poisson(0.3 * site.level * (1 + place % 2)))
            for place, family in enumerate(FAMILIES)
        }
        for site in {one.site: one for one in (*world.before, *world.now)}.values()
    }
    rules = Thresholds(p=P)
    first = plan_release(world.before, world.places, rules, facts=facts)
    second = plan_release(world.now, world.places, rules, told=first.told, facts=facts)
    return Further(world, facts, first, second)


def without_repair(found: Further) -> Further:
    """The planted weakness: of facts only unsafe figures are withheld, nothing that leads to them."""
    plan = found.second
    geography_of = {code: place.geography for code, place in found.world.places.items()}
    levels, keys = planning.link(plan.members, Thresholds(p=P), (), frozenset(), geography_of)
    tables = counts.count_tables(
        levels, planning.everything_of(plan.members, ()), found.facts, counts.families(found.facts),
        levels.unsafe.reshape(len(levels.regions), -1)[:, 0],
        [keys[key] for key, one in plan.shown.items() if one is not None and one.has_bands],
    )  # fmt: skip
    bare = counts.read_counts(tables, keys, tables.table.unsafe | tables.table.internal)
    return replace(found, second=replace(plan, further=plan.further | {counts.FACTS: bare}))


def attacks(found: Further, seed: int, count: int) -> Iterator[tuple[str, Finding]]:
    """That many attacks, of each kind in turn, by the outsider or a group."""
    random = np.random.default_rng(seed)
    told, hidden = facts_of(found.second)
    earlier, earlier_hidden = facts_of(found.first)
    everybody = [*found.world.before, *found.world.now]
    alone = CountAuditor(_counted(found.world.now, found.facts), told, hidden, P)
    pooled = CountAuditor(
        _counted(everybody, found.facts), [*told, *earlier], [*hidden, *earlier_hidden], P
    )
    plan = {
        "facts": (alone, alone.hidden), "facts, previous": (pooled, pooled.hidden),
    }  # fmt: skip
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        auditor, targets = plan[kind]
        group = None if random.random() < 0.4 else int(random.integers(GROUPS))
        for _ in range(60):
            figure = targets[int(random.integers(len(targets)))] if targets else None
            if figure is not None and figure.sites and auditor.needed(figure, group) > 0:
                if kind == "facts, previous" and not auditor.is_thin(figure):
                    continue  # it may have been told in the other release
                yield kind, auditor.attack(figure, group)
                break


def facts_of(plan: Plan) -> tuple[list[Count], list[Count]]:
    """Figures of facts that a release tells, and those that it withholds."""
    told, hidden = [], []
    for key, members in plan.members.items():
        shown = plan.further.get(counts.FACTS, {}).get(key)
        inside = frozenset(site.site for site in members)
        for item, leaves in {"total": FAMILIES, **{one: (one,) for one in FAMILIES}}.items():
            is_told = shown is not None and shown.get(item) is not None
            (told if is_told else hidden).append(Count(inside, frozenset(leaves)))
    return told, hidden


def _site(one: RatedSite) -> Site:
    return Site(one.site, one.group, one.level, one.dwellings)


def _counted(sites: list[RatedSite], facts: dict[int, dict[str, int]]) -> list[Counted]:
    known = {one.site: one for one in sites}
    return [Counted(_site(one), facts.get(one.site, {})) for one in known.values()]
