"""Malformed and hostile files, the same ones for the same seed: bombs, traps, cut and mangled copies of sound files."""

# ruff: noqa: E501 -- files written on one line, as they are sent
from __future__ import annotations

import io
import json
import random
import sqlite3
import struct
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import openpyxl
import pyogrio
import shapely

from tests.imports.hostile_workbooks import Trap, cell, ods, workbooks, zipped

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS fid FROM n"
HEAD = "Code site;Nom du site;Voie;Code INSEE;X;Y\r\n"
LINE = "T1;Résidence T1;12 rue des Lilas;99001;651100,5;6861100,5\r\n"


def sound_files() -> dict[str, bytes]:
    """One sound file of each format, the same two sites in each."""
    frame = {
        "code": ["T1", "T2"],
        "nom": ["Les Lilas", "Le Pré"],
        "voie": ["rue A", "rue B"],
        "insee": ["99001"] * 2,
    }
    points = shapely.to_wkb(
        np.array([shapely.Point(651100, 6861100), shapely.Point(651200, 6861200)])
    )
    made: dict[str, bytes] = {"a.csv": (HEAD + LINE * 30).encode()}
    with tempfile.TemporaryDirectory() as folder:
        for driver, name in (
            ("GPKG", "a.gpkg"),
            ("GeoJSON", "a.geojson"),
            ("ESRI Shapefile", "a.shp"),
        ):
            pyogrio.raw.write(
                Path(folder) / name, geometry=points, geometry_type="Point", crs="EPSG:2154", driver=driver,
                field_data=[np.array(values, dtype=object) for values in frame.values()], fields=list(frame),
            )  # fmt: skip
        made["a.gpkg"] = (Path(folder) / "a.gpkg").read_bytes()
        made["a.geojson"] = (Path(folder) / "a.geojson").read_bytes()
        parts = sorted(Path(folder).glob("a.[!g]*"))
        made["a.zip"] = zipped(*[(each.name, each.read_bytes()) for each in parts])
    book, sheet_bytes = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    for row in zip(*([name, *values] for name, values in frame.items()), strict=True):
        book.active.append(row)
    book.save(sheet_bytes)
    made["a.xlsx"] = sheet_bytes.getvalue()
    made["a.ods"] = ods("<table:table-row>" + "".join(cell(name) for name in frame) + "</table:table-row>"
                        "<table:table-row>" + cell("T1") * 4 + "</table:table-row>")  # fmt: skip
    return made


def archives(trap: Trap, sound: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Zips whose members lead outside, are locked, overlap or hold other zips."""
    for name in ("../../secret.shp", "/etc/passwd.shp", "..\\up.shp", "C:/x.shp", str(trap.secret)):
        yield "outside.zip", zipped((name, b"x"), (f"{name}.dbf", b"x"))
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for suffix in ("shp", "dbf"):
            link = zipfile.ZipInfo(f"a.{suffix}")
            link.external_attr = 0o120777 << 16
            archive.writestr(link, str(trap.secret))
    yield "link.zip", body.getvalue()
    yield (
        "locked.zip",
        sound["a.zip"].replace(b"PK\x01\x02\x14\x03\x14\0\0\0", b"PK\x01\x02\x14\x03\x14\0\1\0"),
    )
    yield "nested.zip", zipped(("a.zip", zipped(("b.zip", b"\0" * (1 << 20)))))
    yield "bomb.zip", zipped(("a.shp", b"\0" * (100 << 20)), ("a.dbf", b"\0" * (100 << 20)))
    yield "lying-size.zip", sound["a.zip"].replace(struct.pack("<I", 228), struct.pack("<I", 2**31))
    for prj in (
        trap.address,
        f'PROJCS["x",AUTHORITY["EPSG","{trap.address}"]]',
        "+init=" + str(trap.secret),
        "A" * 100_000,
    ):
        with zipfile.ZipFile(io.BytesIO(sound["a.zip"])) as found:
            parts = [
                (each, found.read(each)) for each in found.namelist() if not each.endswith(".prj")
            ]
        yield "prj.zip", zipped(*parts, ("a.prj", prj.encode()))
    for shp in (struct.pack(">i24xi", 9994, 50) + b"\0" * 68 + struct.pack(">ii", 1, -2),
                struct.pack(">i", 9994) + b"\0" * 96 + struct.pack(">ii", 1, 2**30) + b"\x05" * 90,
                struct.pack(">i", 9994) + b"\0" * 96 + struct.pack(">ii", 1, 50) + struct.pack("<i4d2i", 5, 0, 0, 1, 1, 2**30, 2**30) + b"\0" * 60):  # fmt: skip
        yield (
            "shapes.zip",
            zipped(*[part for part in parts if not part[0].endswith(".shp")], ("a.shp", shp)),
        )
    for dbf in (
        b"\x03" * 40,
        struct.pack("<4xIHH", 2**31, 33, 1) + b"\0" * 20 + b"\x0d",
        b"\x03" + b"\xff" * 400,
    ):
        yield (
            "table.zip",
            zipped(*[part for part in parts if not part[0].endswith(".dbf")], ("a.dbf", dbf)),
        )


def texts(trap: Trap) -> Iterator[tuple[str, bytes]]:
    """Text under names that a reader of GIS files would trust, and tables that are none."""
    vrt = f'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>{trap.secret}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
    far = f'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/vsicurl/{trap.address}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
    kml = f'<kml xmlns="http://www.opengis.net/kml/2.2"><NetworkLink><Link><href>{trap.address}</href></Link></NetworkLink></kml>'
    gml = f'<?xml version="1.0"?><!DOCTYPE g [<!ENTITY e SYSTEM "file://{trap.secret}">]><g xsi:schemaLocation="{trap.address}">&e;</g>'
    for content in (
        vrt,
        far,
        kml,
        gml,
        f"/vsicurl/{trap.address}",
        f"WFS:{trap.address}",
        f"PG:host={trap.address}",
    ):
        for name in ("a.geojson", "a.csv", "a.gpkg", "a.zip", "a.xlsx", "a.kml"):
            yield name, content.encode()
    yield "nul.csv", HEAD.encode() + b"a\0b;c\r\n"
    yield "quote.csv", (HEAD + '"' + LINE * 4_000).encode()
    yield "cell.csv", (HEAD + "x" * (3 << 20) + ";b;c;d;e;f\r\n").encode()
    yield (
        "columns.csv",
        (";".join(f"colonne {n}" for n in range(60_000)) + "\r\n" + ";" * 59_999).encode(),
    )
    yield "wide.csv", ((";" * 400_000 + "\r\n") * 10).encode()
    yield "line.csv", b"a;b;" * (8 << 20)
    yield "utf16.csv", (HEAD + LINE).encode("utf-16")[:-1]
    yield "utf32.csv", (HEAD + LINE).encode("utf-32")
    yield "utf7.csv", (HEAD + LINE).encode("utf-7")
    yield "mixed.csv", HEAD.encode() + LINE.encode("cp1252") + LINE.encode()
    yield (
        "formula.csv",
        (HEAD + f'=HYPERLINK("{trap.address}");=cmd|x;@SUM(1);99001;+1;-1\r\n').encode(),
    )
    yield "header.csv", ('=WEBSERVICE("' + trap.address + '");b\r\n1;2\r\n').encode()
    yield (
        "numbers.csv",
        (HEAD + "T1;N;rue A;99001;1e999;-1e999\r\nT2;N;rue B;99001;nan;inf\r\n").encode(),
    )
    yield (
        "digits.csv",
        (HEAD + f"T1;N;{'9' * 9_000} rue A;{'9' * 9_000};{'9' * 9_000};1\r\n").encode(),
    )
    yield "controls.csv", (HEAD + "T\x1b[2J;\u202eN;rue\x07 A;99001;1;1\r\n").encode()


def geojsons(trap: Trap) -> Iterator[tuple[str, bytes]]:
    """GeoJSON that points elsewhere, nests without end or holds the wrong things."""

    def collection(feature: object, **more: object) -> bytes:
        return json.dumps({"type": "FeatureCollection", "features": [feature], **more}).encode()

    good = {
        "type": "Feature",
        "properties": {"code": "a", "voie": "b"},
        "geometry": {"type": "Point", "coordinates": [2.3, 48.8]},
    }
    for kind in ("link", "url", "name", "EPSG"):
        where = {
            "href": trap.address,
            "url": trap.address,
            "name": trap.address,
            "code": trap.address,
        }
        yield "crs.geojson", collection(good, crs={"type": kind, "properties": where})
        yield (
            "inner.geojson",
            collection(
                good | {"geometry": good["geometry"] | {"crs": {"type": kind, "properties": where}}}
            ),
        )  # type: ignore[operator]
    shapes: list[object] = [
        {"type": "Point", "coordinates": []}, {"type": "Point", "coordinates": ["a", "b"]}, {"type": "Point", "coordinates": [1e400, 0]},
        {"type": "Polygon", "coordinates": [[[0, 0]]]}, {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]},
        {"type": "GeometryCollection", "geometries": []}, {"type": "Nothing"}, [1], "POINT (1 1)", 7,
    ]  # fmt: skip
    for shape in shapes:
        yield "shape.geojson", collection(good | {"geometry": shape})
    for properties in ([1], "x", {"a": {"b": [1] * 1_000}}, {"x" * 10_000: 1}, {"": "", "b": "c"}):
        yield "properties.geojson", collection(good | {"properties": properties})
    yield "deep.geojson", b'{"type":"FeatureCollection","features":' + b"[" * 200_000
    yield "deeper.geojson", b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    yield "nested.geojson", collection(good).replace(b"[2.3, 48.8]", b"[" * 900 + b"]" * 900)
    yield "twice.geojson", b'{"type":"FeatureCollection","features":[],"type":"Topology"}'
    yield "pipeline.geojson", b'{"type":"gdal_streamed_alg","command_line":"vector pipeline"}'
    yield "number.geojson", collection(good).replace(b"2.3", b"9" * 300_000)
    yield "many.geojson", collection(good | {"properties": {f"c{n}": n for n in range(5_000)}})
    yield "surrogate.geojson", collection(good).replace(b'"a"', b'"\\ud800"')


def geopackages(trap: Trap, sound: bytes) -> Iterator[tuple[str, bytes]]:
    """GeoPackages that bring code of their own, or name an address."""
    changes = [
        [f"CREATE VIEW trap AS {ENDLESS}", "UPDATE gpkg_contents SET table_name = 'trap'"],
        [f"CREATE VIEW gpkg_metadata AS {ENDLESS}"],
        ["ALTER TABLE a ADD COLUMN twice TEXT GENERATED ALWAYS AS (hex(zeroblob(900000000))) VIRTUAL"],
        ["CREATE VIRTUAL TABLE words USING fts5(word)"],
        ["UPDATE gpkg_contents SET table_name = 'rtree_a_geom'"],
        ["UPDATE gpkg_contents SET table_name = 'a\"; DROP TABLE a; --'"],
        ["DROP TABLE gpkg_contents", f"CREATE VIEW gpkg_contents AS {ENDLESS}"],
        ["UPDATE gpkg_contents SET table_name = 'sqlite_master'"],
        ["DELETE FROM gpkg_geometry_columns"], ["DELETE FROM a"], ["UPDATE a SET geom = x'4750'"],
        ["UPDATE a SET geom = x'47500001000000000103000000FFFFFFFF'"], ["UPDATE a SET geom = zeroblob(50000000)"],
        ["UPDATE a SET nom = zeroblob(90000000)"], ["UPDATE a SET code = 1e999, nom = x'00ff'"],
        [f"UPDATE gpkg_spatial_ref_sys SET organization='NONE', definition='{trap.address}'"],
        ["CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT load_extension('x'); END"],
        [f"ATTACH '{trap.secret}.db' AS other"],
    ]  # fmt: skip
    for statements in changes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a.gpkg"
            path.write_bytes(sound)
            base = sqlite3.connect(path)
            # SQLite asks the spatial functions of GeoPackages of whoever writes to a layer.
            for name, answer in (
                ("ST_IsEmpty", 1),
                ("ST_MinX", 0),
                ("ST_MaxX", 0),
                ("ST_MinY", 0),
                ("ST_MaxY", 0),
            ):
                base.create_function(name, 1, lambda _shape, answer=answer: answer)
            base.execute("PRAGMA trusted_schema=ON")
            for statement in statements:
                base.execute(statement)
            base.commit()
            base.close()
            yield "a.gpkg", path.read_bytes()


def prefixed(draw: random.Random) -> Iterator[tuple[str, bytes]]:
    """Noise behind the first bytes of formats, known and unknown."""
    starts = (b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 18, b"SQLite format 3\0", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x89PNG\r\n\x1a\n",
              b"%PDF-1.7\n", b"\x7fELF", b"\x1f\x8b\x08", b"\x89HDF\r\n\x1a\n", b"FGB\x03", b"II*\0", b"PAR1", b"{", b"[", b"<?xml ", b"")  # fmt: skip
    for start in starts:
        for size in (0, 40, 3_000):
            yield (
                draw.choice(["a.csv", "a.xlsx", "a.gpkg", "a.zip", "a.geojson"]),
                start + draw.randbytes(size),
            )
    header = bytearray(b"SQLite format 3\0" + bytes(84))
    header[68:72] = b"GPKG"
    yield "a.gpkg", bytes(header) + draw.randbytes(5_000)


def mangled(sound: dict[str, bytes], draw: random.Random) -> Iterator[tuple[str, bytes]]:
    """Without end: copies of sound files, cut, flipped, doubled, filled."""
    names = list(sound)
    while True:
        name = draw.choice(names)
        content = bytearray(sound[name])
        for _change in range(draw.choice((1, 1, 2, 8, 60))):
            at = draw.randrange(len(content) or 1)
            how: Callable[[], None] = draw.choice(
                (
                    lambda: content.__setitem__(slice(at, at + 1), draw.randbytes(1)),  # noqa: B023 -- called at once
                    lambda: content.__delitem__(slice(at, at + draw.randrange(1, 400))),  # noqa: B023
                    lambda: content.__setitem__(slice(at, at + 8), b"\xff" * 8),  # noqa: B023
                    lambda: content.__setitem__(slice(at, at), content[at // 2 : at]),  # noqa: B023
                    lambda: content.__setitem__(slice(at, at + 4), b"\0" * 4),  # noqa: B023
                )
            )
            how()
        yield name, bytes(content[: 4 << 20])


def corpus(count: int, trap: Trap, seed: int = 20) -> Iterator[tuple[str, bytes]]:
    """`count` files with their names; every trap written by hand first (spread over the corpus when it is small)."""
    draw, sound = random.Random(seed), sound_files()
    by_hand = [
        *texts(trap), *geojsons(trap), *geopackages(trap, sound["a.gpkg"]), *archives(trap, sound), *workbooks(trap), *prefixed(draw),
    ]  # fmt: skip
    if count < len(by_hand):
        by_hand = draw.sample(by_hand, count)
    names = ("../../../etc/passwd", "a.csv;rm -rf", "é" * 120 + ".csv", "\u202egpj.csv", "CON.xlsx")
    yield from (
        (draw.choice(names) if draw.random() < 0.05 else name, body) for name, body in by_hand
    )
    endless = mangled(sound, draw)
    for _number in range(count - len(by_hand)):
        yield next(endless)


if (
    __name__ == "__main__"
):  # in a process of its own: its bombs must not weigh on the one that is measured
    folder, count, address, secret = (
        Path(sys.argv[1]),
        int(sys.argv[2]),
        sys.argv[3],
        Path(sys.argv[4]),
    )
    with (folder / "names.json").open("w") as names:
        for number, (name, body) in enumerate(corpus(count, Trap(address, secret))):
            (folder / str(number)).write_bytes(body)
            names.write(json.dumps(name) + "\n")
