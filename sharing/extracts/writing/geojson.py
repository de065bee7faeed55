"""GeoJSON (RFC 7946): sites as features in EPSG:4326; further tables as lists inside their site."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

import orjson

from sharing.extracts.gathering import Gathered
from sharing.receipts.facts import Facts

COORDINATES: Final = ("longitude", "latitude")


def write_geojson(gathered: Gathered, facts: Facts) -> bytes:
    """The collection, with the receipt as a member of its own."""
    columns = [each.name for each in gathered.site_columns]
    inside: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(dict)
    for table, heads, rows in gathered.tables[1:]:
        for row in rows:
            one = dict(zip([each.name for each in heads], row, strict=True))
            inside[str(one.pop("site_key"))].setdefault(table.name, []).append(one)
    features = []
    for row in gathered.sites:
        site = dict(zip(columns, row, strict=True))
        place = [site.pop(name) for name in COORDINATES]
        key = str(site.pop("key"))
        tables = {table.name: inside[key].get(table.name, []) for table, _heads, _rows in gathered.tables[1:]}  # fmt: skip
        features.append(
            {
                "type": "Feature", "id": key, "properties": site | tables,
                "geometry": {"type": "Point", "coordinates": place} if None not in place else None,
            }
        )  # fmt: skip
    body = {"type": "FeatureCollection", "receipt": [list(each) for each in facts.rows()], "features": features}  # fmt: skip
    return orjson.dumps(body, default=str)
