"""A release of several départements, planned part by part, each in a process of its own: no figure ties two parts.

Parts are the départements, those joined that a neighbourhood or an earlier figure straddles. What is found is what
one plan of everything would find, in a fraction of the time. Pure functions, but for the processes.
"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Final

import numpy as np

from sharing.release.counts import Amounts
from sharing.release.planning import Place, Plan, Progress, RatedSite, RegionKey, Told, plan_release
from sharing.release.protection import Protected, UnprotectableError
from sharing.release.rules import Thresholds

# Below this many sites a process would start for longer than it works.
WORTH_PROCESSES: Final = 2_000
REFUSED: Final = 3  # how a process ends when its part cannot be protected


@dataclass(frozen=True)
class Part:
    """What is planned together."""

    sites: list[RatedSite] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    facts: Amounts | None = None


def plan_in_parts(
    sites: Sequence[RatedSite],
    places: Mapping[str, Place],
    thresholds: Thresholds,
    *,
    told: Sequence[Told] = (),
    waived: frozenset[int] = frozenset(),
    progress: Progress | None = None,
    facts: Amounts | None = None,
) -> Plan:
    """As `plan_release`, over as many processes as there are processors. Raises UnprotectableError.

    What `progress` raises stops the processes and is raised.
    """
    parts = split(sites, places, told)
    if len(parts) < 2 or len(sites) < WORTH_PROCESSES:
        return plan_release(
            sites, places, thresholds, told=told, waived=waived, progress=progress, facts=facts
        )
    parts = [_with_facts(part, facts) for part in parts]
    running = _Running()
    largest_first = sorted(parts, key=lambda part: -len(part.sites))
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        asked = [pool.submit(running.plan, part, thresholds, waived) for part in largest_first]
        try:
            for done, one in enumerate(as_completed(asked), start=1):
                one.result()
                if progress is not None:
                    progress("parts", done, len(parts))
        except BaseException:
            running.stop()
            raise
    return join([one.result() for one in asked])


def split(
    sites: Sequence[RatedSite], places: Mapping[str, Place], told: Sequence[Told]
) -> list[Part]:
    """The parts that no neighbourhood, commune or earlier figure ties together.

    Places without any site are told nothing of and go with the last part.
    """
    ties = _ties(sites, places, told)
    parts: dict[str, Part] = {}
    for site in sites:
        parts.setdefault(ties.find(site.departement), Part()).sites.append(site)
    for region in told:
        if region.sites:
            name = ties.find(region.sites[0].departement)
            parts.setdefault(name, Part()).told.append(region)
    if not parts:
        return [Part(places=dict(places))]
    last = parts[max(parts)]
    for code, place in places.items():
        parts.get(ties.find(code), last).places[code] = place
    return [parts[name] for name in sorted(parts)]


def _with_facts(part: Part, facts: Amounts | None) -> Part:
    """The part with the facts of its sites."""
    here = {site.site for site in part.sites} | {s.site for told in part.told for s in told.sites}
    return replace(
        part, facts=None if facts is None else {site: facts[site] for site in here & facts.keys()}
    )


class _Ties:
    """Names that belong together."""

    def __init__(self) -> None:
        self._root: dict[str, str] = {}

    def find(self, name: str) -> str:
        """The name that stands for all that this one is tied to."""
        self._root.setdefault(name, name)
        while self._root[name] != name:
            name = self._root[name]
        return name

    def tie(self, names: Iterable[str]) -> None:
        """Put them together."""
        first, *others = sorted(set(names))
        for other in others:
            self._root[self.find(other)] = self.find(first)


def _ties(sites: Iterable[RatedSite], places: Mapping[str, Place], told: Iterable[Told]) -> _Ties:
    """Départements with their communes and neighbourhoods, with one another where something straddles them."""
    ties = _Ties()
    shares = [region.sites for region in told if region.sites]
    for site in [*sites, *(site for those in shares for site in those)]:
        ties.tie([site.departement, f"commune {site.commune}", *site.neighbourhoods])
    for code, place in places.items():
        ties.tie([code, f"commune {place.commune}"])
    for those in shares:
        ties.tie(site.departement for site in those)
    return ties


def join(plans: Sequence[Plan]) -> Plan:
    """One plan of them all. Its pattern of withheld cells is the parts' one after the other."""
    shown = {key: value for plan in plans for key, value in plan.shown.items()}
    outcomes = [plan.outcome for plan in plans]
    return Plan(
        dict(sorted(shown.items(), key=_order)),
        {key: value for plan in plans for key, value in plan.members.items()},
        Protected(
            np.concatenate([one.withheld for one in outcomes]),
            sum(one.primary_weaknesses for one in outcomes),
            max(one.rounds for one in outcomes),
            sum(one.given_away for one in outcomes),
        ),
        frozenset().union(*(plan.pending for plan in plans)),
        plans[0].items,
        {key: value for plan in plans for key, value in plan.steps.items()},
        {
            name: {k: v for plan in plans for k, v in plan.further.get(name, {}).items()}
            for name in sorted({name for plan in plans for name in plan.further})
        },
    )


def _order(item: tuple[RegionKey, object]) -> tuple[str, str]:
    return item[0].kind, item[0].name


class _Running:
    """The processes at work."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._stopped = False

    def plan(self, part: Part, thresholds: Thresholds, waived: frozenset[int]) -> Plan:
        """Plan a part in a process. Raises UnprotectableError, CalledProcessError."""
        words = [sys.executable, "-m", "sharing.release.parts"]
        with self._lock:
            if self._stopped:
                raise InterruptedError
            process = subprocess.Popen(  # noqa: S603 -- our own module, nothing from outside
                words, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
            self._processes.add(process)
        try:
            answer, _errors = process.communicate(pickle.dumps((part, thresholds, waived)))
        finally:
            with self._lock:
                self._processes.discard(process)
        if process.returncode == REFUSED:
            raise UnprotectableError(json.loads(answer))
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, words)
        plan: Plan = pickle.loads(answer)  # noqa: S301 -- what our own process wrote
        return plan

    def stop(self) -> None:
        """End the processes."""
        with self._lock:
            self._stopped = True
            for process in self._processes:
                process.kill()


def main() -> int:
    """Plan the part that standard input holds and write the plan to standard output."""
    part, thresholds, waived = pickle.load(sys.stdin.buffer)  # noqa: S301 -- what our own process wrote
    try:
        plan = plan_release(
            part.sites, part.places, thresholds, told=part.told, waived=waived, facts=part.facts
        )
    except UnprotectableError as error:
        sys.stdout.write(json.dumps(str(error)))
        return REFUSED
    sys.stdout.buffer.write(pickle.dumps(plan))
    return 0


if __name__ == "__main__":
    sys.exit(main())
