"""What is asked of a placement and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Quality(StrEnum):
    """How sure the placement is, best first."""

    GEOMETRY = "geometry"  # the position lies in a commune
    CODE = "code"  # no usable position; the IRIS or the QPV is known by its code
    COMMUNE = "commune"  # no usable position; only the commune is known
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ToPlace:
    """One thing to place: a position in EPSG:2154 (metres) where there is one, and what the source declares.

    Declared codes may be arrondissements or miss a leading zero. A commune centroid is no position: leave x and y out.
    """

    x: float | None = None
    y: float | None = None
    commune_code: str = ""
    iris_code: str = ""
    qpv_code: str = ""

    @property
    def has_position(self) -> bool:
        """Whether both coordinates are there."""
        return self.x is not None and self.y is not None


@dataclass(frozen=True, slots=True)
class NearQpv:
    """A QPV that does not hold the point but passes within the tolerance; distance in metres, EPSG:2154."""

    code: str
    distance_m: float


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a thing is. Codes are empty when unknown.

    `territory_ids` holds every current territory around it: département, commune, IRIS, QPV, zones, custom ones.
    `contradicts` names the declared codes that the position does not confirm ("commune", "iris", "qpv"): the position
    wins. `edge_m` is the distance to the commune when the position lies just outside all of them. A point near a QPV
    is not in it: rights and figures take `qpv`, `near_qpv` is for a person to look at.
    """

    quality: Quality
    departement: str = ""
    commune: str = ""
    iris: str = ""
    qpv: tuple[str, ...] = ()
    territory_ids: tuple[int, ...] = ()
    near_qpv: tuple[NearQpv, ...] = ()
    contradicts: tuple[str, ...] = ()
    edge_m: float | None = None
    commune_known: bool = False
