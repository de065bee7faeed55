"""Every form of a report tells the very figures of its page, and withholds the same; each under its reader's scope."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.contrib.gis.gdal import DataSource
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse
from django.utils import timezone
from jsonschema import Draft202012Validator
from pypdf import PdfReader

from gis.territories.models import Territory
from sharing.access import shared_scope
from sharing.receipts.facts import Facts
from sharing.receipts.models import Receipt
from sharing.reports import publishing, services
from sharing.reports.content import content_of
from sharing.reports.files import FORMS
from tenants.jobs.claims import QUEUE_SCOPE
from tenants.jobs.models import Job
from tenants.jobs.runner import run_one
from tenants.wall.context import open_scope
from tests.cast import Member
from tests.reports.scene import ReportScene, make_report
from tests.reports.test_reading import FRAME, SHARED_FIGURES, tables_of

pytestmark = pytest.mark.commits
WORDS = {"kind", "code", "name", "departement", "status", "together"}
Figures = dict[str, dict[str, Any]]  # by code of territory


@pytest.fixture(autouse=True)
def media(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("tenants.jobs.broker.wake", lambda queue: True)
    with override_settings(MEDIA_ROOT=str(tmp_path)):
        yield


@pytest.fixture
def published(committed: None) -> ReportScene:
    return make_report(facts=True)


def facts() -> Facts:
    return Facts("2026-AAAA-BBBB", "T", "Police", (), "", timezone.now(), timezone.now())


def ask(reader: Member, found: ReportScene, form: str) -> None:
    answer = reader.client().post(reverse("report-form", args=[found.report.key]), {"forme": form})
    assert answer.status_code == 302


def file_of(reader: Member, found: ReportScene, form: str) -> bytes:
    """Ask as the reader, let the worker make it, take it from the page of the report."""
    ask(reader, found, form)
    assert run_one("jobs")
    with open_scope(QUEUE_SCOPE):
        job = Job.objects.order_by("-pk")[0]
    assert (job.state, job.message) == (Job.State.DONE, "Fichier prêt")
    with shared_scope(reader.principal):
        receipt = Receipt.objects.latest("pk")
    url = reverse("receipt-file", args=[receipt.key])
    assert url in page(reader, found)
    answer = reader.client().get(url)
    assert answer["Content-Type"] == FORMS[form].media_type
    body = bytes(answer.content)
    assert receipt.number in said(form, body)
    return body


def page(reader: Member, found: ReportScene) -> str:
    answer = reader.client().get(reverse("report-detail", args=[found.report.key]))
    assert answer.status_code == 200
    return str(answer.content.decode())


def said(form: str, body: bytes) -> str:
    """All that a file says, as text."""
    if form == "short":
        return "\n".join(one.extract_text() for one in PdfReader(io.BytesIO(body)).pages)
    if form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(body))
        return "\n".join(
            str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row
        )
    if form == "gpkg":
        return "\n".join(dump(body))
    return body.decode()


def dump(body: bytes) -> list[str]:
    base = sqlite3.connect(":memory:")
    base.deserialize(body)
    return [
        str(row)
        for (name,) in base.execute("SELECT table_name FROM gpkg_contents").fetchall()
        for row in base.execute(f'SELECT * FROM "{name}"')  # a name of the file
    ]


def of_document(body: bytes) -> Figures:
    return {one["code"]: figures(one) for one in json.loads(body)["territories"]}


def of_layers(body: bytes, layer: str) -> Figures:
    base = sqlite3.connect(":memory:")
    base.row_factory = sqlite3.Row
    base.deserialize(body)
    rows = base.execute(f'SELECT * FROM "{layer}"')  # a name of the test
    return {row["code"]: figures(dict(row)) for row in rows}


def of_workbook(body: bytes) -> Figures:
    book = openpyxl.load_workbook(io.BytesIO(body))
    names = [row[0] for row in book["Dictionnaire"].iter_rows(min_row=2, values_only=True)]
    found: Figures = {}
    for sheet in ("Quartiers", "Communes et départements"):
        for row in book[sheet].iter_rows(min_row=2, values_only=True):
            one = dict(zip(names, row, strict=True))
            found[str(one["code"])] = figures(one)
    return found


def figures(one: dict[str, Any]) -> dict[str, Any]:
    """The columns of figures: numbers, or None where nothing is told."""
    return {
        name: None if value == "masqué" else value
        for name, value in one.items()
        if name not in WORDS | {"fid", "geom"}
    }


def told_on(text: str, name: str) -> list[int]:
    """The figures of a territory's row on the page of the report, in its order: sites, dwellings, share, groups."""
    rows = rows_of(text, name)
    cells = re.findall(r'<td[^>]*class="num[^"]*"[^>]*>(.*?)(?:<span|</td>)', rows[0], re.DOTALL)
    return [int(number) for cell in cells if (number := re.sub(r"\D", "", cell))]


def rows_of(text: str, name: str) -> list[str]:
    """The rows of a territory on the page: its levels, then its facts."""
    rows = [row for row in re.findall(r"<tr>.*?</tr>", text, re.DOTALL) if f"{name}<span" in row]
    assert len(rows) == 2, name
    return rows


def facts_on(text: str, name: str) -> list[str]:
    """The facts of a territory on the page, in its order."""
    return re.findall(r'<td class="num[^"]*">(.*?)</td>', rows_of(text, name)[1])


def as_told(one: dict[str, Any]) -> list[int]:
    """The same, of a form: levels where they are told apart, bands elsewhere."""
    told: list[int] = []
    for measure in ("sites", "dwellings"):
        if measure == "dwellings" and one["dwellings_step"] is None:
            told.append(one["dwellings_total"])
            continue
        for band, levels in (("1_2", "12"), ("3_4", "34")):
            apart = [one[f"{measure}_{level}"] for level in levels]
            told += [one[f"{measure}_{band}"]] if None in apart else apart
    return [*told, one["high_percent"], one["groups"]]


def test_every_form_tells_the_figures_of_the_page(published: ReportScene) -> None:
    police = published.scene.cast.police
    text = page(police, published)
    document = of_document(file_of(police, published, "json"))
    layers = file_of(police, published, "gpkg")
    assert of_layers(layers, "territoires_2154") == document
    assert of_layers(layers, "territoires_4326") == document
    assert of_workbook(file_of(police, published, "xlsx")) == document
    tilleuls = document[published.scene.cast.neighbourhood.code]
    assert tilleuls["sites_total"] == 12
    assert as_told(tilleuls) == told_on(text, "Les Tilleuls")
    facts = [tilleuls[f"facts_{one}"] for one in ("BIENS", "TRAFIC", "TRANQ", "total")]
    assert facts[0] == 6
    assert facts[1] is None  # one landlord's alone
    assert None in (facts[2], facts[3])  # else the third would follow
    rate = tilleuls["facts_per_100"]
    told = [*facts, None if rate is None else f"{rate:.1f}".replace(".", ",")]
    assert facts_on(text, "Les Tilleuls") == ["masqué" if one is None else str(one) for one in told]
    tables = PdfReader(io.BytesIO(file_of(police, published, "short"))).pages[1].extract_text()
    row = re.sub(r"arrondis à \d+", "", tables.split("Les Tilleuls")[1])
    assert [int(one) for one in re.findall(r"\d+", row)][:4] == as_told(tilleuls)[:4]


def test_what_is_withheld_is_withheld_in_every_form(published: ReportScene) -> None:
    police, ormes = published.scene.cast.police, published.scene.second
    for read, form in ((of_document, "json"), (of_workbook, "xlsx")):
        one = read(file_of(police, published, form))[ormes.code]
        assert len(one) == 29
        assert set(one.values()) == {None}
    layers = file_of(police, published, "gpkg")
    for layer in ("territoires_2154", "territoires_4326"):
        assert set(of_layers(layers, layer)[ormes.code].values()) == {None}
    short = said("short", file_of(police, published, "short"))
    assert "Les Ormes" not in short
    assert "quartiers masqués (1)" in short.replace("\n", " ")


def test_each_reader_has_its_own_version(published: ReportScene) -> None:
    cast = published.scene.cast
    for form in ("json", "xlsx", "gpkg", "short"):
        commune = said(form, file_of(published.scene.commune, published, form))
        assert "Tilleuls" not in commune
        assert "Vos sites" not in commune
    mine = json.loads(file_of(cast.amandier.admin, published, "json"))["own"]
    ormes = next(one for one in mine if one["name"] == "Les Ormes")
    assert sum(ormes[f"own_sites_{level}"] for level in "1234") == 2
    assert json.loads(file_of(cast.police, published, "json"))["own"] is None
    # Whose role does not reach all the landlord's sites gets a file of its own, without them.
    assert json.loads(file_of(cast.amandier.director, published, "json"))["own"] is None
    assert "Vos sites, niveau 1" in said("xlsx", file_of(cast.amandier.admin, published, "xlsx"))


def test_the_forms_read_the_release_and_nothing_else(published: ReportScene) -> None:
    principal = published.scene.cast.police.principal
    with CaptureQueriesContext(connection) as queries, shared_scope(principal):
        content = content_of(principal, services.report_of(principal, published.report.key))
        for form in FORMS.values():
            assert form.write(content, "Police", facts())
    assert tables_of(queries) <= SHARED_FIGURES | FRAME | {"spatial_ref_sys"}


def test_a_name_is_never_a_formula(published: ReportScene) -> None:
    Territory.objects.using("owner").filter(pk=published.scene.second.pk).update(
        name='=HYPERLINK("http://ailleurs.example","x")'
    )
    body = file_of(published.scene.cast.police, published, "xlsx")
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        sheets = [packed.read(name) for name in packed.namelist() if "sheet" in name]
    assert not any(b"<f>" in sheet for sheet in sheets)
    assert "'=HYPERLINK" in said("xlsx", body)


def test_the_document_is_of_its_schema(published: ReportScene) -> None:
    cast = published.scene.cast
    schema = cast.police.client().get(reverse("report-schema")).json()
    Draft202012Validator.check_schema(schema)
    for reader in (cast.police, cast.amandier.admin):
        body = json.loads(file_of(reader, published, "json"))
        Draft202012Validator(schema).validate(body)
    withheld = next(one for one in body["territories"] if one["status"] == "withheld")
    assert not Draft202012Validator(schema).is_valid(
        body | {"territories": [withheld | {"sites_total": 2}]}
    )


def test_gdal_reads_both_layers_where_the_territories_are(
    published: ReportScene, tmp_path: Path
) -> None:
    path = tmp_path / "rapport.gpkg"
    path.write_bytes(file_of(published.scene.cast.police, published, "gpkg"))
    layers = {layer.name: layer for layer in DataSource(str(path))}
    for name, srs in (("territoires_2154", 2154), ("territoires_4326", 4326)):
        layer = layers[name]
        assert layer.srs.srid == srs
        found = {each.get("code"): each.geom.geos for each in layer}
        second = published.scene.second.geom.transform(srs, clone=True)
        assert found[published.scene.second.code].equals_exact(second, 1e-6)


def test_the_summary_is_two_accessible_pages(published: ReportScene) -> None:
    reader = PdfReader(io.BytesIO(file_of(published.scene.cast.police, published, "short")))
    assert len(reader.pages) == 2
    catalog = reader.trailer["/Root"]
    assert b"pdfuaid" in catalog["/Metadata"].get_object().get_data()
    assert "/StructTreeRoot" in catalog


def test_the_summary_stays_on_two_pages_whatever_there_is_to_say(published: ReportScene) -> None:
    principal = published.scene.cast.police.principal
    with shared_scope(principal):
        content = content_of(principal, services.report_of(principal, published.report.key))
        long = "Quartier des Grands Champs et des Petits Coteaux de la Plaine Haute"
        lines = [
            replace(content.lines[0], number=number, name=long, together=(long, long))
            for number in range(1, 60)
        ]
        wide = replace(content, lines=lines + content.withheld * 40, areas=lines[:20])
        pdf = FORMS["short"].write(wide, "Police", facts())
    reader = PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) == 2
    assert "autres quartiers publiés (49)" in reader.pages[1].extract_text().replace("\n", " ")


def test_a_withdrawn_report_gives_no_form_even_made_before(published: ReportScene) -> None:
    police, coordinator = published.scene.cast.police, published.scene.coordinator.principal
    file_of(police, published, "json")
    with shared_scope(police.principal):
        key = Receipt.objects.latest("pk").key
    assert published.scene.commune.client().get(reverse("receipt-file", args=[key])).status_code == 404  # fmt: skip
    with shared_scope(coordinator):
        publishing.withdraw(
            coordinator, services.report_of(coordinator, published.report.key), "data"
        )
    assert b"territories" not in police.client().get(reverse("receipt-file", args=[key])).content


def test_asking_twice_makes_one_job_and_nobody_asks_for_what_does_not_exist(
    published: ReportScene,
) -> None:
    police = published.scene.cast.police
    for _ in range(2):
        ask(police, published, "json")
    assert run_one("jobs")
    assert not run_one("jobs")
    url = reverse("report-form", args=[published.report.key])
    assert police.client().post(url, {"forme": "exe"}).status_code == 404
    assert published.scene.cast.parquet.client().post(url, {"forme": "json"}).status_code == 404
