"""What a process keeps of the tiles: snapshots, what filters leave of them, tiles; bounded in bytes.

Everything hangs under the key of one reader's scope, so that no two scopes can share anything, and carries the version
of the data: another version drops all of it at once. The store knows nothing of the rights: the caller names scope and
version anew at each request.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock, RLock
from typing import Final

from gis.tiles.snapshot import Snapshot

OVERHEAD: Final = 400  # bytes of a kept tile beside its content: key, dictionary
FILTERS_KEPT: Final = 8  # of one scope, the last ones used


@dataclass(frozen=True, slots=True)
class Request:
    """One tile: its address, whether every point is wanted at any zoom, and the filter in the caller's words."""

    z: int
    x: int
    y: int
    every_point: bool = False
    wanted: str = ""


def tag_of(scope: str, version: str, request: Request) -> str:
    """The entity tag of a tile: the same in every process, another for every scope and version."""
    words = f"{scope}|{version}|{request.z}|{request.x}|{request.y}|{request.every_point}|{request.wanted}"
    return f'"{hashlib.blake2b(words.encode(), digest_size=15).hexdigest()}"'


@dataclass(slots=True)
class Shelf:
    """All that is kept for one scope at one version."""

    version: str
    snapshot: Snapshot
    mark: str  # what the caller needs to bring the snapshot up to date
    filtered: OrderedDict[str, Snapshot] = field(default_factory=OrderedDict)
    tiles: OrderedDict[Request, bytes] = field(default_factory=OrderedDict)
    tile_bytes: int = 0

    @property
    def nbytes(self) -> int:
        """Memory of everything on it, bytes."""
        snapshots = self.snapshot.nbytes + sum(part.nbytes for part in self.filtered.values())
        return snapshots + self.tile_bytes


Loader = Callable[[Shelf | None], tuple[str, str, Snapshot]]
Chooser = Callable[[Snapshot], Snapshot]


class Store:
    """Shelves by scope, least recently used first. Safe for threads."""

    def __init__(self, limit: int) -> None:
        """Take the limit of all shelves together, in bytes."""
        self.limit = limit
        self._shelves: OrderedDict[str, Shelf] = OrderedDict()
        self._sizes: dict[str, int] = {}
        self._lock = RLock()
        self._loading: dict[str, Lock] = {}

    @property
    def nbytes(self) -> int:
        """Memory of all shelves, bytes."""
        with self._lock:
            return sum(self._sizes.values())

    def __len__(self) -> int:
        return len(self._shelves)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._shelves.clear()
            self._sizes.clear()

    def kept(self, scope: str, version: str, request: Request) -> bytes | None:
        """The tile, when this scope asked for it at this version."""
        with self._lock:
            shelf = self._shelves.get(scope)
            if shelf is None or shelf.version != version:
                return None
            tile = shelf.tiles.get(request)
            if tile is not None:
                self._shelves.move_to_end(scope)
                shelf.tiles.move_to_end(request)
            return tile

    def tile(
        self, scope: str, version: str, request: Request, load: Loader, choose: Chooser
    ) -> bytes:
        """The tile, cut now if it is not kept.

        load: gets the scope's shelf of an older version, if any, and returns (version, mark, snapshot) as PostgreSQL
        gives them now. choose: what the request's filter leaves of the snapshot. Raises OutsideGridError.
        """
        found = self.kept(scope, version, request)
        if found is not None:
            return found
        shelf = self._shelf(scope, version, load)
        snapshot = (
            self._filtered(shelf, request.wanted, choose) if request.wanted else shelf.snapshot
        )
        return self._cut(scope, shelf, snapshot, request)

    def at_hand(self, scope: str, version: str, request: Request) -> bytes | None:
        """The tile, kept or cut from what is kept at this version; None where something would have to be read.

        Raises OutsideGridError.
        """
        found = self.kept(scope, version, request)
        if found is not None:
            return found
        with self._lock:
            shelf = self._shelves.get(scope)
            if shelf is None or shelf.version != version:
                return None
            self._shelves.move_to_end(scope)
            snapshot = shelf.filtered.get(request.wanted) if request.wanted else shelf.snapshot
        return None if snapshot is None else self._cut(scope, shelf, snapshot, request)

    def _cut(self, scope: str, shelf: Shelf, snapshot: Snapshot, request: Request) -> bytes:
        content = snapshot.tile(request.z, request.x, request.y, every_point=request.every_point)
        with self._lock:
            shelf.tiles[request] = content
            shelf.tile_bytes += len(content) + OVERHEAD
            self._weigh(scope, shelf)
        return content

    def snapshot(self, scope: str, version: str, load: Loader) -> Snapshot:
        """The scope's points at this version, loaded now if they are not kept."""
        return self._shelf(scope, version, load).snapshot

    def _shelf(self, scope: str, version: str, load: Loader) -> Shelf:
        with self._lock:
            shelf = self._shelves.get(scope)
            if shelf is not None and shelf.version == version:
                self._shelves.move_to_end(scope)
                return shelf
            turn = self._loading.setdefault(scope, Lock())
        with turn:  # one thread loads, the others wait for it
            with self._lock:
                shelf = self._shelves.get(scope)
                if shelf is not None and shelf.version == version:
                    return shelf
            loaded_version, mark, snapshot = load(shelf)
            shelf = Shelf(loaded_version, snapshot, mark)
            with self._lock:
                self._loading.pop(scope, None)
                self._shelves[scope] = shelf
                self._shelves.move_to_end(scope)
                self._weigh(scope, shelf)
        return shelf

    def _filtered(self, shelf: Shelf, wanted: str, choose: Chooser) -> Snapshot:
        with self._lock:
            found = shelf.filtered.get(wanted)
        if found is None:
            found = choose(shelf.snapshot)
        with self._lock:
            shelf.filtered[wanted] = found
            shelf.filtered.move_to_end(wanted)
            while len(shelf.filtered) > FILTERS_KEPT:
                shelf.filtered.popitem(last=False)
        return found

    def _weigh(self, scope: str, shelf: Shelf) -> None:
        """Bring everything under the limit: other scopes first, then the scope's own tiles, then the scope itself."""
        if self._shelves.get(scope) is not shelf:
            return
        self._sizes[scope] = shelf.nbytes
        total = sum(self._sizes.values())
        while total > self.limit and len(self._shelves) > 1:
            oldest = next(iter(self._shelves))
            if oldest == scope:
                self._shelves.move_to_end(scope)
                continue
            del self._shelves[oldest]
            total -= self._sizes.pop(oldest)
        while total > self.limit and shelf.tiles:
            freed = len(shelf.tiles.popitem(last=False)[1]) + OVERHEAD
            shelf.tile_bytes -= freed
            total -= freed
        while total > self.limit and shelf.filtered:
            total -= shelf.filtered.popitem(last=False)[1].nbytes
        if total > self.limit:  # served, not kept
            del self._shelves[scope]
            self._sizes.pop(scope)
        else:
            self._sizes[scope] = total - sum(
                size for other, size in self._sizes.items() if other != scope
            )
