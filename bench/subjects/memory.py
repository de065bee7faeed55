"""Memory of the snapshots that tiles are cut from."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial
from pathlib import Path

from bench.ground import ROOT, Ground
from bench.registry import Figure, subject

SUBJECT = "memory"
SCOPES = 200
LIMIT_MB = 64


@subject(SUBJECT)
def measure(ground: Ground) -> list[Figure]:
    """In a process of its own, which nothing else has grown."""
    words = [sys.executable, "-m", "bench.subjects.memory"]
    environment = ground.environment | {"ORSEN_TILE_MEMORY_BYTES": str(LIMIT_MB * 1024 * 1024)}
    done = subprocess.run(
        words, check=True, cwd=ROOT, env=environment, capture_output=True, text=True
    )
    found = json.loads(done.stdout.splitlines()[-1])
    return [
        Figure(SUBJECT, "a site in a snapshot, cells of far zooms included", "bytes", found["bytes"], target=100,
               at_most=True, note=f"{found['sites']} sites of the prefecture, loaded through the wall"),
        Figure(SUBJECT, f"growth of one worker over {SCOPES} scopes in turn", "MB", found["growth"], target=LIMIT_MB / 8,
               at_most=True, note=f"limit {LIMIT_MB} MB, {found['kept']:.0f} MB kept at the end; the first turn is not counted"),
    ]  # fmt: skip


def resident_mb() -> float:
    """Memory of this process."""
    return int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1]) * 4096 / 1e6


def main() -> None:
    """Measure and print one line of JSON."""
    import django

    django.setup()
    from accounts.models import Membership
    from accounts.principal import from_membership
    from gis.tiles.store import Request
    from sharing.sites import tiles
    from tenants.tiles import own

    members = Membership.objects.live().select_related("organisation")
    landlords = [
        from_membership(each)
        for each in members.filter(organisation__kind="landlord").order_by("pk")
    ]
    store = own.store()

    def turn() -> None:
        for principal in landlords[:SCOPES]:
            load = partial(own.load, principal)
            store.tile(
                own.scope_key(principal),
                own.version(principal),
                Request(8, 129, 88),
                load,
                lambda each: each,
            )

    turn()
    before = resident_mb()
    turn()
    growth, kept = resident_mb() - before, store.nbytes / 1e6
    partner = from_membership(members.get(organisation__partner_category="prefecture"))
    _version, _mark, snapshot = tiles.load(partner, None)
    snapshot.tile(5, 16, 11)
    print(
        json.dumps(
            {
                "bytes": snapshot.nbytes / len(snapshot),
                "sites": len(snapshot),
                "growth": growth,
                "kept": kept,
            }
        )
    )


if __name__ == "__main__":
    main()
