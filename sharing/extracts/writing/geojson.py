"""GeoJSON (RFC 7946): sites as features in EPSG:4326; further tables as lists inside their site."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

import orjson

from sharing.extracts.dictionary import Column
from sharing.extracts.gathering import Gathered
from sharing.receipts.facts import Facts

COORDINATES: Final = ("longitude", "latitude")


def write_geojson(gathered: Gathered, facts: Facts) -> bytes:
    """The collection, with the receipt as a member of its own."""
    inside: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(dict)
    for table, heads, rows in gathered.tables[1:]:
        for row in rows:
            one = dict(zip([each.name for each in heads], row, strict=True))
            inside[str(one.pop("site_key"))].setdefault(table.name, []).append(one)
    features = features_of(gathered.site_columns, gathered.sites)
    for each in features:
        for table, _heads, _rows in gathered.tables[1:]:
            each["properties"][table.name] = inside[each["id"]].get(table.name, [])
    body = {"type": "FeatureCollection", "receipt": [list(each) for each in facts.rows()], "features": features}  # fmt: skip
    return orjson.dumps(body, default=str)


def features_of(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """Rows with a longitude and a latitude as features in EPSG:4326; a column `key` becomes their id."""
    names = [each.name for each in columns]
    features = []
    for row in rows:
        one = dict(zip(names, row, strict=True))
        place = [one.pop(name) for name in COORDINATES]
        key = {"id": str(one.pop("key"))} if "key" in one else {}
        features.append(
            {
                "type": "Feature", **key, "properties": one,
                "geometry": {"type": "Point", "coordinates": place} if None not in place else None,
            }
        )  # fmt: skip
    return features
