"""The layouts of RPLS: one row per dwelling. Column names carry their vintage: they are matched by pattern."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GENERIC: Final = "columns"


@dataclass(frozen=True, slots=True)
class Layout:
    """A known layout: the columns that tell it from the others, and the pattern of the column of each field."""

    code: str
    label: str | Promise
    tells: tuple[str, ...]
    columns: dict[str, str]


_ADDRESS: Final = {
    "number": r"NUMVOIE", "repetition": r"INDREP", "street_type": r"TYPVOIE", "street": r"NOMVOIE",
    "residence": r"COMPLGEO", "place": r"LIEUDIT", "postcode": r"CODEPOSTAL", "construction_year": r"CONSTRUCT",
}  # fmt: skip
_OPEN: Final = _ADDRESS | {
    "commune_code": r"DEPCOM(_CODE)?", "commune_name": r"LIBCOM|DEPCOM_LIBELLE", "departement_code": r"DEP(_CODE)?",
    "x": r"X", "y": r"Y", "epsg": r"EPSG", "xy_quality": r"QUALITE_XY",
    "iris_code": r"PLG_IRIS(\d{4})?(_CODE)?", "qpv_code": r"PLG_QP(V)?\d{2}(_CODE)?",
}  # fmt: skip
_PLACE: Final = {
    "commune_code": r"DEPCOM", "commune_name": r"LIBCOM", "departement_code": r"DEP", "x": r"X", "y": r"Y",
    "epsg": r"EPSG",
}  # fmt: skip
_INNER: Final = {
    "address_extra": r"COMPLIDENT", "building": r"BAT", "staircase": r"ESC", "entrance": r"ENTREE",
    "building_code": r"IMMEU",
}  # fmt: skip

# The landlord's own layout first: it holds the columns of the open one, and more.
LAYOUTS: Final = (
    Layout(
        "rpls_landlord",
        _("RPLS, fichier du bailleur"),
        (r"IDENT_REP", r"IDENT_INT|IDENTGES|SIRET", r"DEPCOM(_CODE)?", r"NOMVOIE"),
        _OPEN | _INNER | {"dwelling_id": r"IDENT_REP"},
    ),
    Layout(
        "rpls_open",
        _("RPLS, fichier détaillé en accès libre"),
        (r"DEPCOM(_CODE)?", r"NOMVOIE", r"EPSG|QUALITE_XY", r"PLG_QP\d{2}|PLG_IRIS\d{4}_CODE"),
        _OPEN | _INNER,
    ),
    Layout(
        "rpls_2018",
        _("RPLS 2018 (47 colonnes)"),
        (r"DEPCOM", r"NOMVOIE", r"IMMEU", r"NUMCONV", r"TYPECONST"),
        _ADDRESS | _INNER | _PLACE,
    ),
)  # fmt: skip
LABELS: Final[dict[str, str | Promise]] = {layout.code: layout.label for layout in LAYOUTS} | {
    GENERIC: _("colonnes choisies")
}


def column_matching(pattern: str, columns: list[str]) -> str | None:
    """The column whose whole name matches; of several vintages the latest one."""
    found = [
        name for name in columns if re.fullmatch(pattern, name.strip().upper().lstrip("\ufeff"))
    ]
    return max(found, key=lambda name: (_vintage(name), -columns.index(name)), default=None)


def _vintage(name: str) -> int:
    digits = re.findall(r"\d+", name)
    return int(digits[-1]) % 100 if digits else 0


def recognise(columns: list[str]) -> Layout | None:
    """The known layout of those columns, if any."""
    for layout in LAYOUTS:
        if all(column_matching(pattern, columns) for pattern in layout.tells):
            return layout
    return None


def columns_of(layout: Layout, columns: list[str]) -> dict[str, str]:
    """Which column holds each field of the layout; fields whose column is missing are left out."""
    found = {name: column_matching(pattern, columns) for name, pattern in layout.columns.items()}
    return {name: column for name, column in found.items() if column is not None}
