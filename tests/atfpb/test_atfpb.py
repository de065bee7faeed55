"""The A-TFPB sheet adds up, holds the member's own reach and nobody else's sites, and leaves with its receipt."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader
from pytest_django.fixtures import Settings

from sharing.access import shared_scope
from sharing.atfpb.gathering import Sheet, shares, sheet_of, years
from sharing.receipts.models import Receipt
from tenants.access import landlord_scope
from tenants.interventions.models import Intervention, InterventionSite, Lever
from tests.cast import Cast, Landlord, Member


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def act(landlord: Landlord, title: str, sites: list[str], **said: Any) -> Intervention:
    """An intervention of 2026 on those sites."""
    with landlord_scope(landlord.admin.principal):
        lever, _made = Lever.objects.get_or_create(code="essai", defaults={"label": "Essai"})
        values = {"starts_on": dt.date(2026, 3, 1), "axis": 5, "cost_euros": 1_000, "status": "done"}  # fmt: skip
        made: Intervention = Intervention.objects.create(
            title=title, lever=lever, **(values | said)
        )
        for code in sites:
            InterventionSite.objects.create(intervention=made, site=landlord.sites[code])
    return made


def sheet(member: Member, year: int = 2026) -> Sheet:
    with landlord_scope(member.principal):
        return sheet_of(member.principal, year)


def ask(member: Member, form: str = "xlsx") -> bytes:
    client = member.client()
    client.post(reverse("atfpb-sheet"), {"annee": "2026", form: "1"})
    with shared_scope(member.principal):
        receipt = Receipt.objects.latest("pk")
    assert receipt.kind == "atfpb_sheet"
    return client.get(reverse("receipt-file", args=[receipt.key])).content


@pytest.mark.parametrize(
    ("cost", "dwellings", "found"),
    [
        (100, [60, 60, 60], [34, 33, 33]),
        (1_000, [10, 90], [100, 900]),
        (7, [0, 0], [4, 3]),
        (0, [5, 6], [0, 0]),
    ],
)
def test_a_cost_is_split_by_dwellings_and_adds_up(
    cost: int, dwellings: list[int], found: list[int]
) -> None:
    assert shares(cost, dwellings) == found
    assert sum(found) == cost


def test_totals_by_axis_and_by_qpv(cast: Cast) -> None:
    act(cast.amandier, "Médiation", ["N1", "N2"], cost_euros=1_001)
    act(cast.amandier, "Bornes", ["N3"], axis=4, cost_euros=500)
    act(cast.amandier, "Ateliers", ["N3"], axis=7, cost_euros=None)
    act(cast.amandier, "Abandon", ["N1"], status="abandoned")
    act(cast.amandier, "Sans axe", ["N1"], axis=None)
    act(cast.amandier, "L’an passé", ["N1"], starts_on=dt.date(2025, 12, 31))
    act(cast.amandier, "À Bruyère", ["S3"], cost_euros=90)  # out of every QPV
    found = sheet(cast.amandier.admin)
    assert {axis: rest for axis, _label, *rest in found.axes if rest[0]} == {
        4: [1, 500, 0], 5: [1, 1_001, 0], 7: [1, 0, 1],
    }  # fmt: skip
    assert len(found.axes) == 8
    assert found.total == (3, 1_501, 1)
    assert [(name, euros) for _code, name, _actions, euros in found.neighbourhoods] == [("Les Tilleuls", 1_501)]  # fmt: skip
    assert [each.intervention.title for each in found.elsewhere] == ["À Bruyère"]


def test_one_that_spans_a_qpv_and_elsewhere_counts_its_share(cast: Cast) -> None:
    act(cast.amandier, "Ronde", ["N1", "S3"], cost_euros=300)
    found = sheet(cast.amandier.admin)
    assert found.total == (1, 150, 0)
    assert [each.euros for each in found.elsewhere] == [150]


def test_an_agency_reads_its_own_share_and_no_more(cast: Cast) -> None:
    act(cast.amandier, "Ronde", ["N1", "S3"], cost_euros=300)
    found = sheet(cast.amandier.director)  # of the north
    assert [each.site.code for each in (*found.actions, *found.elsewhere)] == ["N1"]
    assert found.total == (1, 150, 0)
    book = load_workbook(io.BytesIO(ask(cast.amandier.director)))
    assert "Hors QPV" not in book.sheetnames


def test_nobody_reads_another_s(cast: Cast) -> None:
    act(cast.bouleau, "Secret de Bouleau", ["N1"])
    with landlord_scope(cast.amandier.admin.principal):
        assert years(cast.amandier.admin.principal) == []
    page = cast.amandier.admin.client().get(reverse("atfpb-sheet"), {"annee": "2026"})
    assert "Secret" not in page.content.decode()
    for member in (cast.police, cast.coordinator):
        assert member.client().get(reverse("atfpb-sheet")).status_code == 403


def test_the_workbook_holds_numbers_and_no_formula(cast: Cast) -> None:
    act(cast.amandier, "=1+1", ["N1"], cost_euros=250)
    book = load_workbook(io.BytesIO(ask(cast.amandier.admin)))
    axes = list(book["Par axe"].iter_rows(values_only=True))
    assert axes[5][2:4] == (1, 250)
    assert axes[-1][1:4] == ("Total", 1, 250)
    row = list(book["Actions en QPV"].iter_rows(values_only=True))[1]
    assert (row[1], row[11]) == ("Les Tilleuls", 250)
    assert not str(row[6]).startswith("=")
    assert any("Reçu" in name for name in book.sheetnames)


def test_the_pdf_is_tagged_and_says_the_same(cast: Cast) -> None:
    act(cast.amandier, "Médiation sociale", ["N1"], cost_euros=1_250)
    pdf = PdfReader(io.BytesIO(ask(cast.amandier.admin, "pdf")))
    text = "".join(page.extract_text() for page in pdf.pages).replace("\u202f", " ").replace("\xa0", " ")  # fmt: skip
    assert "Médiation sociale" in text
    assert "1 250 €" in text
    assert "Bailleur Amandier" in text
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_it_is_found_from_the_interventions(cast: Cast) -> None:
    client = cast.amandier.admin.client()
    assert reverse("atfpb-sheet") in client.get(reverse("intervention-list")).content.decode()
    assert "Aucune action en QPV" in client.get(reverse("atfpb-sheet")).content.decode()
