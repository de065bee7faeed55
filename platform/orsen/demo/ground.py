"""The invented land, in EPSG:2154, metres: outline, towns, river, main roads, and the blocks that everything is made of.

Blocks are the cells of one Voronoi diagram. Their generating points follow a lattice of its own in every commune,
finer towards the towns, and come in pairs along roads and river, so that block edges run along both: communes, IRIS
and QPV, being unions of blocks, share their borders exactly and look drawn by streets.

The land lies in the sea, a hundred kilometres off the coast, where nothing real can be mistaken for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from scipy.cluster.vq import kmeans2
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree
from scipy.spatial import Delaunay, Voronoi, cKDTree
from shapely.geometry import LineString, Polygon

from orsen.demo.chance import Bools, Floats, Ints, generator, smooth_field
from orsen.demo.size import Size

ORIGIN: Final = np.array([180_000.0, 6_560_000.0])  # the main town; open sea in the Bay of Biscay
ROAD_STEP, ROAD_OFFSET = 130.0, 65.0  # pairs of points along a main road
RIVER_WIDTH = 70.0
# Block side (m) by how urban the place is (0..1), most urban first.
BLOCK_SIDES: Final = [(0.46, 125.0), (0.28, 165.0), (0.15, 240.0), (-1.0, 430.0)]


@dataclass
class Town:
    """The centre of a commune."""

    position: Floats
    departement: int  # 0: the first, 1: the second
    weight: float  # how much of a town it is, about 1


@dataclass
class Ground:
    """What the rest is drawn on. Arrays are per block."""

    outline: Polygon
    towns: list[Town]
    urban: Callable[[Floats], Floats]
    river: list[LineString]
    roads: list[tuple[LineString, int]]  # with the rank: 1 from town to main town, 2 others
    points: Floats  # (n, 2)
    cells: list[Polygon]
    commune: Ints  # index into towns
    surfaces: Floats  # m² of each block inside the outline
    population: Floats
    on_way: Bools  # generated along a road or the river
    diagram: Voronoi
    corners: Floats  # the diagram's vertices, those closer than a crossing is wide being one


def make_outline(random: np.random.Generator, area_km2: float) -> Polygon:
    """An irregular closed curve of about that area."""
    angle = np.linspace(0, 2 * np.pi, 720, endpoint=False)
    radius = np.ones_like(angle)
    for harmonic in range(2, 40):
        size = 0.17 / harmonic**1.15
        radius += size * np.cos(harmonic * angle + random.uniform(0, 2 * np.pi)) * random.normal()
    scale = np.sqrt(area_km2 * 1e6 / (0.5 * np.mean(radius**2) * 2 * np.pi))
    ring = (
        np.stack([1.18 * np.cos(angle), 0.85 * np.sin(angle)], axis=1) * (radius * scale)[:, None]
    )
    return Polygon(ring + ORIGIN).buffer(0)


def inside(outline: Polygon, points: Floats) -> Bools:
    """Which points the outline holds."""
    shapely.prepare(outline)
    held: Bools = shapely.contains_xy(outline, points[:, 0], points[:, 1])
    return held


def make_towns(random: np.random.Generator, outline: Polygon, size: Size) -> list[Town]:
    """Centres of communes: close to each other around the main town, far apart elsewhere; the second département
    lies in the east."""
    west, south, east, north = outline.bounds
    cloud = random.uniform([west, south], [east, north], (60_000, 2))
    cloud = cloud[inside(outline, cloud)]
    share = size.first.area_km2 / (size.first.area_km2 + size.second.area_km2)
    border = np.quantile(cloud[:, 0], share)
    bend = smooth_field(random, (north - south) * 0.6)
    eastern = cloud[:, 0] + 900 * bend(cloud) > border
    towns = []
    for number, (part, count) in enumerate(
        [(cloud[~eastern], size.first.communes), (cloud[eastern], size.second.communes)]
    ):
        centre = ORIGIN if number == 0 else part.mean(axis=0)
        reach = np.sqrt(len(part) / len(cloud) * outline.area) / 2.2
        pull = np.exp(-np.linalg.norm(part - centre, axis=1) / reach) + 0.12
        drawn = part[random.random(len(part)) < pull / pull.max()]
        centres, _ = kmeans2(drawn, count, minit="++", rng=random, iter=30)
        order = np.argsort(np.linalg.norm(centres - centre, axis=1))
        for rank, position in enumerate(centres[order]):
            weight = 1.7 if rank == 0 else float(np.clip(random.lognormal(-0.1, 0.35), 0.5, 1.5))
            towns.append(Town(position, number, weight * (1.0 if number == 0 else 0.7)))
    return towns


def urban_field(towns: list[Town], reach: float) -> Callable[[Floats], Floats]:
    """How urban a place is, 0..1: the main town's surroundings, and a core in every town."""
    cores = np.array([town.position for town in towns])
    weights = np.array([town.weight for town in towns])

    def field(points: Floats) -> Floats:
        around = 0.62 * np.exp(-((np.linalg.norm(points - cores[0], axis=1) / reach) ** 1.4))
        squared = ((points[:, None, :] - cores[None, :, :]) ** 2).sum(axis=2)
        core = (0.42 * weights * np.exp(-squared / (2 * 620.0**2))).sum(axis=1)
        value: Floats = np.clip(around + core, 0.02, 1.0)
        return value

    return field


def make_river(random: np.random.Generator, outline: Polygon) -> list[LineString]:
    """The Orsen, from edge to edge beside the main town, and the Vernelle that joins it."""
    west, south, east, north = outline.bounds
    width = east - west
    x = np.linspace(west - 500, east + 500, 260)
    main = ORIGIN[1] - 0.035 * (north - south) + sum(
        0.045 / order**1.1 * (north - south)
        * np.sin(2 * np.pi * order * (x - west) / width * 1.6 + random.uniform(0, 6))
        for order in (1, 2, 3, 5)
    )  # fmt: skip
    meeting = int(len(x) * 0.66)
    t = np.linspace(0, 1, 120)
    side = np.stack(
        [
            x[meeting] + t * 0.16 * width + 350 * np.sin(7 * t + random.uniform(0, 6)) * t,
            main[meeting] + t * (north + 500 - main[meeting]) + 250 * np.sin(11 * t) * t,
        ],
        axis=1,
    )
    return [LineString(np.stack([x, main], axis=1)), LineString(side)]


def make_roads(random: np.random.Generator, towns: list[Town]) -> list[tuple[LineString, int]]:
    """Main roads between neighbouring towns: the shortest tree that joins all, and the shorter of the other links."""
    places = np.array([town.position for town in towns])
    if len(places) < 4:
        pairs = {(a, b) for a in range(len(places)) for b in range(a + 1, len(places))}
    else:
        pairs = {
            (min(a, b), max(a, b))
            for triangle in Delaunay(places).simplices.tolist()
            for a, b in ((triangle[0], triangle[1]), (triangle[1], triangle[2]), (triangle[2], triangle[0]))
        }  # fmt: skip
    links = sorted(pairs)
    lengths = np.array([np.linalg.norm(places[a] - places[b]) for a, b in links])
    graph = csr_matrix((lengths, tuple(np.array(links).T)), shape=(len(places), len(places)))
    tree = {(int(a), int(b)) for a, b in zip(*minimum_spanning_tree(graph).nonzero(), strict=True)}
    roads = []
    for (a, b), length in zip(links, lengths, strict=True):
        in_tree = (a, b) in tree or (b, a) in tree
        if not in_tree and length > 1.25 * float(np.median(lengths)):
            continue
        t = np.linspace(0, 1, max(8, int(length / 120)))[:, None]
        across = np.array([places[a][1] - places[b][1], places[b][0] - places[a][0]]) / length
        bend = random.normal(0, 0.07) * np.sin(np.pi * t) + random.normal(0, 0.03) * np.sin(
            2 * np.pi * t
        )
        line = places[a] + t * (places[b] - places[a]) + bend * length * across
        roads.append((LineString(line), 1 if in_tree and min(a, b) < 12 else 2))
    return roads


def way_points(line: LineString, offset: float) -> Floats:
    """Pairs of points on both sides of a line: the Voronoi edge between a pair lies on the line."""
    along = np.arange(ROAD_STEP / 2, line.length, ROAD_STEP)
    here = shapely.get_coordinates(shapely.line_interpolate_point(line, along))
    there = shapely.get_coordinates(shapely.line_interpolate_point(line, along + 5))
    direction = there - here
    norm = np.maximum(np.linalg.norm(direction, axis=1, keepdims=True), 1e-9)
    across = np.stack([-direction[:, 1], direction[:, 0]], axis=1) / norm
    return np.concatenate([here + offset * across, here - offset * across])


def lattice_points(
    random: np.random.Generator, ground: tuple[Polygon, list[Town], Callable[[Floats], Floats]]
) -> Floats:
    """Generating points of the blocks away from main roads: one lattice and one angle per commune."""
    outline, towns, urban = ground
    tree = cKDTree([town.position for town in towns])
    kept = []
    for number, town in enumerate(towns):
        angle = random.uniform(0, np.pi / 2)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        reach = 2.2 * float(np.sort(tree.query(town.position, k=min(4, len(towns)))[0])[-1])
        upper = 9.0
        for least, side in BLOCK_SIDES:
            steps = np.arange(-reach, reach, side)
            grid = np.stack(np.meshgrid(steps, steps * 0.86), axis=-1).reshape(-1, 2) @ turn.T
            grid = grid + town.position + random.normal(0, 0.045 * side, grid.shape)
            mine = (tree.query(grid)[1] == number) & inside(outline.buffer(side), grid)
            grid = grid[mine]
            value = urban(grid)
            kept.append(grid[(value >= least) & (value < upper)])
            upper = least
    return np.concatenate(kept)


def block_sides(points: Floats, urban: Callable[[Floats], Floats]) -> Floats:
    """How long the side of a block is at each place, in metres."""
    sides = np.full(len(points), BLOCK_SIDES[-1][1])
    value = urban(points)
    for least, side in reversed(BLOCK_SIDES):
        sides[value >= least] = side
    return sides


def thin(points: Floats, fixed: int, urban: Callable[[Floats], Floats]) -> Floats:
    """Drop points that crowd an earlier one; the first `fixed` points win over the others."""
    sides = block_sides(points, urban)
    sides[:fixed] = 0.8 * ROAD_STEP
    drop = np.zeros(len(points), dtype=bool)
    for a, b in sorted(cKDTree(points).query_pairs(0.62 * BLOCK_SIDES[-1][1])):
        near = 0.62 * min(sides[a], sides[b])
        if not drop[a] and not drop[b] and np.hypot(*(points[a] - points[b])) < near:
            drop[b] = True
    return points[~drop]


def join_corners(diagram: Voronoi, sides: Floats) -> Floats:
    """The vertices of the diagram, with the two ends of every very short edge drawn together: a crossing of two
    streets is one corner, not two close to each other."""
    ends = np.asarray(diagram.ridge_vertices)
    ends = ends[(ends >= 0).all(axis=1)]
    length = np.linalg.norm(diagram.vertices[ends[:, 0]] - diagram.vertices[ends[:, 1]], axis=1)
    short = ends[length < 0.26 * sides[ends[:, 0]]]
    count = len(diagram.vertices)
    graph = csr_matrix((np.ones(len(short)), (short[:, 0], short[:, 1])), shape=(count, count))
    _, group = connected_components(graph, directed=False)
    size = np.bincount(group)
    joined = np.stack(
        [np.bincount(group, diagram.vertices[:, axis]) / size for axis in (0, 1)], axis=1
    )
    # A long chain of short edges would fold blocks over: it stays as it is.
    corners: Floats = np.where((size[group] <= 4)[:, None], joined[group], diagram.vertices)
    return corners


def cell(diagram: Voronoi, corners: Floats, block: int) -> Polygon:
    """The polygon of one block."""
    ring = corners[diagram.regions[diagram.point_region[block]]]
    distinct = ring[(ring != np.roll(ring, 1, axis=0)).any(axis=1)]
    return Polygon(distinct if len(distinct) > 2 else ring)


def areas_inside(cells: list[Polygon], outline: Polygon) -> Floats:
    """How much of each block lies in the outline, in m²."""
    shapes = np.array(cells, dtype=object)
    shapely.prepare(outline)
    crossing = ~shapely.covers(outline, shapes)
    shapes[crossing] = shapely.intersection(shapes[crossing], outline)
    areas: Floats = shapely.area(shapes)
    return areas


def make_ground(seed: int, size: Size) -> Ground:
    """Draw the land. The same seed and size give the same land."""
    random = generator(seed, "ground")
    outline = make_outline(random, size.first.area_km2 + size.second.area_km2)
    towns = make_towns(random, outline, size)
    urban = urban_field(towns, reach=0.34 * float(np.sqrt(outline.area)))
    river = make_river(random, outline)
    roads = make_roads(random, towns)
    ways = [way_points(line, ROAD_OFFSET) for line, _rank in roads]
    ways += [way_points(line, ROAD_OFFSET + 10) for line in river]
    fixed = np.concatenate(ways)
    points = np.concatenate([fixed, lattice_points(random, (outline, towns, urban))])
    points = thin(points, len(fixed), urban)
    held = inside(outline.buffer(150), points)
    points = points[held]
    on_way = np.asarray(cKDTree(fixed).query(points)[0]) < 1.0
    far = 10 * float(np.sqrt(outline.area))
    guards = ORIGIN + far * np.array(
        [[1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [-1, -1], [1, -1], [-1, 1]]
    )
    diagram = Voronoi(np.concatenate([points, guards]))
    corners = join_corners(diagram, block_sides(diagram.vertices, urban))
    cells = [cell(diagram, corners, block) for block in range(len(points))]
    surfaces = areas_inside(cells, outline)
    warp = smooth_field(random, 900.0)
    tree = cKDTree([town.position for town in towns])
    moved = points + 160 * np.stack([warp(points), warp(points[:, ::-1])], axis=1)
    commune = np.asarray(tree.query(moved)[1], dtype=np.int64)
    population = surfaces * urban(points) ** 1.5
    return Ground(
        outline,
        towns,
        urban,
        river,
        roads,
        points,
        cells,
        commune,
        surfaces,
        population,
        on_way,
        diagram,
        corners,
    )
