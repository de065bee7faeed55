"""Find a place by its name as people type it: without accents, hyphens or capitals."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, Final

from django.contrib.gis.db.models import Extent
from django.contrib.gis.geos import Polygon
from django.db.models import CharField, Func, Q, QuerySet, Value
from django.db.models.functions import Lower

from gis.territories.models import LAMBERT_93, Territory, TerritoryKind

KINDS: Final = (TerritoryKind.COMMUNE, TerritoryKind.QPV)
SHORTEST: Final = 2
_WITH = "àâäáãçéèêëíîïìóôöòõúùûüÿñ-’'"
_WITHOUT = "aaaaaceeeeiiiiooooouuuuyn   "


def folded(field: str) -> Func:
    """A text column without accents, hyphens, apostrophes and capitals."""
    letters = (Lower(field), Value(_WITH), Value(_WITHOUT))
    return Func(*letters, function="translate", output_field=CharField())


def plain(text: str) -> str:
    """The same of what somebody typed, spaces made single."""
    decomposed = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe"))
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(letters.translate(str.maketrans("-’'", "   ")).split())


def naming(rows: QuerySet[Any], text: str, *fields: str) -> QuerySet[Any]:
    """The rows of which every word of the text stands in one of the fields."""
    names = []
    for number, field in enumerate(fields):
        name = f"plain_{number}"
        rows = rows.alias(**{name: folded(field)})
        names.append(name)
    for word in plain(text).split():
        rows = rows.filter(reduce(or_, (Q(**{f"{name}__contains": word}) for name in names)))
    return rows


@dataclass(frozen=True)
class Place:
    """A commune or a neighbourhood: its name and its frame in degrees (west, south, east, north)."""

    name: str
    kind: str
    frame: tuple[float, float, float, float]


def places(text: str, departements: Iterable[str], *, most: int = 6) -> list[Place]:
    """Communes and neighbourhoods of these départements whose name holds every word; those that begin so first."""
    wanted = plain(text)
    if len(wanted) < SHORTEST:
        return []
    held = Territory.objects.current(*KINDS).filter(departement_code__in=list(departements))
    found = (
        naming(held, wanted, "name")
        .annotate(frame=Extent("geom"), begins=folded("name"))
        .values_list("name", "kind", "begins", "frame")
        .order_by("name")
    )
    rows = sorted(found[:50], key=lambda row: (not row[2].startswith(wanted), row[1], row[0]))
    return [Place(name, kind, degrees(frame)) for name, kind, _begins, frame in rows[:most]]


def degrees(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """A box of EPSG:2154 as west, south, east, north in degrees."""
    polygon = Polygon.from_bbox(box)
    polygon.srid = LAMBERT_93
    west, south, east, north = polygon.transform(4326, clone=True).extent
    return round(west, 5), round(south, 5), round(east, 5), round(north, 5)
