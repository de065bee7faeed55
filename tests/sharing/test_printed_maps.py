"""The map on paper: the same sites as on the screen, at a scale that a ruler can check, each copy with its receipt."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.gis.geos import Point
from django.urls import reverse
from pypdf import PdfReader
from pytest_django.fixtures import Settings

from gis.paper.drawing import Mark, Sheet, marks, rings
from sharing.access import shared_scope
from sharing.prints.plan import MOST_MARKS, Plan, Row, marks_of
from sharing.receipts.models import Receipt
from tests.accounts.signing_in import age_second_factor, give_totp, show_totp
from tests.cast import X0, Y0, Cast, Member

MM_PER_INCH, POINTS_PER_INCH = 25.4, 72


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def printed(member: Member, route: str, **query: str) -> PdfReader:
    """The PDF that the member gets, through its receipt."""
    client = member.client()
    answer = client.post(reverse(route), query)
    assert answer.status_code == 302, answer.content[:300]
    with shared_scope(member.principal):
        receipt = Receipt.objects.latest("made_at")
    assert answer["Location"] == reverse("receipt", args=[receipt.key])
    file = client.get(reverse("receipt-file", args=[receipt.key]))
    assert file["Content-Type"] == "application/pdf"
    return PdfReader(BytesIO(file.content))


def text_of(pdf: PdfReader) -> str:
    return " ".join(page.extract_text() for page in pdf.pages).replace("\xa0", " ")


def test_a_landlord_prints_what_it_sees(cast: Cast) -> None:
    text = text_of(printed(cast.amandier.admin, "landlord-map-print", niveaux="34"))
    for code in ("N3", "N4", "S3"):
        assert f"Résidence {code}" in text
    for code in ("N1", "N2", "S0"):
        assert f"Résidence {code}" not in text
    assert "Reçu 20" in text
    assert "Masqué" in text
    assert "1 : " in text


def test_the_paper_keeps_to_the_reach(cast: Cast) -> None:
    text = text_of(printed(cast.amandier.director, "landlord-map-print"))
    assert "Résidence N4" in text
    assert "Résidence S3" not in text


def test_a_partner_prints_what_the_annex_gives(cast: Cast) -> None:
    text = text_of(printed(cast.police, "shared-map-print", papier="a3"))
    assert "Résidence N4 (Amandier)" in text
    assert "Résidence N4 (Bouleau)" in text
    assert "Résidence N1" not in text
    assert cast.convention.name in text


def test_the_frame_and_the_filters_of_the_screen_hold_on_paper(cast: Cast) -> None:
    def degrees(x: float, y: float) -> tuple[float, float]:
        place = Point(x, y, srid=2154).transform(4326, clone=True)
        return place.x, place.y

    west, south = degrees(X0 + 5_500, Y0 + 1_000)
    east, north = degrees(X0 + 8_000, Y0 + 2_000)
    frame = f"{west},{south},{east},{north}"
    for member, route in ((cast.amandier.admin, "landlord-map-print"), (cast.police, "shared-map-print")):  # fmt: skip
        text = text_of(printed(member, route, bbox=frame))
        assert "Résidence S3" in text
        assert "Résidence N3" not in text
    only = text_of(printed(cast.police, "shared-map-print", bailleur=str(cast.bouleau.organisation.pk)))  # fmt: skip
    assert "(Amandier)" not in only
    assert "Résidence" not in text_of(printed(cast.police, "shared-map-print", niveaux=""))


@pytest.mark.parametrize(("paper", "wide", "high"), [("a4", 297, 210), ("a3", 420, 297)])
def test_the_sheet_has_the_size_of_its_paper(cast: Cast, paper: str, wide: int, high: int) -> None:
    page = printed(cast.amandier.admin, "landlord-map-print", papier=paper).pages[0].mediabox
    assert float(page.width) * MM_PER_INCH / POINTS_PER_INCH == pytest.approx(wide, abs=0.5)
    assert float(page.height) * MM_PER_INCH / POINTS_PER_INCH == pytest.approx(high, abs=0.5)


def test_shared_sites_leave_only_with_a_second_factor_shown_a_moment_ago(
    cast: Cast, settings: Settings
) -> None:
    printed(cast.police, "shared-map-print")
    with shared_scope(cast.police.principal):
        key = Receipt.objects.get().key
    settings.ORSEN_REQUIRE_SECOND_FACTOR = True
    secret, client = give_totp(cast.police.user), cast.police.client()
    show_totp(client, secret)
    file = reverse("receipt-file", args=[key])
    assert client.get(file)["Content-Type"] == "application/pdf"
    age_second_factor(client, 16 * 60)
    assert client.get(file)["Location"].startswith("/compte/confirmer/?next=")
    assert client.post(reverse("shared-map-print"))["Location"].startswith("/compte/confirmer/")
    with shared_scope(cast.police.principal):
        assert Receipt.objects.count() == 1


def test_nobody_prints_another_s_map(cast: Cast) -> None:
    for member in (cast.police, cast.parquet, cast.coordinator):
        assert member.client().post(reverse("landlord-map-print")).status_code == 403
    assert cast.amandier.admin.client().get(reverse("landlord-map-print")).status_code == 405
    text = text_of(printed(cast.parquet, "shared-map-print"))
    assert "Résidence" not in text


def test_a_ruler_on_the_paper_measures_the_ground() -> None:
    sheet = Sheet.holding((0, 0, 2_600, 1_000), 273, 150)
    assert sheet.scale == 10_000
    (x0, y0), (x1, y1) = sheet.place(0, 0), sheet.place(1_000, 500)
    assert (x1 - x0, y0 - y1) == pytest.approx((100, 50))
    assert sheet.box.covers(Point(0, 0)) or sheet.box.covers(Point(1, 1))
    metres, millimetres = sheet.bar
    assert millimetres == pytest.approx(metres * 1_000 / sheet.scale)
    assert 'r="50.00"' in rings(sheet, [(0.0, 0.0, 500.0)], "#000000")


def test_too_many_sites_are_counted_by_cell_and_none_is_lost() -> None:
    sheet = Sheet.holding((0, 0, 2_600, 1_000), 273, 150)
    rows = [
        Row(n % 5, n % 5, ("", "", "", ""), Point(13 * (n % 200), 5.0 * (n // 200), srid=2154))
        for n in range(MOST_MARKS + 200)
    ]
    plan = Plan("", [], "niveaux", (), rows, [])
    drawn = marks_of(plan, sheet)
    assert len(drawn) < 200
    assert sum(int(mark.digit) for mark in drawn) == len(rows)


def test_what_is_drawn_is_escaped() -> None:
    sheet = Sheet(0, 10, 10, 10, 1_000)
    assert "<script>" not in marks(sheet, [Mark(1, 1, "M0 0", "#fff", "#000", "#000", "<script>")])
