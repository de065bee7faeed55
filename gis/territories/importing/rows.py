"""Features of a file turned into rows of territories, or into rejections with a reason."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any

from gis.territories import codes
from gis.territories.importing.columns import Columns
from gis.territories.importing.reading import Feature
from gis.territories.importing.report import ImportReport, Rejection, Repair

CODE_IS_OFFICIAL = ("departement", "commune", "iris", "qpv")
IRIS_TYPES = ("H", "A", "D", "Z")


@dataclass(slots=True)
class TerritoryRow:
    """A territory ready to be written; `wkb_hex` is a valid MultiPolygon in EPSG:2154."""

    code: str
    name: str
    wkb_hex: str
    departement_code: str = ""
    commune_codes: list[str] = field(default_factory=list)
    iris_type: str = ""
    repaired: bool = False


class RejectedRowError(Exception):
    """A row that is not kept: reason (a key of report.REASONS) and the value at fault."""

    def __init__(self, reason: str, value: str = "") -> None:
        super().__init__(reason)
        self.reason, self.value = reason, value


def generated_code(name: str) -> str:
    """The code of a custom territory, from its name: the same name comes back to the same row."""
    digest = hashlib.sha256(" ".join(name.casefold().split()).encode()).digest()
    return f"TP-{base64.b32encode(digest)[:10].decode()}"


def cell(feature: Feature, column: str) -> str:
    """The text of a cell, empty where there is none."""
    value: Any = feature.properties.get(column) if column else None
    return "" if value is None else " ".join(str(value).split())


def code_of(kind: str, feature: Feature, columns: Columns) -> str:
    """The row's code. Raises RejectedRowError."""
    text = cell(feature, columns.code)
    if kind not in CODE_IS_OFFICIAL:
        return text[:20] or generated_code(cell(feature, columns.name))
    if not text:
        raise RejectedRowError("no_code")
    try:
        return codes.clean_code(kind, text)
    except codes.BadCodeError as error:
        raise RejectedRowError("bad_code", text) from error


def communes_of(kind: str, code: str, text: str) -> list[str]:
    """The communes that a row names; the code itself tells for communes and IRIS.

    Raises RejectedRowError.
    """
    if kind == "departement":
        return []
    if kind == "commune":
        return [codes.commune_of(code)]
    if kind == "iris" and not text:
        return [codes.commune_of(code[:5])]
    try:
        return codes.commune_list(text)
    except codes.BadCodeError as error:
        raise RejectedRowError("bad_commune", text) from error


def departement_of(kind: str, code: str, communes: list[str]) -> str:
    """The département, from the code where it tells, else from communes that agree, else empty."""
    if kind == "departement":
        return code
    if kind == "qpv":
        return codes.departement_of_qpv(code)
    if kind in ("commune", "iris"):
        return codes.departement_of_commune(code[:5])
    found = {codes.departement_of_commune(commune) for commune in communes}
    return found.pop() if len(found) == 1 else ""


def build_row(kind: str, feature: Feature, columns: Columns) -> TerritoryRow:
    """One territory. Raises RejectedRowError."""
    name = cell(feature, columns.name)
    if not name:
        raise RejectedRowError("no_name")
    code = code_of(kind, feature, columns)
    communes = communes_of(kind, code, cell(feature, columns.communes))
    if feature.wkb_hex is None:
        raise RejectedRowError(feature.reason)
    iris_type = cell(feature, columns.iris_type)[:1].upper()
    return TerritoryRow(
        code=code,
        name=name[:200],
        wkb_hex=feature.wkb_hex,
        departement_code=departement_of(kind, code, communes),
        commune_codes=communes,
        iris_type=iris_type if iris_type in IRIS_TYPES else "",
        repaired=feature.repaired,
    )


def build_rows(
    kind: str, features: list[Feature], columns: Columns, report: ImportReport
) -> list[TerritoryRow]:
    """Every row that can be kept; repairs and rejections go to the report."""
    rows: dict[str, TerritoryRow] = {}
    for feature in features:
        report.read += 1
        text = cell(feature, columns.code)
        try:
            row = build_row(kind, feature, columns)
            if row.code in rows:
                raise RejectedRowError("duplicate_code")  # noqa: TRY301 -- one way out of a row
        except RejectedRowError as rejected:
            report.rejected.append(Rejection(feature.row, text, rejected.reason, rejected.value))
            continue
        rows[row.code] = row
        if row.code == f"0{text}":
            report.completed_codes.append(row.code)
        if feature.repaired:
            report.repaired.append(
                Repair(feature.row, row.code, feature.area_before, feature.area_after)
            )
    return list(rows.values())
