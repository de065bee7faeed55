"""Attack releases as anybody could: an independent auditor on random communes, the engine's pace, the demonstration.

    python -m scripts.attack [--attacks N] [--cells N] [--worlds N] [--weakness repair|ledger]

Prints what it does; the last line is one JSON object. Ends with 1 when a figure was recovered or came within its
protection level, when the pace or the demonstration's share is missed (both départements together and each, in both
rounds), or when more is withheld than 1.2 times what τ-ARGUS withholds. `--weakness` plants one, to see it found.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any

LEAST_SHARE = 0.6
MOST_SECONDS = 600
MOST_SUPPRESSION = 1.2  # times what τ-ARGUS withholds
TREES = [(seed, communes) for seed in (0, 1, 2, 4, 5, 6, 7, 8, 10, 11) for communes in (3, 5)]


def one_world(seed: int, count: int, weakness: str) -> Counter[str]:
    """Release a random world twice, and attack it. Counts by kind and outcome."""
    from tests.attack import campaign

    began = time.process_time()
    # In every other world two geographies cross, as IRIS and QPV do.
    world = campaign.make_world(seed, overlapping=seed % 2 == 1)
    found = campaign.release(world, ledger=weakness != "ledger")
    if weakness == "repair":
        bare = campaign.without_repair(found.second, world.places)
        found = campaign.Releases(found.world, found.first, bare)
    counts: Counter[str] = Counter(releases=2, given_away=found.second.outcome.given_away)
    for kind, finding in campaign.attacks(found, seed, count):
        counts[kind] += 1
        counts["attacks"] += 1
        counts["recovered"] += finding.is_recovered
        counts["near"] += finding.is_too_near
    counts["milliseconds"] = round(1000 * (time.process_time() - began))
    return counts


def one_world_of_facts(seed: int, count: int, weakness: str) -> Counter[str]:
    """Release a random world twice with its facts by family, and attack those."""
    from tests.attack import further

    found = further.make_further(seed, overlapping=seed % 2 == 1)
    if weakness == "repair":
        found = further.without_repair(found)
    counts: Counter[str] = Counter()
    for kind, finding in further.attacks(found, seed, count):
        counts[kind] += 1
        counts["facts_attacks"] += 1
        counts["facts_recovered"] += finding.is_recovered
        counts["facts_near"] += finding.is_too_near
    told = found.second.further.get("facts", {}).values()
    counts["facts_told"] += sum(
        value is not None for one in told if one is not None for value in one.values()
    )
    return counts


def at_pace(cells: int) -> dict[str, Any]:
    """Protect and audit about that many cells that would be published: communes, IRIS and QPV that overlap."""
    from sharing.release.protection import audit, protect
    from tests.release.protection.stock import linked, make_stock

    communes = max(2, cells // 90)  # about as many cells each
    table = linked(make_stock(3, communes), departement=25).table
    began, last = time.perf_counter(), [0.0]

    def progress(step: str, done: int, total: int) -> None:
        if time.perf_counter() - last[0] > 10:
            last[0] = time.perf_counter()
            print(f"  pace: {step}, {done} of {total}, {last[0] - began:.0f} s", flush=True)

    found = protect(table, progress)
    left = len(
        audit(
            table, found.withheld, progress=lambda done, total: progress("last audit", done, total)
        )
    )
    return {
        "cells": int((~table.internal).sum()),
        "cells_with_parts": table.cells,
        "weak_after_primary": found.primary_weaknesses,
        "weak_after_protection": left,
        "told": int((~found.withheld).sum()),
        "seconds": round(time.perf_counter() - began, 1),
    }


def suppression() -> dict[str, Any]:
    """What the engine withholds of tree tables, by what τ-ARGUS withholds; the worst of the trees and all together."""
    from tests.attack import oracle

    total, worst = Counter[str](), 0.0
    for seed, communes in TREES:
        one = oracle.compare(seed, communes)
        total.update(one)
        worst = max(worst, one["ours"] / one["optimum"])
    return {
        "trees": len(TREES),
        **total,
        "worst_ratio": round(worst, 3),
        "ratio": round(total["ours"] / total["optimum"], 3),
        "ratio_against_groups": round(total["against_groups"] / total["optimum"], 3),
        "ratio_to_primary": round(total["ours"] / total["unsafe"], 3),
    }


def demonstration() -> dict[str, float]:
    """Share of the demonstration's dwellings of neighbourhoods that lie in a published one or zone, by département."""
    from tests.attack.demonstration import shares

    return shares()


def main() -> int:
    """Run everything on two cores. Returns 1 when something was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--attacks", type=int, default=5000)
    parser.add_argument("--worlds", type=int, default=50)
    parser.add_argument("--cells", type=int, default=10_000)
    parser.add_argument("--weakness", choices=["", "repair", "ledger"], default="")
    wanted = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    began, counts = time.perf_counter(), Counter[str]()
    each = -(-wanted.attacks // wanted.worlds)
    with ProcessPoolExecutor(2) as pool:
        demo = pool.submit(demonstration)
        pace = pool.submit(at_pace, wanted.cells)
        trees = pool.submit(suppression)
        worlds = [
            pool.submit(one_world, seed, each, wanted.weakness) for seed in range(wanted.worlds)
        ]
        of_facts = [
            pool.submit(one_world_of_facts, seed, each, wanted.weakness)
            for seed in range(wanted.worlds)
        ]
        for number, done in enumerate(as_completed(worlds), start=1):
            counts += done.result()
            if number % 5 == 0 or number == wanted.worlds:
                print(f"  {number} of {wanted.worlds} worlds, {counts['attacks']} attacks, "
                      f"{counts['recovered']} figures recovered, {time.perf_counter() - began:.0f} s", flush=True)  # fmt: skip
        for done in as_completed(of_facts):
            counts += done.result()
        result: dict[str, Any] = {
            "attacks": counts["attacks"],
            "by_attacker": {
                kind: counts[kind] for kind in ("outsider", "group", "pair", "previous")
            },
            "cells_recovered": counts["recovered"],
            "below_protection": counts["near"],
            "releases": counts["releases"],
            "facts": {
                "attacks": counts["facts_attacks"],
                "with_earlier": counts["facts, previous"],
                "told": counts["facts_told"],
                "recovered": counts["facts_recovered"],
                "below_protection": counts["facts_near"],
            },
            "dwellings_published_share": demo.result(),
            "pace": pace.result(),
            "suppression": trees.result(),
            "seconds": round(time.perf_counter() - began, 1),
        }
    failures = [
        name
        for name, failed in {
            "figures recovered": counts["recovered"] > 0,
            "figures below their protection level": counts["near"] > 0,
            "facts recovered": counts["facts_recovered"] > 0,
            "facts below their protection level": counts["facts_near"] > 0,
            "too few attacks on facts": counts["facts_attacks"] < 0.9 * wanted.attacks,
            "too few attacks": counts["attacks"] < 0.98 * wanted.attacks,
            "too little published": min(demo.result().values()) < LEAST_SHARE,
            "more withheld than τ-ARGUS allows": result["suppression"]["worst_ratio"]
            > MOST_SUPPRESSION,
            "weak figures at full size": result["pace"]["weak_after_protection"] > 0,
            "too slow": result["pace"]["seconds"] > MOST_SECONDS,
        }.items()
        if failed
    ]
    print("Found: " + ", ".join(failures) if failures else "Nothing was found.")
    print(json.dumps(result))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
