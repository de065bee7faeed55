"""GeoPackage of sites: points in EPSG:2154, other tables as attributes."""

from __future__ import annotations

import struct
from typing import Final

from sharing.extracts.gathering import Gathered
from sharing.extracts.writing.container import (
    LAMBERT_93,
    NO_EXTENT,
    attributes,
    container,
    features,
    header,
)
from sharing.extracts.writing.dictionary_rows import DICTIONARY, dictionary_rows
from sharing.receipts.facts import Facts

TYPES: Final = {"text": "TEXT", "integer": "INTEGER", "number": "REAL", "date": "DATE"}


def write_geopackage(gathered: Gathered, facts: Facts) -> bytes:
    """The whole file."""
    with container() as base:
        for place, (table, columns, rows) in enumerate(gathered.tables):
            fields = [(each.name, TYPES[each.kind]) for each in columns]
            if place == 0:
                points = [each for each in gathered.points if each is not None]
                across, up = [x for x, _y in points], [y for _x, y in points]
                extent = (min(across), min(up), max(across), max(up)) if points else NO_EXTENT
                placed = zip(gathered.points, gathered.sites, strict=True)
                features(
                    base, table.name, str(table.label), "POINT", LAMBERT_93, fields, extent,
                    ([_blob(point), *row] for point, row in placed),
                )  # fmt: skip
            else:
                attributes(base, table.name, str(table.label), fields, rows)
        heads = [(each, "TEXT") for each in DICTIONARY]
        attributes(base, "dictionnaire", "dictionnaire", heads, dictionary_rows(gathered))
        attributes(base, "recu", "recu", [("fait", "TEXT"), ("valeur", "TEXT")], facts.rows())
        base.commit()
        return base.serialize()


def _blob(point: tuple[float, float] | None) -> bytes | None:
    if point is None:
        return None
    return header(LAMBERT_93) + struct.pack("<BIdd", 1, 1, *point)
