"""Synthetic files: official columns, repair, rejections with reasons, vintages, repetition."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.db.models.functions import Transform
from django.contrib.gis.geos import GEOSGeometry
from django.core.management import CommandError, call_command
from django.db.models import FloatField, Func, Value

from gis.models import Territory
from gis.territories.importing.errors import ImportRefusedError
from gis.territories.importing.report import ImportReport
from gis.territories.importing.services import import_file

from . import files

pytestmark = pytest.mark.django_db(databases=["owner"])


def bring(path: Path, kind: str = "commune", vintage: int = 2024) -> ImportReport:
    return import_file(path, kind=kind, vintage=vintage, using="owner")


def stored(**filters: Any) -> Territory:
    return Territory.objects.using("owner").get(**filters)


@pytest.mark.parametrize(
    ("kind", "properties", "code"),
    [
        ("departement", {"code": "99", "nom": "Val-d'Orsen"}, "99"),
        ("departement", {"INSEE_DEP": "99", "NOM": "Val-d'Orsen"}, "99"),
        ("departement", {"code_insee": "99", "nom_officiel": "Val-d'Orsen"}, "99"),
        ("commune", {"code": "99001", "nom": "Port-Orsen"}, "99001"),
        ("commune", {"INSEE_COM": "99001", "NOM": "Port-Orsen", "NOM_M": "PORT"}, "99001"),
        ("commune", {"code_insee": "99001", "nom_officiel": "Port-Orsen"}, "99001"),
        ("commune", {"depcom": 99001, "libcom": "Port-Orsen"}, "99001"),
        ("iris", {"CODE_IRIS": "990010101", "NOM_IRIS": "Quai", "TYP_IRIS": "H"}, "990010101"),
        ("iris", {"code_iris": "990010101", "nom_iris": "Quai", "type_iris": "H"}, "990010101"),
        ("iris", {"DCOMIRIS": "990010101", "LIB_IRIS": "Quai", "TYP_IRIS": "H"}, "990010101"),
        (
            "qpv",
            {"code_qp": "QN09901M", "lib_qp": "Les Tilleuls", "insee_com": "99001"},
            "QN09901M",
        ),
        (
            "qpv",
            {"CODE_QP": "QP099001", "NOM_QP": "Les Tilleuls", "INSEE_COM": "99001"},
            "QP099001",
        ),
    ],
)
def test_official_columns_are_known(
    tmp_path: Path, kind: str, properties: dict[str, Any], code: str
) -> None:
    path = files.write_geojson(tmp_path / "a.geojson", files.feature(files.square(1), **properties))
    report = bring(path, kind)
    assert (report.read, report.created, report.rejected) == (1, 1, [])
    row = stored(kind=kind)
    assert (row.code, row.departement_code) == (code, "99")
    assert row.area_m2 == pytest.approx(1e6)
    assert row.commune_codes == ([] if kind == "departement" else ["99001"])
    assert row.iris_type == ("H" if kind == "iris" else "")


def test_a_geopackage_gives_the_same_rows_as_a_geojson(tmp_path: Path) -> None:
    rows = [files.commune(1), files.commune(2, name="Saint-Orsen")]
    bring(files.write_geojson(tmp_path / "a.geojson", *rows))
    report = bring(files.write_geopackage(tmp_path / "a.geojson.gpkg", *rows))
    assert (report.read, report.kept, report.crs) == (2, 2, "EPSG:2154")
    names = Territory.objects.using("owner").order_by("code").values_list("code", "name", "area_m2")
    assert list(names) == [("99001", "Port-Orsen", 1e6), ("99002", "Saint-Orsen", 1e6)]


def test_degrees_are_projected_to_lambert_93(tmp_path: Path) -> None:
    ring = [[2.35, 48.85], [2.36, 48.85], [2.36, 48.86], [2.35, 48.86], [2.35, 48.85]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    path = files.write_geojson(
        tmp_path / "a.json", files.feature(geometry, code="75056", nom="Paris"), crs=None
    )
    bring(path)
    row = stored(code="75056")
    # A length of 0.01° on the GRS80 ellipsoid at 48.855° N: 733.8 m eastwards, 1,112.0 m northwards.
    assert row.area_m2 == pytest.approx(733.8 * 1112.0, rel=0.002)
    # PostGIS projects with a PROJ of its own.
    database = Transform(Value(GEOSGeometry(json.dumps(geometry), srid=4326)), 2154)
    gap = Func("geom", database, function="ST_HausdorffDistance", output_field=FloatField())
    assert Territory.objects.using("owner").annotate(gap=gap).get(pk=row.pk).gap < 0.001


def test_an_invalid_outline_is_repaired_and_reported(tmp_path: Path) -> None:
    path = files.write_geojson(
        tmp_path / "a.geojson", files.feature(files.bow_tie(), code="99001", nom="Port-Orsen")
    )
    report = bring(path)
    assert [repair.code for repair in report.repaired] == ["99001"]
    row = stored(code="99001")
    assert row.repaired
    assert row.area_m2 == pytest.approx(500_000)
    assert report.repaired[0].area_after_m2 == pytest.approx(500_000)
    assert report.repaired[0].to_check
    assert "plus de 1 % de surface changée" in report.as_text().replace("\u00a0", " ")


def test_a_collection_keeps_its_polygons_only(tmp_path: Path) -> None:
    line = {"type": "LineString", "coordinates": [[files.X0, files.Y0], [files.X0 + 9, files.Y0]]}
    mixed = {"type": "GeometryCollection", "geometries": [files.square(1), files.square(2), line]}
    overlapping = {"type": "GeometryCollection", "geometries": [files.square(4), files.square(4)]}
    report = bring(
        files.write_geojson(
            tmp_path / "a.geojson",
            files.feature(mixed, code="99001", nom="Port-Orsen"),
            files.feature(overlapping, code="99002", nom="Saint-Orsen"),
        )
    )
    assert report.kept == 2
    assert stored(code="99001").area_m2 == pytest.approx(2e6)
    assert stored(code="99002").area_m2 == pytest.approx(1e6)


def test_each_rejected_row_has_its_reason_and_the_others_are_kept(tmp_path: Path) -> None:
    flat = {"type": "Polygon", "coordinates": [[[files.X0, files.Y0]] * 4]}
    far = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    point = {"type": "Point", "coordinates": [files.X0, files.Y0]}
    path = files.write_geojson(
        tmp_path / "a.geojson",
        files.commune(1),
        files.feature(files.square(2), code=None, nom="Sans code"),
        files.feature(files.square(2), code="Port-Orsen", nom="Mauvais code"),
        files.feature(files.square(2), code="99002", nom=" "),
        files.commune(1, name="Encore"),
        files.feature(None, code="99003", nom="Sans contour"),
        files.feature({"type": "Polygon", "coordinates": "?"}, code="99004", nom="Illisible"),
        files.feature(point, code="99005", nom="Un point"),
        files.feature(far, code="99006", nom="Ailleurs"),
        files.feature(flat, code="99007", nom="Plate"),
        files.feature(files.square(3), code=6029, nom="Zéro perdu"),
    )
    report = bring(path)
    assert [(row.row, row.reason) for row in report.rejected] == [
        (2, "no_code"),
        (3, "bad_code"),
        (4, "no_name"),
        (5, "duplicate_code"),
        (6, "no_geometry"),
        (7, "no_geometry"),
        (8, "not_polygon"),
        (9, "outside_france"),
        (10, "not_repairable"),
    ]
    assert (report.read, report.kept) == (11, 2)
    assert report.completed_codes == ["06029"]
    text = report.as_text()
    assert "11 lus, 2 retenus" in text
    assert "système de coordonnées" in text
    assert stored(code="99001").name == "Port-Orsen"


def test_coordinates_in_metres_without_their_crs_say_what_to_check(tmp_path: Path) -> None:
    path = files.write_geojson(tmp_path / "a.geojson", files.commune(1), crs=None)
    with pytest.raises(ImportRefusedError, match="système de coordonnées"):
        bring(path)


def test_repeating_changes_nothing_and_a_change_is_counted(tmp_path: Path) -> None:
    path = files.write_geojson(tmp_path / "a.geojson", files.commune(1), files.commune(2))
    bring(path)
    ids = set(Territory.objects.using("owner").values_list("id", flat=True))
    assert (bring(path).unchanged, bring(path).updated) == (2, 0)
    files.write_geojson(path, files.commune(1, name="Port-Orsen-sur-Mer"), files.commune(2))
    report = bring(path)
    assert (report.created, report.updated, report.unchanged) == (0, 1, 1)
    assert set(Territory.objects.using("owner").values_list("id", flat=True)) == ids
    assert stored(code="99001").name == "Port-Orsen-sur-Mer"


def test_vintages_live_side_by_side(tmp_path: Path) -> None:
    path = files.write_geojson(tmp_path / "a.geojson", files.commune(1))
    bring(path, vintage=2018)
    bring(path, vintage=2024)
    vintages = (
        Territory.objects.using("owner").order_by("vintage").values_list("vintage", flat=True)
    )
    assert list(vintages) == [2018, 2024]


def test_communes_that_are_not_loaded_are_reported(tmp_path: Path) -> None:
    bring(files.write_geojson(tmp_path / "c.geojson", files.commune(1)))
    quarter = {"code_qp": "QN09901M", "lib_qp": "Les Tilleuls", "insee_com": "99001; 99002"}
    report = bring(
        files.write_geojson(tmp_path / "q.geojson", files.feature(files.square(1), **quarter)),
        "qpv",
    )
    assert report.missing_communes == ["99002"]
    assert report.touched_by_missing_communes == ["QN09901M"]
    assert "communes citées mais non chargées" in report.as_text()


def test_communes_come_from_geometry_where_the_file_names_none(tmp_path: Path) -> None:
    bring(files.write_geojson(tmp_path / "c.geojson", *(files.commune(n) for n in (1, 2, 3))))
    wide = files.square(1)
    wide["coordinates"][0][1][0] += 1005.0  # over 99001 and 99002, a 5 m sliver on 99003
    wide["coordinates"][0][2][0] += 1005.0
    path = files.write_geojson(tmp_path / "q.geojson", files.feature(wide, nom="Circonscription"))
    report = bring(path, "custom")
    row = stored(kind="custom")
    assert (row.commune_codes, row.departement_code) == (["99001", "99002"], "99")
    assert row.code.startswith("TP-")
    assert report.without_commune == []
    assert bring(path, "custom").unchanged == 1


def test_a_territory_away_from_every_commune_is_reported(tmp_path: Path) -> None:
    path = files.write_geojson(
        tmp_path / "a.geojson", files.feature(files.square(1), nom="Ressort")
    )
    report = bring(path, "custom")
    assert report.without_commune == report.without_departement == [stored(kind="custom").code]
    assert "sans commune" in report.as_text()


def test_a_missing_column_is_named_with_those_of_the_file(tmp_path: Path) -> None:
    path = files.write_geojson(tmp_path / "a.geojson", files.commune(1))
    with pytest.raises(ImportRefusedError, match=r"CODE_IRIS.*code, nom.*nature"):
        bring(path, "iris")


def test_the_wrong_kind_keeps_nothing_and_says_so(tmp_path: Path) -> None:
    path = files.write_geojson(
        tmp_path / "a.geojson", files.feature(files.square(1), code="99", nom="Val-d'Orsen")
    )
    with pytest.raises(ImportRefusedError, match="Aucune ligne") as refused:
        bring(path, "commune")
    assert "la forme attendue" in str(refused.value)
    assert not Territory.objects.using("owner").exists()


def test_the_command_prints_the_report_and_stops_at_a_refused_file(tmp_path: Path) -> None:
    good = files.write_geojson(tmp_path / "bon.geojson", files.commune(1))
    bad = tmp_path / "vide.geojson"
    bad.write_text("")
    out = StringIO()
    with pytest.raises(
        CommandError, match=r"(?s)vide\.geojson.*est vide.*déjà importés.*bon\.geojson"
    ):
        call_command(
            "import_territories", str(good), str(bad), kind="commune", vintage=2024, stdout=out
        )
    assert "1 lus, 1 retenus (1 créés" in out.getvalue()
    assert stored(code="99001")


@pytest.mark.parametrize(
    ("kind", "vintage", "message"),
    [("canton", 2024, "departement, commune"), ("commune", 24, "2024")],
)
def test_a_wrong_request_says_what_is_possible(
    tmp_path: Path, kind: str, vintage: int, message: str
) -> None:
    path = files.write_geojson(tmp_path / "a.geojson", files.commune(1))
    with pytest.raises(CommandError, match=message):
        call_command("import_territories", str(path), kind=kind, vintage=vintage)
