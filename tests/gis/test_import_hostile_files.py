"""Files made to read the server, to call out, to hang or to exhaust it are refused."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from django.test import override_settings

from gis.territories.importing import reading
from gis.territories.importing.errors import ImportRefusedError
from gis.territories.importing.reading import FILE_ERRORS, Limits, read_features

from . import files


def refused(path: Path, code: str, limits: Limits | None = None) -> None:
    """The file is refused with the message of that code."""
    with pytest.raises(ImportRefusedError) as error:
        read_features(path, limits)
    assert str(error.value) == FILE_ERRORS[code]


class Listener(BaseHTTPRequestHandler):
    """Counts the requests that reach it."""

    hits: list[str]

    def do_GET(self) -> None:
        self.hits.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"EPSG:4326")

    do_HEAD = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """The address of a local web server and the paths that were asked of it."""
    handler = type("Handler", (Listener,), {"hits": []})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/crs", handler.hits
    server.shutdown()
    server.server_close()
    thread.join()


VRT = """<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>{target}</SrcDataSource>
<GeometryType>wkbPolygon</GeometryType></OGRVRTLayer></OGRVRTDataSource>"""


@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.json"])
def test_a_vrt_under_another_name_reads_nothing(tmp_path: Path, name: str) -> None:
    secret = files.write_geojson(tmp_path / "secret.geojson", files.commune(1))
    path = tmp_path / name
    path.write_text(VRT.format(target=secret))
    refused(path, "wrong_format")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_file"),
        ("code;nom\n99001;Port-Orsen\n", "wrong_format"),
        ("<kml></kml>", "wrong_format"),
        ('{"type": "FeatureCollection", "features": [', "broken_json"),
        ("[1, 2]", "wrong_format"),
        ('{"type": "Topology", "objects": {}, "arcs": []}', "not_a_collection"),
        ('{"type": "gdal_streamed_alg", "command_line": "vector pipeline"}', "not_a_collection"),
        ('{"type": "FeatureCollection", "features": [1]}', "not_a_collection"),
        ('{"type": "FeatureCollection", "features": {"a": 1}}', "not_a_collection"),
        ("{" + '"a":[' * 5000, "broken_json"),
    ],
)
def test_what_is_not_geojson_is_refused(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(text)
    refused(path, code)


@pytest.mark.parametrize("kind", ["link", "url", "name"])
def test_a_crs_that_names_an_address_is_never_fetched(
    tmp_path: Path, listener: tuple[str, list[str]], kind: str
) -> None:
    address, hits = listener
    properties = {"href": address, "url": address, "name": address}
    path = files.write_geojson(
        tmp_path / "a.geojson", files.commune(1), crs={"type": kind, "properties": properties}
    )
    refused(path, "crs_refused")
    assert hits == []


def test_a_crs_inside_a_geometry_is_never_fetched(
    tmp_path: Path, listener: tuple[str, list[str]]
) -> None:
    address, hits = listener
    row = files.commune(1)
    row["geometry"]["crs"] = {"type": "link", "properties": {"href": address}}
    path = files.write_geojson(tmp_path / "a.geojson", row)
    assert len(read_features(path).features) == 1
    assert hits == []


def test_an_unknown_epsg_code_is_refused(tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::999999"}}
    refused(files.write_geojson(tmp_path / "a.geojson", files.commune(1), crs=crs), "crs_refused")


def geopackage(path: Path, *statements: str) -> Path:
    """A sound GeoPackage, then changed by SQL."""
    files.write_geopackage(path, files.commune(1))
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()
    return path


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS fid FROM n"


@pytest.mark.parametrize(
    "statements",
    [
        (f"CREATE VIEW trap AS {ENDLESS}", "UPDATE gpkg_contents SET table_name = 'trap'"),
        (f"CREATE VIEW gpkg_metadata AS {ENDLESS}",),
        ("ALTER TABLE contours ADD COLUMN twice TEXT GENERATED ALWAYS AS (code || code) VIRTUAL",),
        ("CREATE VIRTUAL TABLE words USING fts5(word)",),
        ("UPDATE gpkg_contents SET table_name = 'rtree_contours_geom'",),
    ],
)
def test_a_geopackage_that_brings_code_is_refused(
    tmp_path: Path, statements: tuple[str, ...]
) -> None:
    refused(geopackage(tmp_path / "a.gpkg", *statements), "geopackage_view")


def test_a_geopackage_whose_catalogue_is_a_view_is_refused(tmp_path: Path) -> None:
    path = geopackage(
        tmp_path / "a.gpkg", "DROP TABLE gpkg_contents", f"CREATE VIEW gpkg_contents AS {ENDLESS}"
    )
    refused(path, "wrong_format")


def test_a_geopackage_crs_is_never_fetched(tmp_path: Path, listener: tuple[str, list[str]]) -> None:
    address, hits = listener
    path = geopackage(
        tmp_path / "a.gpkg",
        "UPDATE gpkg_spatial_ref_sys "
        "SET organization = 'NONE', organization_coordsys_id = 77, "
        f"definition = '{address}' WHERE srs_id = 2154",
    )
    refused(path, "crs_refused")
    assert hits == []


def test_a_geopackage_with_two_layers_asks_for_one(tmp_path: Path) -> None:
    path = files.write_geopackage(tmp_path / "a.gpkg", files.commune(1))
    files.write_geopackage(path, files.commune(2), layer="autre")
    refused(path, "one_layer")


def test_a_damaged_geopackage_is_refused(tmp_path: Path) -> None:
    path = files.write_geopackage(tmp_path / "a.gpkg", files.commune(1))
    path.write_bytes(path.read_bytes()[:3000])
    refused(path, "broken_geopackage")


def test_a_plain_sqlite_base_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE contours (geom BLOB)")
    connection.close()
    refused(path, "wrong_format")


def test_only_the_geopackage_driver_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = files.write_geopackage(tmp_path / "a.gpkg", files.commune(1))
    assert len(read_features(path).features) == 1
    monkeypatch.setattr(reading, "drivers_to_skip", lambda: "KML")
    refused(path, "drivers_open")


def heavy(path: Path) -> Path:
    """Some 60,000 small squares."""
    square = files.square(1)
    one = json.dumps(files.feature(square, code="99001", nom="Port-Orsen"))
    path.write_text('{"type":"FeatureCollection","features":[' + ",".join([one] * 60_000) + "]}")
    return path


def test_too_much_memory_is_stopped(tmp_path: Path) -> None:
    refused(heavy(tmp_path / "a.geojson"), "too_heavy", Limits(memory_bytes=200 << 20))


def test_too_much_processor_time_is_stopped(tmp_path: Path) -> None:
    refused(heavy(tmp_path / "a.geojson"), "too_long", Limits(cpu_seconds=1))


def test_too_much_time_is_stopped(tmp_path: Path) -> None:
    refused(heavy(tmp_path / "a.geojson"), "too_long", Limits(wall_seconds=0.05))


def test_a_file_beyond_the_size_limit_is_not_opened(tmp_path: Path) -> None:
    with (
        override_settings(ORSEN_IMPORT_MAX_BYTES=100),
        pytest.raises(ImportRefusedError, match="limite"),
    ):
        read_features(files.write_geojson(tmp_path / "a.geojson", files.commune(1)))


@pytest.mark.parametrize("name", ["absent.geojson", "."])
def test_what_is_not_a_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ImportRefusedError, match="existe pas"):
        read_features(tmp_path / name)


def test_the_child_sees_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORSEN_WALL_KEY", "secret")
    assert not [
        name for name in reading.environment() if name.startswith(("ORSEN", "PG", "DJANGO"))
    ]
    assert "secret" not in reading.environment().values()


@pytest.mark.parametrize("allowed", [True, False])
def test_the_child_is_cut_off_the_network_where_the_system_allows(
    listener: tuple[str, list[str]], allowed: bool, tmp_path: Path
) -> None:
    """Where it does not (a container without user namespaces), the child goes on: other tests hold what it asks for."""
    address, hits = listener
    code = (
        "import ctypes, sys, urllib.request\n"
        "from gis.territories.importing import child\n"
        f"if not {allowed}:\n    child.CLONE_NEWUSER = child.CLONE_NEWNET = -1\n"
        "print(child.leave_network())\n"
        "try:\n    urllib.request.urlopen(sys.argv[1], timeout=3)\n"
        "except OSError:\n    print('cut off')\n"
        "else:\n    print('reached')\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code, address], capture_output=True, text=True, check=True
    ).stdout.split("\n")
    if answer[0] == "True":
        assert answer[1] == "cut off"
        assert hits == []
    else:
        assert answer[1] == "reached"
