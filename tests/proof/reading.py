"""Everything readable in an answer, whatever its type: headers, text, and what is inside tiles, PDF, sheets, archives."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import tempfile
import zipfile
from typing import Any, Final

import mapbox_vector_tile
import openpyxl
import pypdf
from django.http import HttpResponseBase

SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def readable(response: HttpResponseBase) -> str:
    """Headers and content as text."""
    chunks: Any = response.streaming_content if response.streaming else [response.content]  # type: ignore[attr-defined]
    raw = b"".join(chunks)
    head = "\n".join(f"{name}: {value}" for name, value in response.items())
    cookies = response.cookies.output()
    return f"{head}\n{cookies}\n{content(raw, response.get('Content-Type', ''))}"


def content(raw: bytes, kind: str = "") -> str:
    """Raw bytes as text, decoded once more where a format hides its texts."""
    text = raw.decode("utf-8", errors="replace")
    if raw[:2] == b"\x1f\x8b":
        return content(gzip.decompress(raw), kind)
    if "mapbox-vector-tile" in kind:
        return f"{text}\n{json.dumps(mapbox_vector_tile.decode(raw)) if raw else ''}"
    if raw[:5] == b"%PDF-":
        return _pdf(raw)
    if raw[:4] == b"PK\x03\x04":
        return _archive(raw)
    if raw[:16] == b"SQLite format 3\x00":
        return _database(raw)
    return text


def _pdf(raw: bytes) -> str:
    found = pypdf.PdfReader(io.BytesIO(raw))
    pages = [page.extract_text() for page in found.pages]
    inside = [content(data) for files in found.attachments.values() for data in files]
    return "\n".join([str(found.metadata), *pages, *inside, raw.decode("latin-1")])


def _archive(raw: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = [f"{name}\n{content(archive.read(name))}" for name in archive.namelist()]
    if any(part.startswith("xl/workbook.xml") for part in parts):
        book = openpyxl.load_workbook(io.BytesIO(raw))
        parts += [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    return "\n".join(parts)


def _database(raw: bytes) -> str:
    """A GeoPackage: every column of every table, geometries as hexadecimal."""
    with tempfile.NamedTemporaryFile(suffix=".gpkg") as file:
        file.write(raw)
        file.flush()
        connection = sqlite3.connect(file.name)
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]  # fmt: skip
        rows = [str(row) for table in tables for row in connection.execute(f'SELECT * FROM "{table}"')]  # fmt: skip
        connection.close()
    return "\n".join([*tables, *rows])
