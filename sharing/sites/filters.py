"""What the list, the map, its tiles and the API filter and sort by: nothing but what the detail level shows."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib.gis.geos import Polygon
from django.db.models import Count, F, Q, QuerySet, Sum
from django.http import QueryDict
from django.utils.translation import gettext as _

from gis.territories.models import LAMBERT_93
from sharing.access.models import SharedSite

WGS_84: Final = 4326
SORTS: Final = {
    "nom": "name",
    "bailleur": "landlord__short_name",
    "commune": "commune_name",
    "logements": "dwellings",
    "niveau": "level",
    "date": "published_on",
}


class BadBoxError(ValueError):
    """A bounding box that is none: west,south,east,north in degrees are needed."""


# Degrees within which EPSG:2154 holds; a wider window shows no site more.
REACH: Final = (-12.0, 38.0, 18.0, 56.0)
EDGE_STEPS: Final = 16  # parallels bend in EPSG:2154: an edge is followed, not cut across


def box(text: str) -> Polygon:
    """« west,south,east,north » in EPSG:4326 as a polygon in EPSG:2154. Raises BadBoxError."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise BadBoxError(text) from error
    if not all(map(math.isfinite, (west, south, east, north))) or west > east or south > north:
        raise BadBoxError(text)
    west, east = (min(max(value, REACH[0]), REACH[2]) for value in (west, east))
    south, north = (min(max(value, REACH[1]), REACH[3]) for value in (south, north))
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    edge = []
    for (x, y), (to_x, to_y) in pairwise(corners):
        for step in range(EDGE_STEPS):
            share = step / EDGE_STEPS
            edge.append((x + share * (to_x - x), y + share * (to_y - y)))
    polygon = Polygon([*edge, edge[0]], srid=WGS_84)
    polygon.transform(LAMBERT_93)
    return polygon


def inside(sites: QuerySet[Any], window: Polygon) -> QuerySet[Any]:
    """Those in the window: the box first, which an index answers behind the wall, then the exact window."""
    return sites.filter(geom__bboverlaps=window).filter(geom__intersects=window)


@dataclass(frozen=True)
class Facet:
    """The reader's sites counted once, from which filters and totals are offered."""

    landlords: dict[str, str] = field(default_factory=dict)
    communes: dict[str, str] = field(default_factory=dict)
    neighbourhoods: list[str] = field(default_factory=list)
    sites: dict[int, int] = field(default_factory=dict)
    dwellings: dict[int, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many sites the reader sees."""
        return sum(self.sites.values())


def facet(sites: QuerySet[SharedSite]) -> Facet:
    """Count what the reader sees by landlord, commune, QPV and level. One query."""
    found = Facet(sites=dict.fromkeys((1, 2, 3, 4), 0), dwellings=dict.fromkeys((1, 2, 3, 4), 0))
    neighbourhoods: set[str] = set()
    rows = (
        sites.order_by()
        .values_list("landlord_id", "landlord__short_name", "commune_code", "commune_name", "qpv_code", "level")
        .annotate(n=Count("key"), d=Sum("dwellings"))
    )  # fmt: skip
    for landlord_id, landlord, commune_code, commune, qpv, level, count, dwellings in rows:
        found.landlords[str(landlord_id)] = landlord
        if commune_code:
            found.communes[commune_code] = commune or commune_code
        if qpv:
            neighbourhoods.add(qpv)
        found.sites[level] += count
        found.dwellings[level] += dwellings
    found.neighbourhoods.extend(sorted(neighbourhoods))
    return found


@dataclass(frozen=True)
class Chip:
    """A filter that is on, and the query without it."""

    label: str
    query: str


@dataclass(frozen=True)
class SiteFilter:
    """What a reader asks for. Unknown values match nothing; an unreadable level is no filter."""

    levels: tuple[int, ...] = ()
    landlord: str = ""
    commune: str = ""
    qpv: str = ""
    text: str = ""
    sort: str = ""

    @classmethod
    def of_query(cls, query: QueryDict) -> SiteFilter:
        """From the page's query: niveaux, bailleur, commune, qpv, q, tri."""
        return cls(
            levels=tuple(sorted({int(digit) for digit in re.findall("[1-4]", query.get("niveaux", ""))})),
            landlord=query.get("bailleur", ""),
            commune=query.get("commune", ""),
            qpv=query.get("qpv", ""),
            text=query.get("q", "").strip()[:80],
            sort=query.get("tri", ""),
        )  # fmt: skip

    def apply(self, sites: QuerySet[SharedSite]) -> QuerySet[SharedSite]:
        """Narrow the reader's sites."""
        if self.levels:
            sites = sites.filter(level__in=self.levels)
        if self.landlord:
            sites = sites.filter(landlord_id=int(self.landlord) if self.landlord.isdecimal() else 0)
        if self.commune:
            sites = sites.filter(commune_code=self.commune)
        if self.qpv:
            sites = sites.filter(qpv_code=self.qpv)
        if self.text:
            sites = sites.filter(
                Q(name__icontains=self.text)
                | Q(address__icontains=self.text)
                | Q(commune_name__icontains=self.text)
            )
        return sites

    def order(self, sites: QuerySet[SharedSite]) -> QuerySet[SharedSite]:
        """Sort as asked, gravest first by default; the key settles ties, so that pages never overlap."""
        name = SORTS.get(self.sort.removeprefix("-"))
        if name is None:
            return sites.order_by("-level", "name", "key")
        first = F(name).desc() if self.sort.startswith("-") else F(name).asc()
        return sites.order_by(first, "name", "key")

    def chips(self, found: Facet) -> list[Chip]:
        """The filters that are on, each with the query that takes it off."""
        shown = {
            "niveaux": _("Niveau %(levels)s") % {"levels": ", ".join(map(str, self.levels))} if self.levels else "",
            "bailleur": found.landlords.get(self.landlord, self.landlord),
            "commune": found.communes.get(self.commune, self.commune),
            "qpv": self.qpv,
            "q": _("« %(text)s »") % {"text": self.text} if self.text else "",
        }  # fmt: skip
        return [
            Chip(label, urlencode({k: v for k, v in self.as_query().items() if k != name}))
            for name, label in shown.items()
            if label
        ]

    def as_query(self) -> dict[str, str]:
        """The query that asks for the same."""
        values = {
            "niveaux": "".join(map(str, self.levels)),
            "bailleur": self.landlord,
            "commune": self.commune,
            "qpv": self.qpv,
            "q": self.text,
            "tri": self.sort,
        }
        return {name: value for name, value in values.items() if value}
