"""Features of GIS files as rows: three columns for the point of the geometry, then the attributes.

Runs in the child process; imports no Django. GDAL never sees these files: it chooses its driver by content and follows
addresses that they name. A geometry that is no point gives one that lies on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

import shapely

from tenants.imports.tables.text_files import NotATableError

POSITION_COLUMNS: Final = ["X (géométrie)", "Y (géométrie)", "EPSG (géométrie)"]
MOST_FIELDS: Final = 2_000
POINT: Final = 0
Rows = Iterator[tuple[int, list[str]]]


def attribute_text(value: Any) -> str:
    """An attribute as the text that a CSV export would hold; a list or an object as nothing."""
    if value is None or isinstance(value, (list, dict, bytes)):
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)


def point_of(geometry: Any) -> tuple[str, str]:
    """X and Y of a point on the geometry, in its own CRS; empty when it has none."""
    if geometry is None or geometry.is_empty:
        return "", ""
    try:
        point = geometry if shapely.get_type_id(geometry) == POINT else geometry.point_on_surface()
    except shapely.errors.GEOSException:
        point = geometry.envelope.centroid
    return repr(point.x), repr(point.y)


def rows_of_features(
    fields: list[str], epsg: str, features: Iterable[tuple[Any, list[Any]]]
) -> Rows:
    """A header and a row per feature, numbered from 1: `features` gives the geometry and the attributes in order."""
    if len(fields) > MOST_FIELDS:
        raise NotATableError("too_many_columns")
    yield 1, [*POSITION_COLUMNS, *fields]
    for number, (geometry, values) in enumerate(features, start=2):
        x, y = point_of(geometry)
        yield number, [x, y, epsg if x else "", *map(attribute_text, values)]


_NAMED = re.compile(
    r'AUTHORITY\["EPSG",\s*"?(\d{4,5})"?\]\s*\]\s*$|ID\["EPSG",\s*(\d{4,5})\]\s*\]\s*$'
)
# What the .prj of the usual tools says when it names no EPSG code.
_WORDS: Final = (
    (r"RGF_?(19)?93.*LAMBERT_?93|LAMBERT_?93", "2154"),
    (r"WGS_?(19)?84.*(WEB_?MERCATOR|PSEUDO)", "3857"),
    (r"RGAF09.*UTM.*20", "5490"),
    (r"RGFG_?(19)?95.*UTM.*22", "2972"),
    (r"RGR_?(19)?92.*UTM.*40", "2975"),
    (r"RGM_?(20)?04.*UTM.*38", "4471"),
    (r"^GEOGCS\[.*(WGS_?(19)?84|RGF_?(19)?93)|^GEOGCRS\[.*WGS", "4326"),
)


def epsg_of_wkt(text: str) -> str:
    """The EPSG code that the WKT of a CRS names or describes; « inconnu » for any other, empty for none."""
    plain = " ".join(text.split())
    if not plain:
        return ""
    if found := _NAMED.search(plain):
        return found[1] or found[2]
    folded = plain.upper().replace(" ", "_").replace("-", "_").replace("/", "_")
    for pattern, code in _WORDS:
        if re.search(pattern, folded):
            return code
    return "inconnu"
