"""What a process keeps: under the reader's scope, at one version, within a limit."""

from __future__ import annotations

import gc
import threading
from pathlib import Path

import numpy as np
import pytest

from gis.tiles.reading import UnreadableRowsError, read_points
from gis.tiles.snapshot import Snapshot
from gis.tiles.store import Request, Shelf, Store, tag_of

WORLD = Request(0, 0, 0)


def points(count: int, seed: int = 0) -> Snapshot:
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 2**32, (2, count))
    return Snapshot(x, y, rng.integers(0, 5, count), np.zeros(count), np.arange(count))


def everything(snapshot: Snapshot) -> Snapshot:
    return snapshot


class Source:
    """Loads snapshots and counts how often."""

    def __init__(self, count: int = 100, version: str = "1") -> None:
        self.count, self.version, self.loads = count, version, 0

    def load(self, older: Shelf | None) -> tuple[str, str, Snapshot]:
        self.loads += 1
        return self.version, "", points(self.count, self.loads)


def test_a_scope_is_loaded_once_for_a_version() -> None:
    store, source = Store(10**8), Source()
    first = store.tile("a", "1", WORLD, source.load, everything)
    assert store.tile("a", "1", WORLD, source.load, everything) == first
    store.tile("a", "1", Request(1, 0, 0), source.load, everything)
    assert source.loads == 1
    source.version = "2"
    assert store.kept("a", "2", WORLD) is None
    assert store.tile("a", "2", WORLD, source.load, everything) != first
    assert store.kept("a", "1", WORLD) is None
    assert source.loads == 2


def test_scopes_have_nothing_in_common() -> None:
    store, one, other = Store(10**8), Source(), Source()
    store.tile("a", "1", WORLD, one.load, everything)
    assert store.kept("b", "1", WORLD) is None
    store.tile("b", "1", WORLD, other.load, everything)
    assert (one.loads, other.loads) == (1, 1)


@pytest.mark.parametrize(
    "other",
    [("b", "1", WORLD), ("a", "2", WORLD), ("a", "1", Request(0, 0, 0, wanted="x")),
     ("a", "1", Request(0, 0, 0, every_point=True)), ("a", "1", Request(1, 0, 0))],
)  # fmt: skip
def test_a_tag_names_scope_version_and_request(other: tuple[str, str, Request]) -> None:
    assert tag_of("a", "1", WORLD) != tag_of(*other)
    assert tag_of("a", "1", WORLD) == tag_of("a", "1", Request(0, 0, 0))


def test_a_snapshot_takes_less_than_100_bytes_a_site_clusters_included() -> None:
    """Scattered sites are the worst case: a cell for each."""
    for spread in (2**32, 2**20):
        rng = np.random.default_rng(1)
        x, y = rng.integers(0, spread, (2, 50_000))
        snapshot = Snapshot(x, y, np.zeros(50_000), np.zeros(50_000), np.arange(50_000))
        snapshot.tile(5, 0, 0)
        assert snapshot.nbytes / 50_000 <= 100


def test_the_limit_holds_and_what_is_used_least_leaves_first() -> None:
    source = Source(5_000)
    size = points(5_000).nbytes + 20_000
    store = Store(3 * size)
    for scope in ("a", "b", "c", "a", "d"):
        store.tile(scope, "1", Request(13, 1, 1), source.load, everything)
        assert store.nbytes <= store.limit
    assert [store.kept(each, "1", Request(13, 1, 1)) is not None for each in "abcd"] == [
        True, False, True, True,
    ]  # fmt: skip


def test_a_scope_larger_than_the_limit_is_served_and_not_kept() -> None:
    store, source = Store(1_000), Source(5_000)
    assert store.tile("a", "1", WORLD, source.load, everything)
    assert (len(store), store.nbytes) == (0, 0)


def test_many_tiles_of_one_scope_stay_under_the_limit() -> None:
    store, source = Store(400_000), Source(3_000)
    for number in range(2_000):
        store.tile("a", "1", Request(13, number, 5), source.load, everything)
        assert store.nbytes <= store.limit
    assert source.loads == 1


def test_filters_are_cut_once_and_counted() -> None:
    store, source, chosen = Store(10**8), Source(), 0

    def choose(snapshot: Snapshot) -> Snapshot:
        nonlocal chosen
        chosen += 1
        return snapshot.at_levels([4])

    for x in (0, 1):
        store.tile("a", "1", Request(1, x, 0, wanted="4"), source.load, choose)
    assert chosen == 1
    for number in range(20):
        store.tile("a", "1", Request(1, 0, 0, wanted=str(number)), source.load, choose)
    assert len(store._shelves["a"].filtered) == 8


def test_threads_that_want_the_same_scope_wait_for_one_load() -> None:
    store, source = Store(10**8), Source(20_000)
    threads = [
        threading.Thread(target=store.tile, args=("a", "1", Request(2, n % 4, 0), source.load, everything))
        for n in range(8)
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert source.loads == 1


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def test_two_hundred_scopes_in_turn_do_not_grow_the_process() -> None:
    store = Store(20_000_000)

    def round_of(scopes: int) -> None:
        for number in range(scopes):
            source = Source(20_000)
            store.tile(f"s{number}", "1", WORLD, source.load, everything)
        gc.collect()

    round_of(100)
    before = resident_mb()
    round_of(200)
    assert resident_mb() - before < 20


@pytest.mark.django_db
@pytest.mark.parametrize(
    "columns",
    ["1::bigint, 1, 1, 1::smallint, 1", "1, 1, 1, 1, 1, 1", "NULL::bigint, 1, 1, 1::smallint, 1, 1::bigint"],
)  # fmt: skip
def test_rows_of_another_shape_are_refused(columns: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor, pytest.raises(UnreadableRowsError):
        read_points(cursor, f"SELECT {columns}", [])
