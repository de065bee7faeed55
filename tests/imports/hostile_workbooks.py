"""Workbooks that expand, point elsewhere or claim to be immense."""

# ruff: noqa: E501 -- XML written on one line, as it is sent

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Trap:
    """What hostile files point to: a local listener, a file of the server."""

    address: str
    secret: Path


def zipped(*members: tuple[str, bytes], level: int = 9) -> bytes:
    """A zip of those members."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return body.getvalue()


def cell(text: str, more: str = "") -> str:
    """A text cell of an ODS."""
    return f'<table:table-cell office:value-type="string"{more}><text:p>{text}</text:p></table:table-cell>'


def ods(rows: str, before: str = "") -> bytes:
    """An ODS with those rows."""
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?>{before}<office:document-content {names}><office:body><office:spreadsheet>'
        f'<table:table table:name="A">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return zipped(("mimetype", kind), ("content.xml", content.encode()))


def xlsx(sheet: str, strings: str = "") -> bytes:
    """An XLSX whose sheet and shared strings are written by hand."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    link = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    rels = f'<Relationships xmlns="{package}/relationships">'
    return zipped(
        ("[Content_Types].xml", f'<Types xmlns="{package}/content-types"/>'.encode()),
        ("_rels/.rels", f'{rels}<Relationship Id="a" Type="{link}/officeDocument" Target="xl/workbook.xml"/></Relationships>'.encode()),
        ("xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{link}"><sheets><sheet name="A" sheetId="1" r:id="b"/></sheets></workbook>'.encode()),
        ("xl/_rels/workbook.xml.rels", f'{rels}<Relationship Id="b" Type="{link}/worksheet" Target="worksheets/sheet1.xml"/>'
         f'<Relationship Id="c" Type="{link}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'.encode()),
        ("xl/worksheets/sheet1.xml", sheet.replace("MAIN", main).encode()),
        ("xl/sharedStrings.xml", (strings or '<sst xmlns="MAIN"/>').replace("MAIN", main).encode()),
    )  # fmt: skip


LAUGHS = (
    '<!DOCTYPE a [<!ENTITY l0 "ha">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    + "]>"
)


def sheet_of(cells: str, before: str = "") -> str:
    """A sheet with a header and one row of those cells."""
    head = "".join(f'<c r="{column}1" t="inlineStr"><is><t>{name}</t></is></c>' for column, name in
                   zip("ABCD", ("code", "nom", "voie", "insee"), strict=True))  # fmt: skip
    return f'{before}<worksheet xmlns="MAIN"><sheetData><row r="1">{head}</row>{cells}</sheetData></worksheet>'


def workbooks(trap: Trap) -> Iterator[tuple[str, bytes]]:
    """XLSX and ODS that expand, point elsewhere or claim to be immense."""
    outside = f'<!DOCTYPE a [<!ENTITY e SYSTEM "file://{trap.secret}"><!ENTITY h SYSTEM "{trap.address}">]>'
    for name, before, text in (
        ("laughs", LAUGHS, "&l11;"),
        ("file", outside, "&e;"),
        ("http", outside, "&h;"),
    ):
        row = f'<row r="2"><c r="A2" t="inlineStr"><is><t>{text}</t></is></c><c r="B2"><v>1</v></c></row>'
        yield f"{name}.xlsx", xlsx(sheet_of(row, before))
        yield f"{name}-strings.xlsx", xlsx(
            sheet_of('<row r="2"><c r="A2" t="s"><v>0</v></c></row>'), f'{before}<sst xmlns="MAIN"><si><t>{text}</t></si></sst>'
        )  # fmt: skip
        rows = f"<table:table-row>{cell('code')}{cell('nom')}</table:table-row><table:table-row>{cell(text) * 2}</table:table-row>"
        yield f"{name}.ods", ods(rows, before)
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    yield "far-corner.xlsx", xlsx(sheet_of(far))
    yield (
        "long-number.xlsx",
        xlsx(sheet_of(f'<row r="2"><c r="A2"><v>{"9" * 400_000}</v></c></row>')),
    )
    yield (
        "bomb.xlsx",
        zipped(("xl/workbook.xml", b""), ("xl/worksheets/sheet1.xml", b"\0" * (90 << 20))),
    )
    many = "<row><c><v>1</v></c><c><v>2</v></c></row>" * 450_000
    yield "under-the-ratio.xlsx", xlsx(sheet_of(many))
    for columns, rows_ in ((16_384, 1_048_576), (1_000, 1_000_000), (1_000_000_000, 1)):
        repeated = f' table:number-columns-repeated="{columns}"'
        yield (
            f"repeated-{columns}.ods",
            ods(
                f"<table:table-row>{cell('a')}{cell('b')}</table:table-row>"
                f'<table:table-row table:number-rows-repeated="{rows_}">{cell("x", repeated)}</table:table-row>'
            ),
        )
    yield (
        "members.xlsx",
        zipped(("xl/workbook.xml", b""), *((f"xl/{n}.xml", b"x") for n in range(3_000))),
    )
