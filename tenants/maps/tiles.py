"""Tiles of the views that the tiles of the sites do not carry: a past campaign, changes, facts, hot spots."""

from __future__ import annotations

from typing import Final

import numpy as np
from django.db.models import BigIntegerField, QuerySet
from django.db.models.expressions import RawSQL

from accounts.principal import Principal
from gis.tiles.encode import encode_points
from gis.tiles.grid import quantised_sql, tile_number
from gis.tiles.snapshot import Snapshot, inside_tile
from tenants.maps.choices import FACTS_VIEW, MapChoice
from tenants.maps.frames import within_tile
from tenants.maps.marks import marked
from tenants.stock.models import Site

FACTS_LAYER: Final = "facts"
GATHERED_BELOW: Final = 13  # zooms at which facts are summed by cell
CELL: Final = 64  # units of the tile


def mark_tile(principal: Principal, choice: MapChoice, z: int, x: int, y: int) -> bytes:
    """One tile of the view: layers `points` and `clusters` (`level` is the mark), or `facts` (n, level).

    Empty bytes without sites. Raises OutsideGridError.
    """
    tile_number(z, x, y)
    rows = within_tile(marked(principal, choice).filter(geom__isnull=False).order_by(), z, x, y)
    if choice.view == FACTS_VIEW:
        return _facts_tile(rows, z, x, y)
    columns = _placed(rows, "mark", "dwellings", "pk")
    return Snapshot(*columns).tile(z, x, y) if columns.size else b""


def _placed(rows: QuerySet[Site], *names: str) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Columns: steps of gis.tiles.grid, then the named ones."""
    to_x, to_y = quantised_sql('"tenants_site"."geom"')
    found = rows.annotate(
        step_x=RawSQL(to_x, [], output_field=BigIntegerField()),  # noqa: S611 -- constants of gis.tiles.grid
        step_y=RawSQL(to_y, [], output_field=BigIntegerField()),  # noqa: S611
    ).values_list("step_x", "step_y", *names)
    return np.array(list(found), dtype=np.int64).reshape(-1, 2 + len(names)).T


def _facts_tile(rows: QuerySet[Site], z: int, x: int, y: int) -> bytes:
    columns = _placed(rows, "facts", "mark", "pk")
    here = (columns[0] >> (32 - z) == x) & (columns[1] >> (32 - z) == y)
    steps_x, steps_y, counts, levels, keys = columns[:, here]
    if not len(keys):
        return b""
    place_x, place_y = (inside_tile(steps.astype(np.uint32), z).astype(np.int64) for steps in (steps_x, steps_y))  # fmt: skip
    if z >= GATHERED_BELOW:
        return encode_points(
            FACTS_LAYER, place_x, place_y, ids=keys.astype(np.uint64), attributes={"n": counts, "level": levels}
        )  # fmt: skip
    cells, index = np.unique(place_y // CELL * CELL + place_x // CELL, return_inverse=True)
    total = np.bincount(index, weights=counts).astype(np.int64)
    mean_x, mean_y = (np.bincount(index, weights=place) // np.bincount(index) for place in (place_x, place_y))  # fmt: skip
    return encode_points(
        FACTS_LAYER, mean_x.astype(np.int64), mean_y.astype(np.int64), ids=cells.astype(np.uint64), attributes={"n": total}
    )  # fmt: skip
