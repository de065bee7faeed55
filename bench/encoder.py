"""Tiles per second of a snapshot, in one process: python bench/tiles.py [POINTS].

The points are invented: clumps around random centres over Île-de-France, as dwellings are. Nothing of the database, the
network or a web server is measured here, only the cut and the encoding.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from gis.tiles.grid import quantise_degrees
from gis.tiles.snapshot import Snapshot

ZOOMS = range(6, 17)
ROUNDS = 5


def invented(points: int, seed: int = 1) -> Snapshot:
    """Clumped points, levels as in the Seine-Saint-Denis distribution, about 63 dwellings each."""
    rng = np.random.default_rng(seed)
    centres = rng.uniform((1.9, 48.5), (2.9, 49.1), (400, 2))
    spots = centres[rng.integers(0, 400, points)] + rng.normal(0, 0.01, (points, 2))
    x, y = quantise_degrees(spots[:, 0], spots[:, 1])
    level = rng.choice(5, points, p=(0.1, 0.5, 0.25, 0.1, 0.05))
    return Snapshot(x, y, level, rng.poisson(63, points), np.arange(points))


def addresses(snapshot: Snapshot, z: int, count: int = 60) -> list[tuple[int, int, int]]:
    """Tiles that hold points, drawn from where the points are."""
    rng = np.random.default_rng(z)
    chosen = rng.integers(0, len(snapshot), count)
    return [(z, int(snapshot.x[i]) >> (32 - z), int(snapshot.y[i]) >> (32 - z)) for i in chosen]


def main() -> None:
    """Print one line a zoom: tiles per second (median of the rounds), bytes of a tile."""
    points = int(sys.argv[1]) if len(sys.argv) > 1 else 500_000
    start = time.perf_counter()
    snapshot = invented(points)
    snapshot.tile(0, 0, 0)
    print(
        f"{points} points, {snapshot.nbytes / 1e6:.1f} MB, made in {time.perf_counter() - start:.2f} s"
    )
    for z in ZOOMS:
        tiles = addresses(snapshot, z)
        speeds, size = [], 0
        for _ in range(ROUNDS):
            start = time.perf_counter()
            size = sum(len(snapshot.tile(*tile)) for tile in tiles)
            speeds.append(len(tiles) / (time.perf_counter() - start))
        print(f"z{z:<3} {np.median(speeds):8.0f} tiles/s {size / len(tiles) / 1000:9.1f} kB a tile")
    fresh = Snapshot(
        *(getattr(snapshot, name)[:10_000] for name in ("x", "y", "level", "dwellings", "key"))
    )
    start = time.perf_counter()
    snapshot.changed(fresh.key, fresh)
    print(f"10,000 changes merged in {1000 * (time.perf_counter() - start):.0f} ms")


if __name__ == "__main__":
    main()
