"""Files of sites: what is in them is what the reader sees, each with its receipt, and nothing in them runs."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from sharing.access import shared_scope, shared_sites
from sharing.conventions.models import AnnexLine, Convention
from sharing.details import Detail
from sharing.extracts.dictionary import HISTORY, INTERVENTIONS, SITES
from sharing.extracts.writing import FORMS
from sharing.journal.models import Action, JournalEntry
from sharing.receipts.models import Receipt
from tenants.campaigns.models import Campaign, CampaignSite, Grid, Publication
from tests.accounts.signing_in import age_second_factor, give_totp, show_totp
from tests.cast import Cast, Member, amended

ALL = {"tables": [HISTORY.name, INTERVENTIONS.name]}


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def taken(
    member: Member, route: str, form: str, query: str = "", **more: Any
) -> tuple[bytes, Receipt]:
    """The file that the member gets, through its receipt."""
    client = member.client()
    answer = client.post(f"{reverse(route)}{query}", {"forme": form, **more})
    assert answer.status_code == 302, answer.content[:400]
    with shared_scope(member.principal):
        receipt = Receipt.objects.latest("made_at")
    file = client.get(reverse("receipt-file", args=[receipt.key]))
    assert file.status_code == 200
    assert file["Content-Type"] == FORMS[form].media_type
    return file.content, receipt


def table(content: bytes, name: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text = archive.read(f"{name}.csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def own_codes(cast: Cast, member: Member) -> set[str]:
    return {row["code"] for row in table(taken(member, "own-extract", "csv")[0], "sites")}


def give_files(cast: Cast) -> None:
    with amended(cast) as annex:
        AnnexLine.objects.create(
            convention=cast.convention, annex=annex, reader="category", category="police", min_level=4,
            territory=cast.departement, detail=Detail.FILE,
        )  # fmt: skip


def publish(cast: Cast, code: str) -> None:
    """A campaign that kept and published the site's level."""
    site, day = cast.amandier.sites[code], timezone.localdate()
    with shared_scope(cast.amandier.admin.principal):
        campaign: Campaign = Campaign.objects.create(
            name="Campagne d’essai", grid=Grid.objects.all()[0], reference_date=day, opens_on=day, closes_on=day, state="closed",
        )  # fmt: skip
        CampaignSite.objects.create(
            campaign=campaign,
            site=site,
            dwellings=site.dwellings,
            level=4,
            decided_at=timezone.now(),
        )
        Publication.objects.create(site=site, campaign=campaign, level=4)


def test_a_landlord_takes_its_own_sites_and_a_member_those_within_reach(cast: Cast) -> None:
    assert own_codes(cast, cast.amandier.admin) == set(cast.amandier.sites)
    assert own_codes(cast, cast.amandier.caretaker) == {"N3"}


def test_the_levels_history_and_places_are_those_of_the_pages(cast: Cast) -> None:
    publish(cast, "N4")
    content, receipt = taken(cast.amandier.admin, "own-extract", "csv", **ALL)
    rows = {row["code"]: row for row in table(content, "sites")}
    site = cast.amandier.sites["N4"]
    assert rows["N4"]["level"] == str(site.current_level)
    assert rows["N4"]["published_level"] == str(site.published_level)
    assert -6 < float(rows["N4"]["longitude"]) < 10
    past = table(content, HISTORY.name)
    assert [(row["site_code"], row["campaign"], row["level"]) for row in past] == [
        ("N4", "Campagne d’essai", "4")
    ]
    assert past[0]["site_key"] == rows["N4"]["key"]
    assert past[0]["published_on"] == timezone.localdate().isoformat()
    assert receipt.detail == ""
    assert receipt.rows == len(rows)
    assert ["Reçu", receipt.number] in [list(row.values()) for row in table(content, "recu")]


def test_a_partner_takes_its_detail_level_and_no_finer(cast: Cast) -> None:
    give_files(cast)
    publish(cast, "N4")
    publish(cast, "N3")
    with shared_scope(cast.police.principal):
        seen = {str(each.key): each for each in shared_sites(cast.police.principal)}
    plain, receipt = taken(cast.police, "shared-extract", "csv")
    rows = table(plain, "sites")
    assert {row["key"] for row in rows} == set(seen)
    assert set(rows[0]) == {each.name for each in SITES.columns_of("site")}
    assert receipt.detail == Detail.SITE
    full, receipt = taken(cast.police, "shared-extract", "csv", **ALL)
    filed = {key for key, site in seen.items() if site.has_file}
    assert filed
    assert filed != set(seen)
    assert {row["key"] for row in table(full, "sites") if row["detail"] == "file"} == filed
    assert {row["key"] for row in table(full, "sites") if row["rated_on"]} <= filed
    past = {row["site_key"] for row in table(full, HISTORY.name)}
    assert past
    assert past <= filed
    assert receipt.detail == Detail.FILE
    with shared_scope(cast.amandier.admin.principal):
        kept = JournalEntry.objects.filter(
            action=Action.EXPORTED, about_id=cast.amandier.organisation.pk
        )
        assert {entry.detail for entry in kept} >= {Detail.SITE, Detail.FILE}


def test_the_filters_of_the_list_narrow_the_file(cast: Cast) -> None:
    content, _receipt = taken(cast.police, "shared-extract", "csv", "?niveaux=4")
    assert {row["level"] for row in table(content, "sites")} == {"4"}


def test_a_copy_is_refused_once_the_convention_ends(cast: Cast) -> None:
    _content, receipt = taken(cast.police, "shared-extract", "geojson")
    with shared_scope(cast.coordinator.principal):
        Convention.objects.update(state="ended")
    again = cast.police.client().get(reverse("receipt-file", args=[receipt.key]))
    assert again.status_code == 403


def test_the_second_factor_is_asked_before_sites_leave(cast: Cast, settings: Settings) -> None:
    settings.ORSEN_REQUIRE_SECOND_FACTOR = True
    secret = give_totp(cast.police.user)
    client = cast.police.client()
    show_totp(client, secret)
    age_second_factor(client, 16 * 60)
    answer = client.post(reverse("shared-extract"), {"forme": "csv"})
    assert answer["Location"].startswith(reverse("confirm-identity"))
    with shared_scope(cast.police.principal):
        assert not Receipt.objects.filter(kind="shared_sites").exists()


@pytest.mark.parametrize("evil", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1+1"])
def test_no_cell_runs_in_a_spreadsheet(cast: Cast, evil: str) -> None:
    site = cast.amandier.sites["N1"]
    with shared_scope(cast.amandier.admin.principal):
        type(site).objects.filter(pk=site.pk).update(name=evil)
    row = next(
        row
        for row in table(taken(cast.amandier.admin, "own-extract", "csv")[0], "sites")
        if row["code"] == "N1"
    )
    assert row["name"] == f"'{evil}"
    book = openpyxl.load_workbook(io.BytesIO(taken(cast.amandier.admin, "own-extract", "xlsx")[0]))
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    assert f"'{evil}" in {cell.value for cell in cells}
    assert "f" not in {cell.data_type for cell in cells}


def test_gdal_reads_the_geopackage_with_positions_in_lambert(cast: Cast, tmp_path: Path) -> None:
    content, receipt = taken(cast.amandier.admin, "own-extract", "gpkg", **ALL)
    path = tmp_path / "sites.gpkg"
    path.write_bytes(content)
    done = subprocess.run(
        ["ogrinfo", "-al", "-so", str(path)], capture_output=True, text=True, check=True
    )
    assert "Warning" not in done.stderr + done.stdout
    for name in ("sites", HISTORY.name, INTERVENTIONS.name, "dictionnaire", "recu"):
        assert f"Layer name: {name}" in done.stdout
    assert 'ID["EPSG",2154]' in done.stdout
    shown = subprocess.run(
        ["ogr2ogr", "-f", "GeoJSON", "-lco", "RFC7946=NO", "/vsistdout/", str(path), "sites"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    features = {each["properties"]["code"]: each for each in json.loads(shown.stdout)["features"]}
    at = cast.amandier.sites["N3"].geom
    assert at is not None
    assert features["N3"]["geometry"]["coordinates"] == pytest.approx([at.x, at.y], abs=0.01)
    assert receipt.number.encode() in content


def test_the_geojson_carries_history_inside_its_site(cast: Cast) -> None:
    publish(cast, "N4")
    body = json.loads(taken(cast.amandier.admin, "own-extract", "geojson", **ALL)[0])
    known = {each.name for each in SITES.columns_of("own")} - {"key", "longitude", "latitude"}
    for each in body["features"]:
        assert set(each["properties"]) == known | {HISTORY.name, INTERVENTIONS.name}
        assert each["geometry"]["type"] == "Point"
    assert any(each["properties"][HISTORY.name] for each in body["features"])


def test_the_dictionary_names_every_column(cast: Cast) -> None:
    page = cast.police.client().get(reverse("data-dictionary")).content.decode()
    for each in SITES.columns + HISTORY.columns + INTERVENTIONS.columns:
        assert f"<code>{each.name}</code>" in page
