"""Coordinators add custom territories, on pages and in the database; nobody else does, and they add nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gis.models import Territory
from gis.territories.custom.services import CustomTerritoryError, compose_custom
from gis.territories.outline import outlines
from tests.cast import KM, Cast, Member

from . import files

pytestmark = pytest.mark.django_db


def compose(client: Client, **data: Any) -> Any:
    return client.post(reverse("territory-create") + "?departement=99", {"other_codes": ""} | data)


def upload(client: Client, content: bytes, name: str = "ressort.geojson") -> Any:
    return client.post(reverse("territory-upload"), {"file": SimpleUploadedFile(name, content)})


def text_of(response: Any) -> str:
    return (
        str(response.content.decode())
        .replace("\u00a0", " ")
        .replace("&nbsp;", " ")
        .replace("&#x27;", "’")
    )


def corners(path: str) -> set[str]:
    return set(re.findall(r"-?\d+ -?\d+", path.replace("L ", "")))


def everybody_else(cast: Cast) -> list[Member]:
    return [cast.amandier.admin, cast.amandier.caretaker, cast.police, cast.parquet]


def test_a_coordinator_composes_a_territory_of_whole_communes(cast: Cast) -> None:
    client = cast.coordinator.client()
    page = client.get(reverse("territory-create"))
    assert page.status_code == 200
    assert all(commune.name in text_of(page) for commune in cast.communes)
    response = compose(client, name=" Circonscription  Ouest ", communes=["99001", "99003"])
    assert response.status_code == 302
    made = Territory.objects.get(kind="custom")
    assert (made.name, made.commune_codes, made.departement_code, made.vintage) == (
        "Circonscription Ouest",
        ["99001", "99003"],
        "99",
        timezone.localdate().year,
    )
    assert made.area_m2 == pytest.approx(2 * (5 * KM) ** 2)
    assert made.geom.num_geom == 1  # 99001 and 99003 share an edge
    listed = client.get(reverse("territory-list"))
    assert "Circonscription Ouest" in text_of(listed)
    assert "5 000 ha" in text_of(listed).replace("\u202f", " ")
    drawing = outlines([made.pk])[made.pk]
    assert drawing.view_box == "649600 -6870400 10800 10800"
    # 5 km wide, 10 km high; SVG's y points down.
    assert {"650000 -6870000", "655000 -6870000", "655000 -6860000", "650000 -6860000"} <= corners(
        drawing.path
    )


def test_communes_of_other_departements_are_given_by_code(cast: Cast) -> None:
    response = compose(
        cast.coordinator.client(), name="Est", communes=["99002"], other_codes="99004, 99002"
    )
    assert response.status_code == 302
    assert Territory.objects.get(kind="custom").commune_codes == ["99002", "99004"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"name": "Nord", "communes": []}, "Choisissez au moins une commune"),
        (
            {"name": "Nord", "communes": ["99001"], "other_codes": "93066 75109"},
            "Communes inconnues : 75056, 93066",
        ),
        (
            {"name": "Nord", "communes": ["99001"], "other_codes": "Aubépine"},
            "« Aubépine » n’est pas un code INSEE",
        ),
        ({"name": " ", "communes": ["99001"]}, "Ce champ est obligatoire"),
        ({"name": "ancien  RESSORT", "communes": ["99001"]}, "existe déjà cette année"),
    ],
)
def test_a_territory_that_cannot_be_made_says_what_to_do_and_keeps_the_entry(
    cast: Cast, data: dict[str, Any], message: str
) -> None:
    client = cast.coordinator.client()
    compose(client, name="Ancien ressort", communes=["99004"])
    response = compose(client, **data)
    assert response.status_code == 422
    assert message in text_of(response)
    if data["name"] == "Nord":
        assert 'value="Nord"' in text_of(response)
    assert Territory.objects.filter(kind="custom").count() == 1


def test_a_coordinator_brings_an_outline_in(cast: Cast, tmp_path: Path) -> None:
    wide = files.square(4)  # over 99001 and 99002: communes of the cast are 5 km wide
    wide["coordinates"][0][1][0] += 1000.0
    wide["coordinates"][0][2][0] += 1000.0
    path = files.write_geojson(
        tmp_path / "a.geojson", files.feature(wide, nom="Ressort du tribunal")
    )
    client = cast.coordinator.client()
    response = upload(client, path.read_bytes())
    assert response.status_code == 302
    made = Territory.objects.get(kind="custom")
    assert (made.name, made.commune_codes, made.departement_code) == (
        "Ressort du tribunal",
        ["99001", "99002"],
        "99",
    )
    assert made.source == "ressort.geojson"
    again = upload(client, path.read_bytes())
    assert again.status_code == 422
    assert "existe déjà cette année" in text_of(again)
    assert Territory.objects.filter(kind="custom").count() == 1


def test_what_was_repaired_or_left_out_of_a_file_is_shown(cast: Cast, tmp_path: Path) -> None:
    path = files.write_geojson(
        tmp_path / "a.geojson",
        files.feature(files.bow_tie(), nom="Ressort réparé"),
        files.feature(files.square(1), nom="Ressort"),
        files.feature(files.square(2), nom="RESSORT"),
        files.feature({"type": "Point", "coordinates": [files.X0, files.Y0]}, nom="Point"),
    )
    response = upload(cast.coordinator.client(), path.read_bytes())
    assert response.status_code == 200
    shown = text_of(response)
    assert "2 territoires ajoutés" in shown
    assert "n’est pas une surface" in shown
    assert "à vérifier" in shown
    assert Territory.objects.filter(kind="custom").count() == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "vide"),
        (b"<OGRVRTDataSource></OGRVRTDataSource>", "ni un GeoJSON ni un GeoPackage"),
        (b'{"type": "FeatureCollection", "features": []}', "Aucun"),
        (
            b'{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"a": 1}}]}',
            "nom",
        ),
    ],
)
def test_a_wrong_file_is_refused_with_what_to_do(cast: Cast, content: bytes, message: str) -> None:
    response = upload(cast.coordinator.client(), content)
    assert response.status_code == 422
    assert message in text_of(response)
    assert not Territory.objects.filter(kind="custom").exists()


@pytest.mark.parametrize("name", ["territory-list", "territory-create", "territory-upload"])
def test_nobody_else_opens_the_pages(cast: Cast, name: str) -> None:
    for member in everybody_else(cast):
        assert member.client().get(reverse(name)).status_code == 403
    assert Client().get(reverse(name)).status_code == 302


def test_nobody_else_posts_to_them(cast: Cast) -> None:
    for member in everybody_else(cast):
        assert compose(member.client(), name="Nord", communes=["99001"]).status_code == 403
        assert upload(member.client(), b"{}").status_code == 403
    assert not Territory.objects.filter(kind="custom").exists()


INSERT = (
    "INSERT INTO territory_territory (kind, code, name, vintage, geom, departement_code, commune_codes, iris_type,"
    " repaired, source, created_at) SELECT 'commune', '99009', 'Fausse', 2024, geom, '99', '{}', '', false, '', now()"
    " FROM territory_territory LIMIT 1"
)
ADD = "SELECT add_custom_territory('TP-X', 'X', 2024, (SELECT geom FROM territory_territory LIMIT 1), '99', '{}', false, '')"


@pytest.mark.parametrize("role", ["orsen_app", "orsen_partner", "orsen_coordinator", "orsen_queue"])
def test_the_database_lets_only_the_coordinator_add_and_only_through_the_function(
    cast: Cast, role: str
) -> None:
    def attempt(statement: str) -> bool:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL ROLE {role}")
                cursor.execute(statement)
                cursor.execute("SET LOCAL ROLE NONE")
        except ProgrammingError as error:
            if "permission denied" not in str(error):
                raise
            return False
        return True

    assert attempt("SELECT count(*) FROM territory_territory")
    assert not attempt(INSERT)
    assert not attempt("UPDATE territory_territory SET name = 'x'")
    assert not attempt("DELETE FROM territory_territory")
    assert attempt(ADD) == (role == "orsen_coordinator")


def test_the_service_refuses_a_name_that_is_too_long(cast: Cast) -> None:
    with pytest.raises(CustomTerritoryError, match="200"):
        compose_custom("x" * 201, ["99001"])
