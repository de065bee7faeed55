"""Whether somebody else's object can be told from one that does not exist: by status, by words, by time."""

from __future__ import annotations

import time
from collections.abc import Iterator

from tests.proof.matrix import MATRIX, Row
from tests.proof.objects import MISSING, Values, candidates, is_within, path_of
from tests.proof.probing import Prober, ask, bare
from tests.proof.world import Reader

ROUNDS = 15
TRIES = 3
# A difference counts when it is both large and a large share; three measurements in a row have to show it. The shortest
# of the rounds is compared: what else runs on the machine only ever adds to the others.
SECONDS, SHARE = 0.004, 0.35


def pairs(prober: Prober, readers: tuple[str, ...]) -> Iterator[tuple[str, Reader, Values, Values]]:
    """(route, reader, somebody else's, nobody's) for every object that a reader's role may ask for."""
    for route, row in MATRIX.items():
        for name in readers:
            reader = prober.world.readers[name]
            if "GET" in row.verbs and row.object and row.admits(reader.letter):
                found = _foreign(prober, row, reader)
                if found is not None:
                    yield route, reader, *found


def _foreign(prober: Prober, row: Row, reader: Reader) -> tuple[Values, Values] | None:
    all_of_them = list(candidates(row.object, prober.world, reader))
    if all_of_them[-1][0] != MISSING:
        return None
    for label, values in all_of_them:
        if label != MISSING and not is_within(row.reach_of(reader.letter), row.object, label, reader, prober.world):  # fmt: skip
            return values, all_of_them[-1][1]
    return None


def compare(prober: Prober, readers: tuple[str, ...], *, timed: bool) -> int:
    """Ask for both, interleaved; note a leak where they differ. Returns how many pairs were compared."""
    count = 0
    for route, reader, theirs, nobodys in pairs(prober, readers):
        client, count = prober.clients[reader.label], count + 1
        one, other = path_of(route, theirs), path_of(route, nobodys)
        first, second = ask(client, "GET", one), ask(client, "GET", other)
        prober.proof.probes += 2
        said = (route, "GET", reader.label, "foreign")
        if (first.status, bare(first, one, other)) != (second.status, bare(second, one, other)):
            prober.proof.leak("told apart", *said, f"{first.status} ≠ {second.status} or other words")  # fmt: skip
        elif timed and all(_slower(prober, reader, one, other) for _try in range(TRIES)):
            prober.proof.leak("told apart by time", *said, f"more than {SECONDS} s and {SHARE:.0%}")
    return count


def _slower(prober: Prober, reader: Reader, one: str, other: str) -> bool:
    client = prober.clients[reader.label]
    taken: dict[str, list[float]] = {one: [], other: []}
    for number in range(ROUNDS):
        for path in (one, other) if number % 2 else (other, one):
            began = time.perf_counter()
            ask(client, "GET", path)
            taken[path].append(time.perf_counter() - began)
    theirs, nobodys = min(taken[one]), min(taken[other])
    return abs(theirs - nobodys) > max(SECONDS, SHARE * min(theirs, nobodys))
