"""Tiles of the views that the tiles of the sites do not carry: a past campaign, changes, facts, hot spots."""

from __future__ import annotations

import numpy as np
from django.db.models import BigIntegerField, QuerySet
from django.db.models.expressions import RawSQL

from accounts.principal import Principal
from gis.tiles.facts import facts_tile
from gis.tiles.grid import quantised_sql, tile_number
from gis.tiles.snapshot import Snapshot
from tenants.maps.choices import FACTS_VIEW, MapChoice
from tenants.maps.frames import within_tile
from tenants.maps.marks import marked
from tenants.stock.models import Site


def mark_tile(principal: Principal, choice: MapChoice, z: int, x: int, y: int) -> bytes:
    """One tile of the view: layers `points` and `clusters` (`level` is the mark), or `facts` (n, level).

    Empty bytes without sites. Raises OutsideGridError.
    """
    tile_number(z, x, y)
    rows = within_tile(marked(principal, choice).filter(geom__isnull=False).order_by(), z, x, y)
    if choice.view == FACTS_VIEW:
        return facts_tile([*_placed(rows, "facts", "mark", "pk")], z, x, y)
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
