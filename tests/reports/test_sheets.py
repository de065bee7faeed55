"""A sheet for each territory that the reader reads: from the release alone, under a receipt, nobody else's."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from sharing.access import shared_scope
from sharing.receipts.facts import Facts
from sharing.receipts.models import Receipt
from sharing.reports import publishing, services
from sharing.reports.content import content_of
from sharing.reports.sheets import sheets_of, typeset_all
from tenants.jobs.claims import QUEUE_SCOPE
from tenants.jobs.models import Job
from tenants.jobs.runner import run_one
from tenants.wall.context import open_scope
from tests.cast import Member
from tests.reports.scene import ReportScene, make_report
from tests.reports.test_reading import FRAME, SHARED_FIGURES, tables_of

pytestmark = pytest.mark.commits


@pytest.fixture(autouse=True)
def media(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("tenants.jobs.broker.wake", lambda queue: True)
    with override_settings(MEDIA_ROOT=str(tmp_path)):
        yield


@pytest.fixture
def published(committed: None) -> ReportScene:
    return make_report()


def facts() -> Facts:
    return Facts("2026-AAAA-BBBB", "T", "Police", (), "", timezone.now(), timezone.now())


def ask(reader: Member, found: ReportScene) -> None:
    url = reverse("report-sheets", args=[found.report.key])
    assert reader.client().post(url).status_code == 302


def archive_of(reader: Member, found: ReportScene) -> zipfile.ZipFile:
    """Ask as the reader, let the worker make it, take it from the page of the report."""
    ask(reader, found)
    assert run_one("jobs")
    with open_scope(QUEUE_SCOPE):
        job = Job.objects.order_by("-pk")[0]
    assert (job.state, job.message) == (Job.State.DONE, "Fiches prêtes")
    with shared_scope(reader.principal):
        receipt = Receipt.objects.latest("pk")
    page = reader.client().get(reverse("report-detail", args=[found.report.key])).content.decode()
    url = reverse("receipt-file", args=[receipt.key])
    assert url in page
    answer = reader.client().get(url)
    assert answer["Content-Type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(answer.content))


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_every_territory_has_its_sheet_withheld_ones_too(published: ReportScene) -> None:
    archive = archive_of(published.scene.cast.police, published)
    kinds = sorted(name.split("/")[0] for name in archive.namelist())
    assert kinds.count("qpv") == 2
    assert "departement" in kinds
    tilleuls = text_of(archive.read(next(n for n in archive.namelist() if "les-tilleuls" in n)))
    assert "50" in tilleuls  # of 12 sites, 6 at level 3 or 4
    assert "des 12 sites cotés" in tilleuls
    ormes = text_of(archive.read(next(n for n in archive.namelist() if "les-ormes" in n)))
    assert "masqués" in ormes
    assert "sites cotés" not in ormes


def test_each_is_tagged_titled_and_bears_the_receipt(published: ReportScene) -> None:
    archive = archive_of(published.scene.cast.police, published)
    with shared_scope(published.scene.cast.police.principal):
        number = Receipt.objects.latest("pk").number
    for name in archive.namelist():
        pdf = archive.read(name)
        reader = PdfReader(io.BytesIO(pdf))
        catalog = reader.trailer["/Root"]
        assert catalog["/MarkInfo"]["/Marked"] == True  # noqa: E712 -- a PDF boolean
        assert b"pdfuaid" in catalog["/Metadata"].get_object().get_data()
        assert "/StructTreeRoot" in catalog
        assert number in text_of(pdf)


def test_a_commune_gets_the_sheets_of_its_own_neighbourhoods(published: ReportScene) -> None:
    names = archive_of(published.scene.commune, published).namelist()
    assert any("les-ormes" in name for name in names)
    assert not any("les-tilleuls" in name for name in names)


def test_the_sheets_read_the_release_and_nothing_else(published: ReportScene) -> None:
    """A figure from anywhere else would be a table more."""
    principal = published.scene.cast.police.principal
    with CaptureQueriesContext(connection) as queries, shared_scope(principal):
        report = services.report_of(principal, published.report.key)
        content = content_of(principal, report, with_own=False)
        sheets = sheets_of(content, "99")
        assert len(list(typeset_all(content, sheets, "Police", facts()))) == len(sheets) > 2
    assert tables_of(queries) <= SHARED_FIGURES | FRAME


def test_a_landlord_s_sheets_hold_nothing_of_its_own(published: ReportScene) -> None:
    archive = archive_of(published.scene.cast.amandier.admin, published)
    assert not any("Vos propres" in text_of(archive.read(name)) for name in archive.namelist())


def test_nobody_is_given_another_s_archive_nor_a_withdrawn_one(published: ReportScene) -> None:
    police = published.scene.cast.police
    archive_of(police, published)
    with shared_scope(police.principal):
        key = Receipt.objects.latest("pk").key
    url = reverse("receipt-file", args=[key])
    assert published.scene.commune.client().get(url).status_code == 404
    coordinator = published.scene.coordinator.principal
    with shared_scope(coordinator):
        found = services.report_of(coordinator, published.report.key)
        publishing.withdraw(coordinator, found, "data")
    assert b"PK" not in police.client().get(url).content[:2]


def test_asking_twice_makes_one_job(published: ReportScene) -> None:
    for _ in range(2):
        ask(published.scene.cast.police, published)
    assert run_one("jobs")
    assert not run_one("jobs")


def test_a_stranger_asks_in_vain(published: ReportScene) -> None:
    url = reverse("report-sheets", args=[published.report.key])
    stranger = published.scene.cast.parquet
    assert stranger.client().post(url).status_code == 404
