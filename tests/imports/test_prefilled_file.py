"""The pre-filled file: made, filled in a spreadsheet, brought back; what should not change is told row by row."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from gis.territories.importing.errors import ImportRefusedError
from tenants.access import landlord_scope
from tenants.campaigns import services as campaigns
from tenants.campaigns.models import Assessment, Campaign
from tenants.imports import services
from tenants.imports.models import FileImport
from tenants.prefilled.models import PrefilledFile
from tenants.prefilled.services import make
from tenants.prefilled.workbook import as_xlsx
from tenants.stock.models import Site
from tests.cast import Cast, Landlord
from tests.imports.records import apply
from tests.imports.test_trial_and_undo import apart as apart
from tests.imports.test_trial_and_undo import tables, undo

FIRST_ANSWER, LEVEL, REASON, SEAL = 9, 13, 14, 15  # columns of the sheet, from 1


def opened(landlord: Landlord) -> Campaign:
    principal, today = landlord.admin.principal, timezone.localdate()
    with landlord_scope(principal):
        campaign = campaigns.create_campaign(
            principal, name="En cours", reference_date=today, opens_on=today, closes_on=today
        )
        campaigns.open_campaign(principal, campaign)
    return campaign


def made(landlord: Landlord, campaign: Campaign | None = None) -> bytes:
    campaign = campaign or opened(landlord)
    with landlord_scope(landlord.admin.principal):
        return as_xlsx(make(landlord.admin.principal, campaign.key))


class Sheet:
    """The file in somebody's spreadsheet."""

    def __init__(self, content: bytes) -> None:
        self.book = openpyxl.load_workbook(io.BytesIO(content))
        self.sheet: Any = self.book["Cotation"]

    def row(self, code: str) -> int:
        return next(n for n in range(2, 99) if self.sheet.cell(n, 1).value == code)

    def answer(self, code: str, *values: str, level: str = "", reason: str = "") -> None:
        row = self.row(code)
        for number, value in enumerate(values):
            self.sheet.cell(row, FIRST_ANSWER + number, value)
        self.sheet.cell(row, LEVEL, level or None)
        self.sheet.cell(row, REASON, reason or None)

    def content(self) -> bytes:
        body = io.BytesIO()
        self.book.save(body)
        return body.getvalue()


def returned(landlord: Landlord, content: bytes) -> FileImport:
    principal = landlord.admin.principal
    with landlord_scope(principal):
        return services.receive(
            principal, SimpleUploadedFile("retour.xlsx", content), "retour.xlsx"
        )


def told(landlord: Landlord, file: FileImport) -> dict[int, str]:
    with landlord_scope(landlord.admin.principal):
        rows = file.issues.filter(severity="rejected")
        return {each.line: f"{each.column}: {each.reason}" for each in rows}


def test_the_file_holds_the_stock_with_lists_and_no_formula(cast: Cast) -> None:
    with landlord_scope(cast.amandier.admin.principal):
        Site.objects.filter(code="N2").update(name='=HYPERLINK("http://example.test")')
    sheet = Sheet(made(cast.amandier))
    cells = [cell for row in sheet.book.worksheets for line in row.iter_rows() for cell in line]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    codes = {sheet.sheet.cell(n, 1).value for n in range(2, sheet.sheet.max_row + 1)}
    assert codes == set(cast.amandier.sites)
    row = sheet.row("N1")
    longitude, latitude = sheet.sheet.cell(row, 7).value, sheet.sheet.cell(row, 8).value
    assert (-1 < float(longitude) < 5, 40 < float(latitude) < 52) == (True, True)
    lists = {rule.formula1 for rule in sheet.sheet.data_validations.dataValidation}
    assert {"Listes!$A$1:$A$4", '"1,2,3,4"'} <= lists
    assert sheet.sheet.protection.sheet
    assert not sheet.sheet.cell(row, FIRST_ANSWER).protection.locked
    assert sheet.sheet.cell(row, 1).protection.locked
    assert sheet.book["Listes"].sheet_state == "hidden"


def test_it_comes_back_filled_without_a_mapping(cast: Cast) -> None:
    sheet = Sheet(made(cast.amandier))
    degree = sheet.book["Listes"]["A2"].value
    sheet.answer("N1", degree, "2 – x", "1 – x", "1 – x")
    sheet.answer("N2", "1", "1", "1", "1", level="3", reason="Cave occupée depuis un mois")
    before = tables(cast.amandier)
    file = returned(cast.amandier, sheet.content())
    assert file.kind == "prefilled"
    tried = apply(cast.amandier, file, trial=True)
    assert tables(cast.amandier) == before
    assert told(cast.amandier, tried) == {}
    applied = apply(cast.amandier, tried)
    with landlord_scope(cast.amandier.admin.principal):
        kept = {each.site.code: each for each in Assessment.objects.select_related("site")}
        assert set(kept) == {"N1", "N2"}
        assert kept["N1"].criteria == {
            "nature_gravity": 2,
            "frequency": 2,
            "equipment": 1,
            "service": 1,
        }
        assert (kept["N2"].suggested_level, kept["N2"].level) == (1, 3)
        assert kept["N2"].reason_to_differ == "Cave occupée depuis un mois"
        assert not kept["N1"].decisions.exists()
    undo(cast.amandier, applied)
    assert tables(cast.amandier) == before


def test_what_should_not_change_is_told_row_by_row(cast: Cast) -> None:
    sheet = Sheet(made(cast.amandier))
    for code in cast.amandier.sites:
        sheet.answer(code, "1", "1", "1", "1")
    rows = {code: sheet.row(code) for code in ("N1", "N2", "N3", "N4")}
    sheet.sheet.cell(rows["N1"], 6, "999")  # dwellings
    sheet.sheet.cell(rows["N2"], SEAL, "x")
    sheet.sheet.cell(
        rows["N3"], SEAL, sheet.sheet.cell(rows["N4"], SEAL).value
    )  # another row's seal
    sheet.answer("N4", "1", "1", "1", "1")
    found = told(cast.amandier, apply(cast.amandier, returned(cast.amandier, sheet.content())))
    by_code = {code: found.get(row, "") for code, row in rows.items()}
    assert by_code["N1"].startswith("Logements: Une cellule scellée a changé")
    assert by_code["N2"].startswith("Sceau ORSEN (ne pas modifier): Le sceau de la ligne manque")
    assert bool(by_code["N3"]) != bool(by_code["N4"]) or "scellée" in by_code["N3"]
    with landlord_scope(cast.amandier.admin.principal):
        rated = set(Assessment.objects.values_list("site__code", flat=True))
    assert not rated & {"N1", "N2", "N3"}


@pytest.mark.parametrize(
    ("answers", "level", "reason", "says"),
    [
        (("1", "1", "1"), "", "", "Il manque une réponse"),
        (("1", "1", "1", "calme"), "", "", "Cette réponse n’est pas"),
        (("1", "1", "1", "12"), "", "", "Cette réponse n’est pas"),
        (("1", "1", "1", "1"), "4", "", "Le niveau donné diffère"),
        (("1", "1", "1", "1"), "5", "", "Cette réponse n’est pas"),
        (("1", "1", "1", "1"), "4", "M. Dupont y vend", "La ligne semble désigner"),
    ],
)
def test_an_answer_that_cannot_be_taken_says_why(
    cast: Cast, answers: tuple[str, ...], level: str, reason: str, says: str
) -> None:
    sheet = Sheet(made(cast.amandier))
    sheet.answer("N1", *answers, level=level, reason=reason)
    file = apply(cast.amandier, returned(cast.amandier, sheet.content()), trial=True)
    assert says in told(cast.amandier, file)[sheet.row("N1")]


def test_a_row_taken_out_is_told_and_a_column_renamed_refuses_the_file(cast: Cast) -> None:
    sheet = Sheet(made(cast.amandier))
    sheet.sheet.delete_rows(sheet.row("N1"))
    sheet.answer("N2", "1", "1", "1", "1")
    file = apply(cast.amandier, returned(cast.amandier, sheet.content()), trial=True)
    with landlord_scope(cast.amandier.admin.principal):
        assert [line.subject[:2] for line in file.lines.filter(action="left")] == ["N1"]
    sheet.sheet.cell(1, 1, "Référence")
    with pytest.raises(ImportRefusedError, match="Code du site"):
        returned(cast.amandier, sheet.content())


def test_another_landlords_file_is_nobodys(cast: Cast) -> None:
    """The same rows sent by somebody else: the seals are of no file that its scope holds."""
    sheet = Sheet(made(cast.amandier))
    sheet.answer("N1", "1", "1", "1", "1")
    before = tables(cast.bouleau)
    with pytest.raises(ImportRefusedError, match="sceau valable"):
        apply(cast.bouleau, returned(cast.bouleau, sheet.content()))
    assert tables(cast.bouleau) == before


def test_a_seal_of_another_installation_is_refused(cast: Cast, settings: Any) -> None:
    content = made(cast.amandier)
    sheet = Sheet(content)
    sheet.answer("N1", "1", "1", "1", "1")
    settings.SECRET_KEY = "another"
    file = apply(cast.amandier, returned(cast.amandier, sheet.content()), trial=True)
    assert set(told(cast.amandier, file)) == set(range(2, sheet.sheet.max_row + 1))


def test_a_closed_campaign_takes_nothing(cast: Cast) -> None:
    campaign = opened(cast.amandier)
    sheet = Sheet(made(cast.amandier, campaign))
    sheet.answer("N1", "1", "1", "1", "1")
    with landlord_scope(cast.amandier.admin.principal):
        campaigns.close(cast.amandier.admin.principal, campaign)
    with pytest.raises(ImportRefusedError, match="n’est plus ouverte"):
        apply(cast.amandier, returned(cast.amandier, sheet.content()))


@pytest.mark.commits
def test_it_is_asked_made_downloaded_and_sent_back_through_the_pages(committed: None) -> None:
    from tenants.jobs.runner import run_one
    from tests.cast import make_cast

    cast = make_cast()
    campaign = opened(cast.amandier)
    client = cast.amandier.admin.client()
    page = reverse("prefilled-file", args=[campaign.key])
    assert page in client.get(reverse("campaign-detail", args=[campaign.key])).content.decode()
    assert client.post(page).status_code == 302
    assert "En attente" in client.get(page).content.decode()
    assert run_one("jobs")
    with landlord_scope(cast.amandier.admin.principal):
        key: UUID = PrefilledFile.objects.get().key
    url = reverse("prefilled-workbook", args=[key])
    assert url in client.get(page).content.decode()
    assert cast.bouleau.admin.client().get(url).status_code == 404
    assert cast.amandier.caretaker.client().get(url).status_code == 403
    sheet = Sheet(client.get(url).content)
    sheet.answer("N1", "1", "1", "1", "1")
    sent = client.post(
        reverse("stock-import-new"), {"file": SimpleUploadedFile("retour.xlsx", sheet.content())}
    )
    assert "/colonnes/" not in sent["Location"]
    assert run_one("jobs")
    assert "Essai à blanc" in client.get(sent["Location"]).content.decode()
