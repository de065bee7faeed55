"""The base layer: water, parks, main roads, and local streets joined along their straightest continuation."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from shapely.geometry import LineString, MultiPolygon
from shapely.geometry.base import BaseGeometry

from orsen.demo.areas import on_land
from orsen.demo.chance import Bools, Floats, Ints, generator
from orsen.demo.ground import RIVER_WIDTH, Ground
from orsen.demo.names import NOUNS, PARKS, StreetNames

STRAIGHT: Final = np.cos(np.radians(38))  # a street goes on when it turns less than this
BESIDE_WAY = (
    14.0  # metres: an edge this near to a main road or the river is the road or the river itself
)


@dataclass
class Feature:
    """One drawing of the base layer."""

    kind: str
    name: str
    rank: int
    geom: BaseGeometry


@dataclass
class Layer:
    """The base layer, and what addresses need of it."""

    features: list[Feature]
    water: BaseGeometry
    parks: Bools  # per block
    # Per block: its street edges as ((x1, y1, x2, y2), street name).
    fronts: dict[int, list[tuple[tuple[float, float, float, float], str]]]


def make_layer(seed: int, ground: Ground) -> Layer:
    """Draw water, parks and streets."""
    random = generator(seed, "streets")
    water = make_water(random, ground)
    parks, park_features = make_parks(random, ground)
    names = StreetNames(random)
    edges, sides = street_edges(random, ground, parks)
    street_of = join_edges(ground.corners, edges)
    features = [Feature("water", "Orsen", 1, water), *park_features]
    features += [
        Feature(
            "street", names.take(int(ground.commune[nearest(ground, line)]), main=True), rank, dry
        )
        for line, rank in ground.roads
        if not (dry := shapely.intersection(line, ground.outline)).is_empty
    ]
    fronts: dict[int, list[tuple[tuple[float, float, float, float], str]]] = defaultdict(list)
    members: dict[int, list[int]] = defaultdict(list)
    for edge, street in enumerate(street_of.tolist()):
        members[street].append(edge)
    shapely.prepare(water)
    for group in members.values():
        name = names.take(int(ground.commune[sides[group[0], 0]]), main=False)
        lines = [LineString(ground.corners[edges[edge]]) for edge in group]
        for edge, line in zip(group, lines, strict=True):
            for block in sides[edge].tolist():
                (x1, y1), (x2, y2) = line.coords
                fronts[block].append(((x1, y1, x2, y2), name))
        whole = shapely.line_merge(shapely.multilinestrings(lines)) if len(lines) > 1 else lines[0]
        if shapely.intersects(water, whole):
            whole = shapely.difference(whole, water)
        if not whole.is_empty and whole.length > 60:
            features.append(Feature("street", name, street_rank(whole.length), whole))
    return Layer(features, water, parks, dict(fronts))


def street_rank(length: float) -> int:
    """How near one must be to see a local street: the long ones first."""
    return 3 if length > 1_500 else 4 if length > 600 else 5 if length > 250 else 6


def nearest(ground: Ground, line: LineString) -> int:
    """The block at the middle of a line."""
    middle = np.array(line.interpolate(0.5, normalized=True).coords[0])
    return int(np.argmin(((ground.points - middle) ** 2).sum(axis=1)))


def make_water(random: np.random.Generator, ground: Ground) -> MultiPolygon:
    """The rivers with their width, and a few ponds beside them."""
    banks = [
        line.buffer(RIVER_WIDTH / (2 if number == 0 else 3.2))
        for number, line in enumerate(ground.river)
    ]
    ponds = []
    main = ground.river[0]
    for along in random.uniform(0.1, 0.95, 5):
        spot = np.array(main.interpolate(along, normalized=True).coords[0])
        angle = np.linspace(0, 2 * np.pi, 60)
        radius = random.uniform(60, 150) * (1 + 0.2 * np.cos(3 * angle + random.uniform(0, 6)))
        centre = spot + np.array([0, random.choice([-1, 1]) * random.uniform(180, 320)])
        ring = centre + np.stack(
            [1.5 * radius * np.cos(angle), 0.7 * radius * np.sin(angle)], axis=1
        )
        ponds.append(shapely.Polygon(ring))
    whole = shapely.intersection(shapely.union_all([*banks, *ponds]), ground.outline)
    return MultiPolygon([part for part in shapely.get_parts(whole) if part.geom_type == "Polygon"])


def make_parks(random: np.random.Generator, ground: Ground) -> tuple[Bools, list[Feature]]:
    """Parks of a few blocks in the towns, and woods outside; nobody lives there."""
    taken = np.zeros(len(ground.points), dtype=bool)
    urban = ground.urban(ground.points)
    land = on_land(ground) & ~ground.on_way
    features = []
    blocks = np.flatnonzero(land)
    count = max(6, len(ground.towns) * 2)
    for number in range(count):
        wood = number % 5 == 0
        weight = (1.1 - urban[blocks]) ** 6 if wood else urban[blocks] ** 0.5
        centre = int(random.choice(blocks, p=weight / weight.sum()))
        reach = random.uniform(500, 1_100) if wood else random.uniform(90, 230)
        away = np.linalg.norm(ground.points - ground.points[centre], axis=1)
        mine = np.flatnonzero(land & ~taken & (away * random.uniform(0.8, 1.2, len(away)) < reach))
        if not len(mine):
            continue
        taken[mine] = True
        shape = shapely.coverage_union_all([ground.cells[block] for block in mine]).buffer(-9)
        shape = shapely.intersection(shape, ground.outline)
        polygons = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
        if polygons:
            name = (
                f"{'Bois' if wood else PARKS[number % 3]} {NOUNS[int(random.integers(len(NOUNS)))]}"
            )
            features.append(Feature("park", name, 1 if wood else 3, MultiPolygon(polygons)))
    return taken, features


def street_edges(random: np.random.Generator, ground: Ground, parks: Bools) -> tuple[Ints, Ints]:
    """Block edges that are streets: vertex pairs (n, 2) and the blocks on both sides (n, 2)."""
    total = len(ground.points)
    sides = np.asarray(ground.diagram.ridge_points, dtype=np.int64)
    ends = np.asarray(ground.diagram.ridge_vertices, dtype=np.int64)
    real = (sides < total).all(axis=1) & (ends >= 0).all(axis=1)
    sides, ends = sides[real], ends[real]
    corners = ground.corners
    shapely.prepare(ground.outline)
    held = shapely.contains_xy(ground.outline, corners[:, 0], corners[:, 1])[ends].all(axis=1)
    middles = corners[ends].mean(axis=1)
    ways = shapely.union_all([*(line for line, _rank in ground.roads), *ground.river])
    shapely.prepare(ways)
    beside = shapely.dwithin(shapely.points(middles), ways, BESIDE_WAY)
    in_park = parks[sides].all(axis=1)
    urban = ground.urban(middles)
    # Fields: many edges between large blocks are hedges, not roads.
    hedge = (urban < 0.17) & (random.random(len(sides)) < 0.45)
    point = (corners[ends[:, 0]] == corners[ends[:, 1]]).all(axis=1)
    keep = ~point & held & ~beside & ~in_park & ~hedge
    return ends[keep], sides[keep]


def join_edges(corners: Floats, edges: Ints) -> Ints:
    """The street of each edge: at every corner the two edges that continue each other best are one street."""
    parent = np.arange(len(edges))

    def root(edge: int) -> int:
        while parent[edge] != edge:
            parent[edge] = parent[parent[edge]]
            edge = int(parent[edge])
        return edge

    at_corner: dict[tuple[float, float], list[tuple[int, Floats]]] = defaultdict(list)
    for edge, (first, second) in enumerate(edges.tolist()):
        direction = corners[second] - corners[first]
        direction = direction / max(float(np.hypot(*direction)), 1e-9)
        at_corner[tuple(corners[first])].append((edge, direction))
        at_corner[tuple(corners[second])].append((edge, -direction))
    for meeting in at_corner.values():
        pairs = sorted(
            (float(one[1] @ other[1]), one[0], other[0])
            for n, one in enumerate(meeting)
            for other in meeting[n + 1 :]
        )
        used: set[int] = set()
        for cosine, one_edge, other_edge in pairs:
            if cosine > -STRAIGHT:
                break
            if one_edge not in used and other_edge not in used:
                used |= {one_edge, other_edge}
                parent[root(one_edge)] = root(other_edge)
    return np.array([root(edge) for edge in range(len(edges))], dtype=np.int64)
