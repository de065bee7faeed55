"""Territories made of blocks: départements, communes, IRIS-like areas, QPV-like areas."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import shapely
from scipy.cluster.vq import kmeans2
from scipy.spatial import cKDTree
from shapely.geometry import MultiPolygon, Polygon

from orsen.demo.chance import Bools, Ints, generator, shares
from orsen.demo.ground import Ground
from orsen.demo.names import commune_names, neighbourhood_names
from orsen.demo.size import Size

VINTAGE: Final = 2024
NOWHERE: Final = -1
LEAST_BLOCK_M2 = 400.0


@dataclass
class Area:
    """One territory to be. Geometry in EPSG:2154."""

    kind: str
    code: str
    name: str
    departement_code: str
    geom: MultiPolygon
    commune_codes: list[str]
    iris_type: str = ""


@dataclass
class Areas:
    """All territories, and for every block the index of its own in each list (NOWHERE: none)."""

    departements: list[Area] = field(default_factory=list)
    communes: list[Area] = field(default_factory=list)
    iris: list[Area] = field(default_factory=list)
    qpv: list[Area] = field(default_factory=list)
    iris_of: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    qpv_of: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def everything(self) -> list[Area]:
        """Every territory, large ones first."""
        return [*self.departements, *self.communes, *self.iris, *self.qpv]


def united(ground: Ground, blocks: Ints) -> MultiPolygon:
    """The union of blocks, inside the outline."""
    whole = shapely.coverage_union_all([ground.cells[block] for block in blocks])
    shapely.prepare(ground.outline)
    inland = shapely.covers(ground.outline, whole)
    clipped = whole if inland else shapely.intersection(whole, ground.outline)
    polygons = [
        part for part in shapely.get_parts(clipped)
        if isinstance(part, Polygon) and part.area > LEAST_BLOCK_M2
    ]  # fmt: skip
    return MultiPolygon(polygons)


def on_land(ground: Ground) -> Bools:
    """Blocks that lie in the outline for more than a sliver."""
    large: Bools = ground.population > LEAST_BLOCK_M2 * 0.02**1.5
    return large


def make_areas(seed: int, size: Size, ground: Ground) -> Areas:
    """Draw the territories. Counts are those of `size`, exactly."""
    areas = Areas()
    land = on_land(ground)
    towns_of = [[n for n, town in enumerate(ground.towns) if town.departement == d] for d in (0, 1)]
    for number, departement in enumerate(size.departements):
        names = commune_names(generator(seed, f"communes {number}"), departement.communes, number)
        for order, town in enumerate(towns_of[number]):
            blocks = np.flatnonzero(land & (ground.commune == town))
            code = f"{departement.code}{order + 1:03d}"
            areas.communes.append(
                Area(
                    "commune", code, names[order], departement.code, united(ground, blocks), [code]
                )
            )
        blocks = np.flatnonzero(land & np.isin(ground.commune, towns_of[number]))
        codes = [area.code for area in areas.communes if area.departement_code == departement.code]
        areas.departements.append(
            Area("departement", departement.code, departement.name, departement.code, united(ground, blocks), codes)
        )  # fmt: skip
    add_iris(seed, size, ground, areas)
    add_qpv(seed, size, ground, areas)
    return areas


def split_commune(random: np.random.Generator, ground: Ground, blocks: Ints, count: int) -> Ints:
    """Part of each block when a commune is cut into `count` compact parts of about the same population."""
    if count == 1:
        return np.zeros(len(blocks), dtype=np.int64)
    people = ground.population[blocks]
    drawn = random.choice(blocks, size=80 * count, p=people / people.sum())
    spread = ground.points[drawn] + random.normal(0, 30, (len(drawn), 2))
    centres, _ = kmeans2(spread, count, minit="++", rng=random, iter=15)
    parts: Ints = np.asarray(cKDTree(centres).query(ground.points[blocks])[1], dtype=np.int64)
    for part in range(count):
        if (parts == part).any():
            continue
        for candidate in np.argsort(np.linalg.norm(ground.points[blocks] - centres[part], axis=1)):
            if (parts == parts[candidate]).sum() > 1:
                parts[candidate] = part
                break
    return parts


def add_iris(seed: int, size: Size, ground: Ground, areas: Areas) -> None:
    """IRIS-like areas: parts of communes, by population; a commune too small to be cut is one area (type Z)."""
    random = generator(seed, "iris")
    land = on_land(ground)
    areas.iris_of = np.full(len(ground.points), NOWHERE, dtype=np.int64)
    for departement in size.departements:
        communes = [
            n for n, area in enumerate(areas.communes) if area.departement_code == departement.code
        ]
        people = np.array([ground.population[land & (ground.commune == n)].sum() for n in communes])
        counts = shares(departement.iris, people, least=1)
        for commune, count in zip(communes, counts.tolist(), strict=True):
            blocks = np.flatnonzero(land & (ground.commune == commune))
            parts = split_commune(random, ground, blocks, count)
            add_parts(random, ground, areas, (commune, blocks, parts, count))


def add_parts(
    random: np.random.Generator, ground: Ground, areas: Areas, cut: tuple[int, Ints, Ints, int]
) -> None:
    """Name and code the parts of one commune."""
    commune, blocks, parts, count = cut
    owner = areas.communes[commune]
    names = neighbourhood_names(random, count)
    density = [
        ground.population[blocks[parts == part]].sum() / max((parts == part).sum(), 1) for part in range(count)
    ]  # fmt: skip
    emptiest = set(np.argsort(density)[: count // 14].tolist())
    for part in range(count):
        mine = blocks[parts == part]
        areas.iris_of[mine] = len(areas.iris)
        kind = "Z" if count == 1 else "A" if part in emptiest else "H"
        suffix = "0000" if count == 1 else f"{part // 9 + 1:02d}{part % 9 + 1:02d}"
        name = (
            owner.name if count == 1 else f"Activités {names[part]}" if kind == "A" else names[part]
        )
        areas.iris.append(
            Area("iris", owner.code + suffix, name, owner.departement_code, united(ground, mine), [owner.code], kind)
        )  # fmt: skip


def add_qpv(seed: int, size: Size, ground: Ground, areas: Areas) -> None:
    """QPV-like areas: patches of 15 to 45 ha in dense places, grown block by block across IRIS and commune borders."""
    random = generator(seed, "qpv")
    areas.qpv_of = np.full(len(ground.points), NOWHERE, dtype=np.int64)
    surfaces = ground.surfaces
    urban = ground.urban(ground.points)
    departement_of = np.array([town.departement for town in ground.towns])[ground.commune]
    for number, departement in enumerate(size.departements):
        names = neighbourhood_names(random, departement.qpv)
        eligible = on_land(ground) & (departement_of == number)
        pull = np.where(eligible, urban**1.2 * random.gamma(0.6, size=len(urban)), -1.0)
        centres: list[int] = []
        spacing = 900.0
        while len(centres) < departement.qpv:
            spacing *= 0.93
            for block in np.argsort(-pull)[: int(eligible.sum())].tolist():
                if len(centres) == departement.qpv:
                    break
                away = np.linalg.norm(ground.points[centres] - ground.points[block], axis=1)
                if (away > spacing).all():
                    centres.append(block)
        for order, centre in enumerate(centres):
            blocks = grow(
                random, ground, surfaces, (centre, eligible & (areas.qpv_of == NOWHERE), spacing)
            )
            areas.qpv_of[blocks] = len(areas.qpv)
            communes = sorted({areas.communes[n].code for n in ground.commune[blocks].tolist()})
            areas.qpv.append(
                Area("qpv", f"QN0{departement.code}{order + 1:02d}M", names[order], departement.code,
                     united(ground, blocks), communes)
            )  # fmt: skip


def grow(
    random: np.random.Generator, ground: Ground, surfaces: np.ndarray, start: tuple[int, Bools, float]
) -> Ints:  # fmt: skip
    """The blocks of one patch, in one piece around its centre."""
    centre, free, spacing = start
    target = random.uniform(15e4, 42e4)
    stretch, angle = random.uniform(1.0, 1.9), random.uniform(0, np.pi)
    away = ground.points - ground.points[centre]
    turned = away @ np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    distance = np.hypot(turned[:, 0] / stretch, turned[:, 1] * stretch)
    distance = distance * random.uniform(0.85, 1.15, len(distance))
    near = np.flatnonzero(free & (distance < 0.55 * spacing * 1.6))
    near = near[np.argsort(distance[near])]
    taken = near[np.cumsum(surfaces[near]) <= target]
    if len(taken) < 3:
        taken = near[:3]
    whole = shapely.coverage_union_all([ground.cells[block] for block in taken])
    parts = shapely.get_parts(whole)
    largest = parts[int(np.argmax(shapely.area(parts)))]
    inside = shapely.contains_xy(largest, ground.points[taken][:, 0], ground.points[taken][:, 1])
    patch: Ints = taken[inside]
    return patch
