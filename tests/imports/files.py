"""Files as landlords send them, written for the tests. Addresses are invented, in the cast's département 99."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from tests.cast import KM, X0, Y0

HEADER = [
    "Code site", "Nom du site", "Agence", "N°", "Voie", "Code postal", "Commune", "Code INSEE", "Nb logements", "X", "Y",
]  # fmt: skip


def row(
    code: str = "T1", number: str = "1", street: str = "rue des Lilas", **cells: str
) -> list[str]:
    """A row of the generic table: one address of a site in the first commune, inside its QPV."""
    given = {
        "name": f"Résidence {code}", "agency": "Nord", "postcode": "99100", "commune": "Aubépine", "insee": "99001",
        "dwellings": "10", "x": str(X0 + KM + 100), "y": str(Y0 + KM + 100),
    } | cells  # fmt: skip
    return [
        code, given["name"], given["agency"], number, street, given["postcode"], given["commune"], given["insee"],
        given["dwellings"], given["x"], given["y"],
    ]  # fmt: skip


def write_csv(
    path: Path, rows: list[list[str]], *, header: list[str] | None = None, delimiter: str = ";", encoding: str = "utf-8"
) -> Path:  # fmt: skip
    """A CSV in that encoding."""
    lines = [delimiter.join(cells) for cells in [header or HEADER, *rows]]
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
    return path


def open_data(name: str) -> Path:
    """A real file, kept beside the project; skips the test with a reason when it is absent."""
    path = Path(settings.ORSEN_OPEN_DATA) / name
    if not path.is_file():
        pytest.skip(f"{name} is not in ORSEN_OPEN_DATA ({settings.ORSEN_OPEN_DATA})")
    return path
