"""GeoPackage, GeoJSON and zipped Shapefile: the same rows whatever the format, written by GDAL, read without it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from gis.territories.importing.errors import ImportRefusedError
from tenants.imports.layouts.mapping import proposed_mapping
from tenants.imports.tables.features import POSITION_COLUMNS, epsg_of_wkt
from tenants.imports.tables.reading import TableHead, read_head, read_rows
from tests.imports.hostile_files import zipped

DRIVERS = {"a.gpkg": "GPKG", "a.geojson": "GeoJSON", "a.zip": "ESRI Shapefile"}
FIELDS = {
    "code": ["T1", "T2", "T3"],
    "voie": ["rue de l’Été", "rue B", "rue C"],
    "insee": ["99001"] * 3,
}
SHAPES = [shapely.Point(651_100.5, 6_861_100), shapely.Point(651_200, 6_861_200), None]


def write(
    folder: Path, name: str, shapes: list[object], kind: str = "Point", crs: str = "EPSG:2154"
) -> Path:
    """A layer with the three fields, by GDAL."""
    path = folder / name.replace(".zip", ".shp")
    geometry = np.array(
        [None if each is None else shapely.to_wkb(each) for each in shapes], dtype=object
    )
    pyogrio.raw.write(
        path, geometry=geometry, geometry_type=kind, crs=crs, driver=DRIVERS[name], fields=list(FIELDS),
        field_data=[np.array(values[: len(shapes)], dtype=object) for values in FIELDS.values()],
    )  # fmt: skip
    if name != "a.zip":
        return path
    target = folder / name
    target.write_bytes(
        zipped(*[(f"couche/{each.name}", each.read_bytes()) for each in folder.glob("a.???")])
    )
    return target


def cells(path: Path, head: TableHead) -> list[list[str] | None]:
    """Every row, every column."""
    return [row.cells for row in read_rows(path, head, list(range(len(head.columns))))]


@pytest.mark.parametrize("name", DRIVERS)
def test_points_and_attributes_become_rows(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, name, SHAPES)
    head = read_head(path)
    assert head.columns[:3] == POSITION_COLUMNS
    assert head.crs == "2154"
    wanted = [head.columns.index(each) for each in (*POSITION_COLUMNS, *FIELDS)]
    rows = [[row[index] for index in wanted] for row in cells(path, head) if row]
    assert rows == [
        ["651100.5", "6861100.0", "2154", "T1", "rue de l’Été", "99001"],
        ["651200.0", "6861200.0", "2154", "T2", "rue B", "99001"],
        ["", "", "", "T3", "rue C", "99001"],
    ]
    mapping = proposed_mapping(head).columns
    assert [mapping[each] for each in ("x", "y", "epsg", "street")] == [*POSITION_COLUMNS, "voie"]


@pytest.mark.parametrize("name", DRIVERS)
def test_an_outline_gives_a_point_on_it(tmp_path: Path, name: str) -> None:
    crescent = (
        shapely.Point(651_000, 6_861_000)
        .buffer(100)
        .difference(shapely.Point(651_030, 6_861_000).buffer(100))
    )
    path = write(tmp_path, name, [crescent, crescent], kind="Polygon")
    row = cells(path, read_head(path))[0]
    assert row is not None
    assert crescent.buffer(0.01).contains(shapely.Point(float(row[0]), float(row[1])))


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857", "EPSG:2975"])
@pytest.mark.parametrize("name", DRIVERS)
def test_the_crs_is_recognised(tmp_path: Path, name: str, crs: str) -> None:
    assert read_head(write(tmp_path, name, SHAPES, crs=crs)).crs == crs[5:]


def test_an_old_style_prj_is_recognised_by_its_words() -> None:
    assert (
        epsg_of_wkt('PROJCS["RGF_1993_Lambert_93",GEOGCS["GCS_RGF_1993",DATUM["D_RGF_1993"]]]')
        == "2154"
    )
    assert epsg_of_wkt('GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984"]]') == "4326"
    assert epsg_of_wkt('PROJCS["NTF_Lambert_II",GEOGCS["GCS_NTF"]]') == "inconnu"
    assert epsg_of_wkt("") == ""


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ([("../a.shp", b"x")], "hors de son dossier"),
        ([("/etc/a.shp", b"x")], "hors de son dossier"),
        ([("a.shp", b"x")], "incomplet"),
        ([("a.shp", b"x"), ("a.dbf", b"x")], "endommagé"),
        ([("lisez-moi.txt", b"x")], "n’est pas un tableau"),
        ([("a.shp", b"\0" * (90 << 20)), ("a.dbf", b"x")], "bien plus gros"),
    ],
)
def test_a_zip_that_is_not_a_sound_shapefile_is_refused(
    tmp_path: Path, members: list[tuple[str, bytes]], says: str
) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(*members))
    with pytest.raises(ImportRefusedError, match=says):
        read_head(path)


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("a.shp")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(ImportRefusedError, match="hors de son dossier"):
        read_head(path)


def test_a_layer_is_chosen_among_several(tmp_path: Path) -> None:
    path = write(tmp_path, "a.gpkg", SHAPES)
    pyogrio.raw.write(
        path, geometry=None, geometry_type=None, driver="GPKG", layer="liste", append=True,
        field_data=[np.array(["x", "y"], dtype=object)] * 2, fields=["code", "voie"],
    )  # fmt: skip
    assert read_head(path).sheets == ["a", "liste"]
