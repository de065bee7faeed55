"""The stock beside the register: what differs, lacks, can be completed; taken over and back, and given as a file."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.contrib.gis.geos import Point
from django.urls import reverse

from gis.territories.importing.errors import ImportRefusedError
from sharing.access import shared_scope
from sharing.receipts.models import Receipt
from tenants.access import landlord_scope
from tenants.imports.cleaning.streets import match_key
from tenants.imports.models import FileImport
from tenants.jobs.models import Job
from tenants.jobs.runner import run_one
from tenants.reference import completing
from tenants.reference.comparing import Pair, communes, pairs
from tenants.reference.models import ReferenceAddress
from tenants.stock.models import Address, Site
from tests.cast import X0, Y0, Cast, Landlord, make_cast
from tests.imports.test_trial_and_undo import tables

YEAR = 2025
STREET = "RUE DES LILAS"


@pytest.fixture(autouse=True)
def apart(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    monkeypatch.setattr("tenants.jobs.broker.wake", lambda _queue: True)
    settings.MEDIA_ROOT = str(tmp_path)


def known(number: str, *, street: str = STREET, commune: str = "99001", **more: Any) -> None:
    """An address of the register: 12 dwellings of 1962, placed."""
    ReferenceAddress.objects.create(**{
        "vintage": YEAR, "match_key": match_key(commune, number, street), "number": number, "street": street,
        "postcode": "99100", "commune_code": commune, "commune_name": "Aubépine", "departement_code": "99",
        "dwellings": 12, "construction_year": 1962, "geom": Point(X0, Y0, srid=2154), "quality": "address",
    } | more)  # fmt: skip


def owned(landlord: Landlord, number: str, *, site: str = "N1", commune: str = "99001", **more: Any) -> Address:  # fmt: skip
    """An address of the landlord that says the same."""
    with landlord_scope(landlord.admin.principal):
        made: Address = Address.objects.create(**{
            "site": landlord.sites[site], "number": number, "street": STREET, "postcode": "99100", "commune_code": commune,
            "commune_name": "Aubépine", "dwellings": 12, "construction_year": 1962, "geom": Point(X0, Y0, srid=2154),
            "quality": "address", "match_key": match_key(commune, number, STREET),
        } | more)  # fmt: skip
    return made


def listed(landlord: Landlord, view: str, **more: Any) -> dict[str, Pair]:
    with landlord_scope(landlord.admin.principal):
        return {each.number: each for each in pairs(landlord.admin.principal, YEAR, view, most=50, **more)}  # fmt: skip


def complete(landlord: Landlord, *fields: str, **more: Any) -> FileImport:
    principal = landlord.admin.principal
    with landlord_scope(principal):
        Job.objects.update(state=Job.State.DONE)
        completing.start(principal, fields, **more)
        run = completing.runs_of(principal)[0]
        completing.complete(principal, run.key)
        run.refresh_from_db()
    return run


def test_each_difference_is_found_and_what_agrees_is_not(cast: Cast) -> None:
    for number in ("1", "2", "3", "4", "5"):
        known(number)
    owned(cast.amandier, "1")
    owned(cast.amandier, "2", dwellings=14)
    owned(cast.amandier, "3", construction_year=1970)
    owned(cast.amandier, "4", geom=Point(X0 + 101, Y0, srid=2154))
    owned(cast.amandier, "5", geom=Point(X0 + 99, Y0, srid=2154))
    found = listed(cast.amandier, "different")
    assert set(found) == {"2", "3", "4"}
    assert (found["2"].own_dwellings, found["2"].reference_dwellings) == (14, 12)
    assert found["3"].other_year
    assert found["4"].distance == pytest.approx(101)
    assert (found["2"].far, found["3"].far, found["4"].far) == (False, False, True)


def test_what_one_has_and_the_other_lacks(cast: Cast) -> None:
    known("1")
    known("7", street="AVENUE DU PARC")
    known("9")
    known("1", commune="99002")  # a commune without any of the landlord's addresses
    known("11", vintage=2019)  # an old register
    owned(cast.amandier, "1")
    owned(cast.amandier, "40")
    lacking = listed(cast.amandier, "manquent")
    assert list(lacking) == ["9", "7"]  # one's own street first
    assert (lacking["9"].same_street, lacking["7"].same_street) == (True, False)
    assert set(listed(cast.amandier, "inconnues")) == {"40"}
    with landlord_scope(cast.amandier.admin.principal):
        (one,) = communes(cast.amandier.admin.principal, YEAR)
    assert (one.code, one.ours, one.differing, one.completable, one.lacking, one.unknown) == (
        "99001", 2, 0, 0, 2, 1,
    )  # fmt: skip


def test_the_same_address_in_two_sites_is_added_up_and_its_dwellings_are_never_given_twice(
    cast: Cast,
) -> None:
    known("1")
    owned(cast.amandier, "1", dwellings=5)
    owned(cast.amandier, "1", dwellings=7, site="N2")
    assert listed(cast.amandier, "different") == {}
    with landlord_scope(cast.amandier.admin.principal):
        Address.objects.filter(number="1").update(dwellings=0)
    assert listed(cast.amandier, "a-completer") == {}


@pytest.mark.parametrize(
    ("said", "whole"), [("75109", "75056"), ("69385", "69123"), ("13216", "13055")]
)
def test_an_arrondissement_is_its_commune(cast: Cast, said: str, whole: str) -> None:
    known("1", commune=whole)
    owned(cast.amandier, "1", commune=said, dwellings=0)
    assert set(listed(cast.amandier, "a-completer", commune=whole)) == {"1"}


def test_a_site_that_left_the_stock_is_not_compared(cast: Cast) -> None:
    known("1")
    owned(cast.amandier, "1", dwellings=14)
    with landlord_scope(cast.amandier.admin.principal):
        Site.objects.filter(code="N1").update(state="sold")
    assert listed(cast.amandier, "different") == {}


def test_missing_values_come_in_and_an_undo_leaves_every_table_as_it_was(cast: Cast) -> None:
    known("1")
    known("2", geom=Point(X0 + 50, Y0, srid=2154))
    empty = owned(cast.amandier, "1", dwellings=0, construction_year=None, geom=None, quality="none")  # fmt: skip
    full = owned(cast.amandier, "2", dwellings=3, construction_year=1999, geom=None, quality="none")  # fmt: skip
    theirs = owned(cast.bouleau, "1", dwellings=0)
    with landlord_scope(cast.amandier.admin.principal):
        Site.objects.filter(code="N1").update(dwellings=0, geom=None)
    before, others = tables(cast.amandier), tables(cast.bouleau)
    run = complete(cast.amandier, "dwellings", "year", "position")
    assert run.report == {"dwellings": 1, "year": 1, "position": 2}
    with landlord_scope(cast.amandier.admin.principal):
        empty.refresh_from_db()
        full.refresh_from_db()
        site = Site.objects.get(code="N1")
        assert (empty.dwellings, empty.construction_year, empty.quality) == (12, 1962, "address")
        assert (full.dwellings, full.construction_year) == (3, 1999)
        assert full.geom is not None
        assert full.geom.x == pytest.approx(X0 + 50)
        assert site.dwellings == 15
        assert site.geom is not None
        assert site.commune_code == "99001"
        assert listed(cast.amandier, "a-completer") == {}
        assert completing.take_back(cast.amandier.admin.principal, run) == 3
    assert tables(cast.amandier) == before
    assert tables(cast.bouleau) == others
    assert theirs.dwellings == 0


def test_only_what_was_chosen_is_taken_over(cast: Cast) -> None:
    for number in ("1", "2"):
        known(number)
        owned(cast.amandier, number, dwellings=0, construction_year=None)
    one = match_key("99001", "2", STREET)
    assert complete(cast.amandier, "year", keys=[one]).report == {"dwellings": 0, "year": 1, "position": 0}  # fmt: skip
    with landlord_scope(cast.amandier.admin.principal):
        told = dict(Address.objects.filter(street=STREET).values_list("number", "construction_year"))  # fmt: skip
    assert told == {"1": None, "2": 1962}


def test_what_was_built_on_is_not_taken_back(cast: Cast) -> None:
    known("1")
    address = owned(cast.amandier, "1", dwellings=0)
    run = complete(cast.amandier, "dwellings")
    with landlord_scope(cast.amandier.admin.principal):
        Address.objects.filter(pk=address.pk).update(dwellings=13)
    answer = cast.amandier.admin.client().post(reverse("register-undo", args=[run.key]), follow=True)  # fmt: skip
    assert "ont changé depuis" in answer.content.decode()
    with landlord_scope(cast.amandier.admin.principal):
        address.refresh_from_db()
    assert address.dwellings == 13


def test_a_run_of_another_landlord_is_not_there(cast: Cast) -> None:
    known("1")
    owned(cast.amandier, "1", dwellings=0)
    run = complete(cast.amandier, "dwellings")
    answer = cast.bouleau.admin.client().post(reverse("register-undo", args=[run.key]))
    assert answer.status_code == 404


def test_the_page_leads_from_the_stock_to_a_commune_and_completes_what_is_ticked(
    cast: Cast,
) -> None:
    known("1")
    known("2")
    owned(cast.amandier, "1", dwellings=0, construction_year=None)
    owned(cast.amandier, "2", dwellings=14)
    client = cast.amandier.admin.client()
    url = reverse("register-comparison")
    assert url in client.get(reverse("site-list")).content.decode()
    page = client.get(url).content.decode()
    assert "?commune=99001" in page
    assert "1er janvier 2025" in page
    assert "au-delà de 100\u00a0m" in page
    differing = client.get(url, {"commune": "99001", "vue": "different"}).content.decode()
    assert f"2 {STREET}" in differing
    assert f"1 {STREET}" not in differing
    offered = client.get(url, {"commune": "99001", "vue": "a-completer"}).content.decode()
    assert match_key("99001", "1", STREET) in offered
    assert "None" not in offered
    nothing = client.post(reverse("register-complete"), {"champ": "dwellings"}, follow=True)
    assert "Choisissez" in nothing.content.decode()
    client.post(reverse("register-complete"), {"champ": "dwellings", "adresse": match_key("99001", "1", STREET)})  # fmt: skip
    with landlord_scope(cast.amandier.admin.principal):
        run = completing.runs_of(cast.amandier.admin.principal)[0]
        assert run.options["keys"] == [match_key("99001", "1", STREET)]
        completing.complete(cast.amandier.admin.principal, run.key)
    assert "Annuler" in client.get(url).content.decode()


@pytest.mark.commits
def test_a_worker_completes_once_and_a_second_start_waits(committed: None) -> None:
    cast = make_cast()
    known("1")
    address = owned(cast.amandier, "1", dwellings=0)
    principal = cast.amandier.admin.principal
    with landlord_scope(principal):
        completing.start(principal, ["dwellings"])
    with landlord_scope(principal), pytest.raises(ImportRefusedError, match="déjà en cours"):
        completing.start(principal, ["dwellings"])
    assert run_one("jobs")
    with landlord_scope(principal):
        address.refresh_from_db()
        run = completing.runs_of(principal)[0]
        assert completing.complete(principal, run.key) == {"dwellings": 1, "year": 0, "position": 0}
        assert run.state == FileImport.State.APPLIED
    assert address.dwellings == 12


def test_a_landlord_sees_nothing_of_another_s_stock(cast: Cast) -> None:
    known("1")
    owned(cast.bouleau, "1", dwellings=99)
    owned(cast.amandier, "1", dwellings=14)
    assert listed(cast.amandier, "different")["1"].own_dwellings == 14
    page = cast.amandier.admin.client().get(reverse("register-comparison"), {"commune": "99001"})
    assert ">99<" not in page.content.decode()


def test_without_a_register_the_page_says_so(cast: Cast) -> None:
    owned(cast.amandier, "1")
    page = cast.amandier.admin.client().get(reverse("register-comparison")).content.decode()
    assert "pas sur cette plateforme" in page


def test_the_workbook_holds_the_lists_and_its_receipt_and_runs_nothing(cast: Cast) -> None:
    known("1", street="=1+1")
    known("2")
    owned(cast.amandier, "2", dwellings=14)
    client = cast.amandier.admin.client()
    answer = client.post(reverse("register-workbook"))
    with shared_scope(cast.amandier.admin.principal):
        receipt = Receipt.objects.latest("made_at")
    assert answer["Location"] == reverse("receipt", args=[receipt.key])
    body = client.get(reverse("receipt-file", args=[receipt.key])).content
    book = openpyxl.load_workbook(io.BytesIO(body))
    assert book.sheetnames[:3] == ["Communes", "Différences", "À compléter"]
    lacking = [[cell.value for cell in row] for row in book["Absentes du patrimoine"]]
    assert lacking[1][4] == "'=1+1"
    differing = [[cell.value for cell in row] for row in book["Différences"]]
    assert differing[1][6:8] == [14, 12]
    assert receipt.number in {cell.value for row in book["Reçu"] for cell in row}
    assert cast.amandier.caretaker.client().post(reverse("register-workbook")).status_code == 403
