"""Place many things at once, by position where there is one, else by code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gis.territories import codes
from gis.territories.placement.queries import HOLDING, NEAR, Catalogue, Coded, Found
from gis.territories.placement.types import NearQpv, Placement, Quality, ToPlace

EDGE_M = (
    100.0  # outlines are simplified: a position may lie just outside the last commune of the land
)
QPV_TOLERANCE_M = 50.0


@dataclass(frozen=True, slots=True)
class Declared:
    """The declared codes, made official; empty where nothing certain can be read."""

    commune: str
    iris: str
    qpv: str


def place(
    things: Sequence[ToPlace],
    *,
    using: str = "default",
    edge_m: float = EDGE_M,
    qpv_tolerance_m: float = QPV_TOLERANCE_M,
) -> list[Placement]:
    """Placements in the order of `things`. Distances in metres, EPSG:2154; current vintages unless a code is older."""
    declared = [read_declared(thing) for thing in things]
    catalogue = Catalogue(using)
    spots = sorted(
        {(thing.x, thing.y) for thing in things if thing.x is not None and thing.y is not None}
    )
    points = [(number, x, y) for number, (x, y) in enumerate(spots)]
    numbers = {spot: number for number, spot in enumerate(spots)}
    inside = catalogue.around(HOLDING, points)
    near = catalogue.around(NEAR, points, reach_m=qpv_tolerance_m, kinds=["qpv"])
    astray = [
        point for point in points if not any(row.kind == "commune" for row in inside[point[0]])
    ]
    edges = catalogue.around(NEAR, astray, reach_m=edge_m, kinds=["commune", "iris"])

    by_position: dict[int, Placement] = {}
    for index, thing in enumerate(things):
        if thing.x is None or thing.y is None:
            continue
        number = numbers[thing.x, thing.y]
        placed = from_position(
            inside[number] + edges.get(number, []), near.get(number, []), declared[index]
        )
        if placed is not None:
            by_position[index] = placed
    return finish(declared, by_position, catalogue)


def read_declared(thing: ToPlace) -> Declared:
    """The declared codes; one that cannot be read is as if it were absent."""
    commune, iris, qpv = (
        read_code(kind, text)
        for kind, text in (
            ("commune", thing.commune_code),
            ("iris", thing.iris_code),
            ("qpv", thing.qpv_code),
        )
    )
    return Declared(codes.commune_of(commune or iris[:5]), iris, qpv)


def read_code(kind: str, text: str) -> str:
    """An official code, empty when the text is none."""
    try:
        return codes.clean_code(kind, text) if text.strip() else ""
    except codes.BadCodeError:
        return ""


def choose(rows: list[Found], kind: str, declared: str) -> Found | None:
    """The one territory of a kind: nearest, on a shared edge the declared one, then the smallest code."""
    candidates = [row for row in rows if row.kind == kind]
    return min(
        candidates, key=lambda row: (row.distance_m, row.code != declared, row.code), default=None
    )


def from_position(rows: list[Found], near: list[Found], declared: Declared) -> Placement | None:
    """The placement that the territories around a point give; None without a commune."""
    commune = choose(rows, "commune", declared.commune)
    if commune is None:
        return None
    iris = choose(rows, "iris", declared.iris)
    others = [row for row in rows if row.kind not in ("commune", "iris")]
    qpv = tuple(row.code for row in others if row.kind == "qpv")
    contradicts = [
        name
        for name, said, seen in (
            ("commune", declared.commune, (commune.code,)),
            ("iris", declared.iris, (iris.code,) if iris else ()),
            ("qpv", declared.qpv, qpv),
        )
        if said and seen and said not in seen
    ]
    if declared.qpv and not qpv:
        contradicts.append("qpv")
    kept = [commune, *([iris] if iris else []), *others]
    return Placement(
        quality=Quality.GEOMETRY,
        departement=commune.departement,
        commune=commune.code,
        iris=iris.code if iris else "",
        qpv=qpv,
        territory_ids=tuple(sorted(row.id for row in kept)),
        near_qpv=tuple(NearQpv(row.code, row.distance_m) for row in near if row.code not in qpv),
        contradicts=tuple(contradicts),
        edge_m=commune.distance_m or None,
        commune_known=True,
    )


def finish(
    declared: list[Declared], by_position: dict[int, Placement], catalogue: Catalogue
) -> list[Placement]:
    """Place the rest by code and give everybody its département."""
    rest = [one for index, one in enumerate(declared) if index not in by_position]
    wanted = {(kind, getattr(one, kind)) for one in rest for kind in ("commune", "iris", "qpv")}
    wanted |= {("departement", departement_of(one)) for one in rest}
    wanted |= {("departement", placed.departement) for placed in by_position.values()}
    loaded = catalogue.by_code(pair for pair in wanted if pair[1])
    communes = [row.id for (kind, _code), row in loaded.items() if kind == "commune"]
    whole = catalogue.whole_communes(communes)
    answers = []
    for index, one in enumerate(declared):
        placed = by_position.get(index)
        answers.append(
            from_codes(one, loaded, whole) if placed is None else with_departement(placed, loaded)
        )
    return answers


def departement_of(declared: Declared) -> str:
    """The département that the declared codes tell, the commune's first."""
    if declared.commune:
        return codes.departement_of_commune(declared.commune)
    return codes.departement_of_qpv(declared.qpv) if declared.qpv else ""


def with_departement(placed: Placement, loaded: dict[tuple[str, str], Coded]) -> Placement:
    """The same, with the département among its territories."""
    departement = loaded.get(("departement", placed.departement))
    if departement is None:
        return placed
    return replace(placed, territory_ids=tuple(sorted({*placed.territory_ids, departement.id})))


def from_codes(
    declared: Declared, loaded: dict[tuple[str, str], Coded], whole: dict[str, list[int]]
) -> Placement:
    """The placement that codes alone give. A code that is not loaded is not kept, but for the commune's own."""
    commune = loaded.get(("commune", declared.commune))
    iris = loaded.get(("iris", declared.iris))
    qpv = loaded.get(("qpv", declared.qpv))
    departement = departement_of(declared)
    ids = {row.id for row in (commune, iris, qpv, loaded.get(("departement", departement))) if row}
    if commune:
        ids.update(whole.get(declared.commune, []))
    by_commune = Quality.COMMUNE if declared.commune else Quality.NONE
    return Placement(
        quality=Quality.CODE if iris or qpv else by_commune,
        departement=departement,
        commune=declared.commune,
        iris=declared.iris if iris else "",
        qpv=(declared.qpv,) if qpv else (),
        territory_ids=tuple(sorted(ids)),
        commune_known=commune is not None,
    )
