"""Reading tables: encodings, delimiters, headers, workbooks; and files that are no table."""

from __future__ import annotations

import datetime as dt
import io
import os
import zipfile
from pathlib import Path

import openpyxl
import pytest

from gis.territories.importing.errors import ImportRefusedError
from tenants.imports.tables.reading import Limits, read_head, read_rows
from tenants.imports.tables.workbooks import cell_text


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


TEXT = "Résidence;Voie\r\nL’Été;allée des Œillets\r\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("cp1252"), "cp1252"),
        (TEXT.encode("utf-16"), "utf-16"),
        ("Résidence;Voie\r\nL'Été;allée\r\n".encode("iso-8859-1"), "iso-8859-1"),
    ],
)
def test_the_encoding_is_recognised(tmp_path: Path, content: bytes, encoding: str) -> None:
    path = write(tmp_path / "t.csv", content)
    head = read_head(path)
    assert head.encoding == encoding
    assert head.columns == ["Résidence", "Voie"]
    first = next(read_rows(path, head, [0])).cells
    assert first is not None
    assert first[0].replace("’", "'") == "L'Été"


def test_an_encoding_is_judged_on_the_whole_file(tmp_path: Path) -> None:
    lines = "a;b\n" + "1;2\n" * 200_000
    path = write(tmp_path / "t.csv", lines.encode() + "é;ü\n".encode("iso-8859-1"))
    assert read_head(path).encoding == "iso-8859-1"


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_recognised(tmp_path: Path, delimiter: str) -> None:
    rows = [["Nom", "Voie"], ["Les Lilas, nord", "rue du Bois"], ["B", "rue A"]]
    lines = [delimiter.join(f'"{cell}"' for cell in row) for row in rows]
    head = read_head(write(tmp_path / "t.csv", "\n".join(lines).encode()))
    assert (head.delimiter, head.columns) == (delimiter, ["Nom", "Voie"])


def test_titles_above_the_header_are_passed_over(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", b"Patrimoine 2025;;\n;;\nCode;Nom;Voie\nA;B;C\n\nD;E;F\n")
    head = read_head(path)
    assert head.header_line == 3
    assert [(row.line, row.cells) for row in read_rows(path, head, [0, 2])] == [
        (4, ["A", "C"]),
        (6, ["D", "F"]),
    ]


def test_a_row_longer_than_the_header_is_told_apart(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", b"Code;Nom\nA;B\nC;D;E\nF\nG;H;;\n")
    rows = [row.cells for row in read_rows(path, read_head(path), [0, 1])]
    assert rows == [["A", "B"], None, ["F", ""], ["G", "H"]]


def test_a_cell_on_two_lines_keeps_the_line_numbers_right(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", b'Code;Nom\nA;"deux\nlignes"\nB;C\n')
    assert [row.line for row in read_rows(path, read_head(path), [0])] == [2, 4]


def workbook(path: Path, rows: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "Mode d’emploi"
    sheet = book.create_sheet("Patrimoine")
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_a_workbook_is_read_from_its_first_filled_sheet(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "t.xlsx",
        [["Code", "INSEE", "X"], ["A", 6029, 1019490.25], ["B", dt.date(2024, 3, 5), None]],
    )
    head = read_head(path)
    assert (head.format, head.sheet) == ("workbook", "Patrimoine")
    assert [row.cells for row in read_rows(path, head, [1, 2])] == [
        ["6029", "1019490.25"],
        ["2024-03-05", ""],
    ]


def test_cells_become_the_text_of_a_csv() -> None:
    assert [cell_text(value) for value in (True, 3.0, 3.25, dt.datetime(2024, 3, 5), "x")] == [  # noqa: DTZ001
        "1", "3", "3.25", "2024-03-05", "x",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "vide"),
        (b"  \n \n", "vide"),
        (b"Code;Nom\n", "en-tête"),
        (b"juste du texte\nsans colonnes\n", "qu’une colonne"),
        (b"1;2;3\n4;5;6\n", "noms de colonnes"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "n’est pas un tableau"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\0", "n’est pas un tableau"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".xls"),
        (b"PK\x03\x04 pas vraiment un zip", "endommagé"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(
    tmp_path: Path, content: bytes, says: str
) -> None:
    with pytest.raises(ImportRefusedError) as refused:
        read_head(write(tmp_path / "t.csv", content))
    assert says in str(refused.value)


def archive(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "t.xlsx", {"lisez-moi.txt": b"bonjour"})
    with pytest.raises(ImportRefusedError, match="n’est pas un tableau"):
        read_head(path)


def test_a_workbook_that_unpacks_beyond_bounds_is_refused_before_it_is_unpacked(
    tmp_path: Path,
) -> None:
    bomb = {"xl/workbook.xml": b"", "xl/worksheets/sheet1.xml": b"\0" * (60 << 20)}
    with pytest.raises(ImportRefusedError, match="bien plus gros"):
        read_head(archive(tmp_path / "t.xlsx", bomb))


def test_a_table_that_needs_too_much_memory_or_time_is_stopped(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", b"a;b\n" + b"c;d\n" * 3_000_000)
    head = read_head(path)
    with pytest.raises(ImportRefusedError, match="temps"):
        sum(1 for _row in read_rows(path, head, [0], Limits(wall_seconds=0.2)))
    with pytest.raises(ImportRefusedError, match=r"temps|mémoire"):
        sum(1 for _row in read_rows(path, head, [0], Limits(memory_bytes=20 << 20)))


def test_a_file_above_the_limit_is_refused(tmp_path: Path, settings: pytest.FixtureRequest) -> None:
    settings.ORSEN_IMPORT_MAX_BYTES = 10  # type: ignore[attr-defined]
    with pytest.raises(ImportRefusedError, match="limite"):
        read_head(write(tmp_path / "t.csv", b"a;b\nc;d\n" * 10))


def test_the_child_can_open_nothing_more(tmp_path: Path) -> None:
    """What keeps a hostile file from the network and from our files: no file descriptor is left."""
    code = (
        "import socket, sys\n"
        "from tenants.imports.tables.child import limit\n"
        "limit(1 << 30, 10)\n"
        "for attempt in (lambda: socket.socket(), lambda: open('/etc/passwd')):\n"
        "    try:\n        attempt()\n"
        "    except OSError as error:\n        print(error.errno)\n"
        "    else:\n        print('open')\n"
    )
    import subprocess
    import sys

    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PATH": os.environ["PATH"]}
    )  # fmt: skip
    assert answer.stdout.split() == ["24", "24"]


def test_a_workbook_in_memory_is_never_left_behind(tmp_path: Path) -> None:
    before = set(tmp_path.iterdir())
    with pytest.raises(ImportRefusedError):
        read_head(write(tmp_path / "t.xlsx", io.BytesIO(b"PK\x05\x06" + b"\0" * 18).getvalue()))
    assert {path.name for path in set(tmp_path.iterdir()) - before} == {"t.xlsx"}
