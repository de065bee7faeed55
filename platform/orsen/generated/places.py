"""Where invented sites stand: estates of a few sites each, in communes and priority neighbourhoods that are there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from django.db import connections
from shapely import STRtree

from orsen.demo.chance import Bools, Floats, Ints, generator

ESTATE_SITES: Final = 9  # on average
ESTATE_RADIUS_M: Final = 140.0
IN_QPV: Final = 0.35  # share of the estates that stand in a priority neighbourhood
LARGE_COMMUNE_M2: Final = 12e6  # beyond, land is fields rather than town
CURRENT = """
SELECT t.id, t.kind, t.code, t.name, t.departement_code, ST_AsBinary(t.geom) FROM territory_territory t
WHERE t.kind IN ('departement', 'commune', 'iris', 'qpv', 'zone', 'custom') AND NOT EXISTS (
  SELECT FROM territory_territory n WHERE n.kind = t.kind AND n.departement_code = t.departement_code
                                      AND n.vintage > t.vintage)
ORDER BY t.id
"""


class NoGroundError(LookupError):
    """No commune is there to build in."""


@dataclass(frozen=True, slots=True)
class Land:
    """The territories, in the order of their ids."""

    ids: Ints
    kinds: list[str]
    codes: list[str]
    names: list[str]
    departements: list[str]
    shapes: list[shapely.Geometry]

    def of_kind(self, kind: str) -> Ints:
        """Places in the lists of those of a kind."""
        return np.array([at for at, each in enumerate(self.kinds) if each == kind], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Places:
    """One entry a site: position in EPSG:2154, the territories that hold it as places in the land, by site."""

    x: Floats
    y: Floats
    commune: Ints
    iris: Ints  # −1 where none
    qpv: Ints
    held: list[list[int]]  # ids of every territory that holds the site


def read_land() -> Land:
    """The current territories. Raises NoGroundError without a commune."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(CURRENT)
        rows = cursor.fetchall()
    if all(row[1] != "commune" for row in rows):
        raise NoGroundError
    shapes = list(shapely.from_wkb([bytes(row[5]) for row in rows]))
    ids = np.array([row[0] for row in rows], dtype=np.int64)
    kinds, codes, names, departements = ([str(row[at]) for row in rows] for at in (1, 2, 3, 4))
    return Land(ids, kinds, codes, names, departements, shapes)


def draw_places(seed: int, land: Land, sites: int) -> Places:
    """Positions of that many sites."""
    random = generator(seed, "places")
    communes, qpvs = land.of_kind("commune"), land.of_kind("qpv")
    areas = np.array([land.shapes[at].area for at in communes])
    # Towns are small and full, fields are large and empty.
    weights = np.minimum(areas, LARGE_COMMUNE_M2) / (1 + (areas / LARGE_COMMUNE_M2) ** 1.5)
    estates = max(1, round(sites / ESTATE_SITES))
    chosen = random.choice(communes, estates, p=weights / weights.sum())
    if len(qpvs):
        here = random.random(estates) < IN_QPV
        chosen[here] = random.choice(qpvs, int(here.sum()))
    centres = points_inside(random, [land.shapes[at] for at in chosen])
    # A neighbourhood whose commune is not among the territories holds nothing.
    tree = STRtree([land.shapes[at] for at in communes])
    known = np.unique(tree.query(shapely.points(centres), predicate="within")[0])
    lost = np.setdiff1d(np.arange(estates), known)
    chosen[lost] = random.choice(communes, len(lost), p=weights / weights.sum())
    centres[lost] = points_inside(random, [land.shapes[at] for at in chosen[lost]])
    sizes = random.lognormal(0, 0.8, estates)
    estate = np.sort(random.choice(estates, sites, p=sizes / sizes.sum()))
    spots = centres[estate] + random.normal(0, ESTATE_RADIUS_M, (sites, 2))
    return place(land, spots, centres[estate])


def points_inside(random: np.random.Generator, shapes: list[shapely.Geometry]) -> Floats:
    """A random point in each shape; its representative point after many misses."""
    array = np.array(shapes, dtype=object)
    bounds = shapely.bounds(array)
    points: Floats = shapely.get_coordinates(shapely.point_on_surface(array))
    open_: Bools = np.ones(len(array), dtype=bool)
    for _ in range(12):
        at = np.flatnonzero(open_)
        tried = random.uniform(bounds[at, :2], bounds[at, 2:])
        hit = shapely.contains_xy(array[at], tried[:, 0], tried[:, 1])
        points[at[hit]] = tried[hit]
        open_[at[hit]] = False
    return points


def place(land: Land, spots: Floats, centres: Floats) -> Places:
    """Which territories hold each spot; one that fell outside every commune goes back to its estate's centre."""
    tree = STRtree(land.shapes)
    is_commune = np.array([kind == "commune" for kind in land.kinds])
    found = tree.query(shapely.points(spots), predicate="intersects")
    inside = np.zeros(len(spots), dtype=bool)
    inside[found[0][is_commune[found[1]]]] = True
    spots = np.where(inside[:, None], spots, centres)
    which, territory = tree.query(shapely.points(spots), predicate="intersects")
    held: list[list[int]] = [[] for _ in range(len(spots))]
    for site, number in zip(which.tolist(), land.ids[territory].tolist(), strict=True):
        held[site].append(number)
    of_kind: dict[str, Ints] = {}
    kinds = np.array(land.kinds)
    for kind in ("commune", "iris", "qpv"):
        column = np.full(len(spots), -1, dtype=np.int64)
        chosen = kinds[territory] == kind
        column[which[chosen]] = territory[chosen]
        of_kind[kind] = column
    return Places(
        spots[:, 0], spots[:, 1], of_kind["commune"], of_kind["iris"], of_kind["qpv"], held
    )
