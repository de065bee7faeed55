"""A dry run changes nothing; applying does what it said; undoing leaves every table as it was."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from gis.territories.importing.errors import ImportRefusedError
from tenants.access import landlord_scope
from tenants.imports import services
from tenants.imports.models import FileImport
from tenants.incidents.models import Incident
from tenants.jobs.runner import run_one
from tenants.stock.models import Address, Site
from tests.cast import KM, X0, Y0, Cast, Landlord
from tests.imports.files import HEADER, row, write_csv

# What an import says of itself, and the queue: not the landlord's data.
OWN_TABLES = (
    "tenants_fileimport",
    "tenants_import",
    "tenants_rowissue",
    "tenants_rememberedmapping",
    "tenants_job",
    "tenants_dataversion",  # moves with every change, an undo included
)
Tables = dict[str, list[str]]


@pytest.fixture(autouse=True)
def apart(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    monkeypatch.setattr("tenants.jobs.broker.wake", lambda _queue: True)
    settings.MEDIA_ROOT = str(tmp_path / "media")


def tables(landlord: Landlord) -> Tables:
    """Every row that the landlord's scope sees, table by table, as PostgreSQL writes it."""
    held: Tables = {}
    with landlord_scope(landlord.admin.principal), connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'landlord_id' "
            "WHERE c.relkind = 'r' AND c.relname LIKE 'tenants%' AND has_table_privilege('orsen_app', c.oid, 'SELECT')"
        )
        for (name,) in cursor.fetchall():
            if not name.startswith(OWN_TABLES):
                cursor.execute(f'SELECT t::text FROM "{name}" t ORDER BY 1')
                held[name] = [text for (text,) in cursor.fetchall()]
    return held


def received(
    landlord: Landlord, rows: list[list[str]], folder: Path, source: str = ""
) -> FileImport:
    """The file as the page takes it in."""
    content = write_csv(folder / "t.csv", rows).read_bytes()
    with landlord_scope(landlord.admin.principal):
        return services.receive(
            landlord.admin.principal,
            SimpleUploadedFile("patrimoine.csv", content),
            "patrimoine.csv",
            source=source,
        )


def again(landlord: Landlord, file_import: FileImport) -> FileImport:
    with landlord_scope(landlord.admin.principal):
        return services.import_of(landlord.admin.principal, file_import.key)


def apply(
    landlord: Landlord, file_import: FileImport, *, trial: bool = False, **decisions: str
) -> FileImport:
    with landlord_scope(landlord.admin.principal):
        FileImport.objects.filter(pk=file_import.pk).update(decisions=decisions)
    services.apply(landlord.admin.principal, file_import.key, trial=trial)
    return again(landlord, file_import)


def effects(landlord: Landlord, file_import: FileImport) -> set[tuple[str, str]]:
    with landlord_scope(landlord.admin.principal):
        return set(file_import.lines.values_list("action", "subject"))


def undo(landlord: Landlord, file_import: FileImport) -> int:
    with landlord_scope(landlord.admin.principal):
        return services.undo_import(landlord.admin.principal, file_import)


ROWS = [row("N1", dwellings="12"), row("T9", "3"), row("T9", insee="x")]


def test_a_dry_run_says_everything_and_changes_nothing(cast: Cast, tmp_path: Path) -> None:
    before = tables(cast.amandier)
    tried = apply(cast.amandier, received(cast.amandier, ROWS, tmp_path), trial=True)
    assert tried.state == FileImport.State.TRIED
    assert tables(cast.amandier) == before
    said = effects(cast.amandier, tried)
    assert ("created", "Site T9 – Résidence T9") in said
    assert ("changed", "Site N1 – Résidence N1") in said
    assert ("left", "Site N2 – Résidence N2") in said
    with landlord_scope(cast.amandier.admin.principal):
        assert (
            "logements\u00a0: 60 → 12" in tried.lines.get(subject="Site N1 – Résidence N1").detail
        )
        assert tried.issues.filter(severity="rejected").count() == 1

    applied = apply(cast.amandier, tried)
    assert effects(cast.amandier, applied) == said
    assert tables(cast.amandier) != before


def test_an_undo_leaves_every_table_as_it_was(cast: Cast, tmp_path: Path) -> None:
    with landlord_scope(cast.amandier.admin.principal):
        Address.objects.create(
            site=cast.amandier.sites["N1"], street="rue du Départ", match_key="x", dwellings=3
        )  # the file does not hold it: the import removes it
    before = tables(cast.amandier)
    applied = apply(
        cast.amandier,
        received(cast.amandier, [*ROWS, row("T8", agency="Est")], tmp_path),
        N2="sold",
        N3="renamed:N3-2027",
    )
    after = tables(cast.amandier)
    for table in ("tenants_site", "tenants_address", "tenants_agency"):
        assert after[table] != before[table]
    assert undo(cast.amandier, applied) > 5
    assert tables(cast.amandier) == before
    assert applied.state == FileImport.State.UNDONE


@pytest.mark.parametrize("built", ["incident", "rated", "other import"])
def test_an_import_on_which_something_was_built_is_not_undone(
    cast: Cast, tmp_path: Path, built: str
) -> None:
    applied = apply(cast.amandier, received(cast.amandier, ROWS, tmp_path))
    with landlord_scope(cast.amandier.admin.principal):
        site = Site.objects.get(code="T9")
        if built == "incident":
            Incident.objects.create(site=site, occurred_on="2026-01-05", family="TRAFIC")
        elif built == "rated":
            Site.objects.filter(pk=site.pk).update(current_level=3)
    if built == "other import":
        apply(cast.amandier, received(cast.amandier, [row("T9", dwellings="99")], tmp_path))
    before = tables(cast.amandier)
    with pytest.raises(ImportRefusedError, match="annulé"):
        undo(cast.amandier, applied)
    assert tables(cast.amandier) == before


def test_another_landlord_keeps_its_rows_through_an_undo(cast: Cast, tmp_path: Path) -> None:
    other = tables(cast.bouleau)
    undo(cast.amandier, apply(cast.amandier, received(cast.amandier, ROWS, tmp_path)))
    assert tables(cast.bouleau) == other


def far(code: str, number: str, place: int, **more: str) -> list[str]:
    """An address of its own, one hundred metres from the others."""
    x, y = str(X0 + KM + 100 * place), str(Y0 + KM + 50)
    return row(code, number, f"rue {place}", x=x, y=y, **more)


LAST_YEAR = [
    far("A", "1", 1),
    far("B", "1", 2),
    far("C", "1", 3),
    far("C", "3", 4),
    far("D", "1", 5),
    far("E", "1", 6),
]


def test_what_became_of_absent_sites_is_proposed_and_decided(cast: Cast, tmp_path: Path) -> None:
    """A takes another code, B joins E, C is split in two, D is gone."""
    landlord = cast.amandier
    apply(landlord, received(landlord, LAST_YEAR, tmp_path))
    this_year = [
        far("A2", "1", 1),
        far("E", "1", 2),
        far("E", "1", 6),
        far("C1", "1", 3),
        far("C2", "3", 4),
    ]
    file = received(landlord, this_year, tmp_path)
    tried = apply(landlord, file, trial=True)
    found = {each["code"]: (each["kind"], each["into"]) for each in tried.report["proposals"]}
    assert {code: found[code] for code in "ABCD"} == {
        "A": ("renamed", ["A2"]), "B": ("merged", ["E"]), "C": ("split", ["C1", "C2"]), "D": ("gone", []),
    }  # fmt: skip
    with landlord_scope(landlord.admin.principal):
        key = Site.objects.get(code="A").key
    apply(landlord, file, A="renamed:A2", B="merged", C="renamed:C1", D="demolished")
    with landlord_scope(landlord.admin.principal):
        states = dict(
            Site.objects.filter(code__in=["A2", "B", "C1", "C2", "D"]).values_list("code", "state")
        )
        assert Site.objects.get(code="A2").key == key
    assert states == {
        "A2": "managed",
        "B": "merged",
        "C1": "managed",
        "C2": "managed",
        "D": "demolished",
    }


def test_nothing_is_decided_in_silence(cast: Cast, tmp_path: Path) -> None:
    apply(cast.amandier, received(cast.amandier, LAST_YEAR, tmp_path))
    apply(cast.amandier, received(cast.amandier, [far("A2", "1", 1)], tmp_path))
    with landlord_scope(cast.amandier.admin.principal):
        assert set(Site.objects.values_list("state", flat=True)) == {"managed"}
        assert Site.objects.filter(code__in=["A", "A2"]).count() == 2


def test_a_mapping_made_once_is_proposed_the_second_time(cast: Cast, tmp_path: Path) -> None:
    client = cast.amandier.admin.client()
    header = ["Zone", *HEADER[1:]]

    def send(names: list[str], source: str) -> FileImport:
        path = write_csv(tmp_path / "t.csv", [row()], header=names)
        upload = SimpleUploadedFile("t.csv", path.read_bytes())
        client.post(reverse("stock-import-new"), {"file": upload, "source": source})
        with landlord_scope(cast.amandier.admin.principal):
            return FileImport.objects.latest("pk")

    first = send(header, "Progiciel")
    assert "site_code" not in first.mapping
    posted = {f"colonne-{header.index(name)}": field for field, name in first.mapping.items()}
    client.post(
        reverse("stock-import-columns", args=[first.key]), posted | {"colonne-0": "site_code"}
    )
    assert send(header, "Progiciel").mapping["site_code"] == "Zone"
    assert (
        send(header[::-1], "").mapping["site_code"] == "Zone"
    )  # the same columns in another order
    assert send([*header[:-1], "Y lambert"], "Progiciel").mapping["site_code"] == "Zone"
    assert "site_code" not in send([*header[:-1], "Y lambert"], "").mapping
    other = cast.bouleau.admin.client()
    upload = SimpleUploadedFile(
        "t.csv", write_csv(tmp_path / "t.csv", [row()], header=header).read_bytes()
    )
    other.post(reverse("stock-import-new"), {"file": upload, "source": "Progiciel"})
    with landlord_scope(cast.bouleau.admin.principal):
        assert "site_code" not in FileImport.objects.latest("pk").mapping


@pytest.mark.commits
def test_the_four_steps_through_the_pages(committed: None, tmp_path: Path) -> None:
    from tests.cast import make_cast

    cast = make_cast()
    client, before = cast.amandier.admin.client(), tables(cast.amandier)
    file = received(cast.amandier, ROWS, tmp_path)

    def url(name: str) -> str:
        return reverse(f"stock-import-{name}", args=[file.key])

    assert client.post(url("confirm")).status_code == 302  # not tried yet: refused with a message
    assert again(cast.amandier, file).state == FileImport.State.UPLOADED
    posted = {f"colonne-{HEADER.index(name)}": field for field, name in file.mapping.items()}
    client.post(url("columns"), posted)
    assert run_one("jobs")
    page = client.get(url("detail")).content.decode()
    assert "Essai à blanc" in page
    assert "Site T9 – Résidence T9" in page
    assert "Sites absents du fichier" in page
    book = openpyxl.load_workbook(io.BytesIO(client.get(url("outcome")).content))
    assert book.sheetnames == ["Effets", "Lignes rejetées"]
    assert any("T9" in str(line[1].value) for line in book["Effets"].iter_rows())
    assert tables(cast.amandier) == before
    client.post(url("confirm"), {"site-0": "sold"})
    assert run_one("jobs")
    page = client.get(url("detail"), {"effet": "created"}).content.decode()
    assert "Annuler cet import" in page
    assert tables(cast.amandier) != before
    client.post(url("undo"))
    assert tables(cast.amandier) == before
    assert "a été annulé" in client.get(url("detail")).content.decode()
