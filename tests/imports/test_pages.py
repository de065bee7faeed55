"""The pages of an import, over HTTP."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tenants.access import landlord_scope
from tenants.imports import services
from tenants.imports.exports import safe_cell
from tenants.imports.models import FileImport
from tenants.jobs.models import Job
from tenants.stock.models import Site
from tests.cast import Cast
from tests.imports.files import row, write_csv

LIST, NEW = "stock-import-list", "stock-import-new"


@pytest.fixture(autouse=True)
def private_folder(settings: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Where uploads go, this test's own."""
    settings.MEDIA_ROOT = str(tmp_path / "media")  # type: ignore[attr-defined]
    return tmp_path / "media"


@pytest.fixture(autouse=True)
def woken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    queues: list[str] = []
    monkeypatch.setattr("tenants.jobs.broker.wake", lambda queue: queues.append(queue) or True)
    return queues


def send(client: Client, content: bytes, name: str = "patrimoine.csv"):  # type: ignore[no-untyped-def]
    return client.post(reverse(NEW), {"file": SimpleUploadedFile(name, content)})


def table(tmp_path: Path, *rows: list[str]) -> bytes:
    return write_csv(tmp_path / "t.csv", list(rows) or [row()]).read_bytes()


def last_import(cast: Cast) -> FileImport:
    with landlord_scope(cast.amandier.admin.principal):
        return FileImport.objects.latest("pk")


def url(name: str, received: FileImport) -> str:
    return reverse(f"stock-import-{name}", args=[received.key])


def test_the_list_invites_to_import_when_there_is_nothing(cast: Cast) -> None:
    page = cast.amandier.admin.client().get(reverse(LIST))
    assert page.status_code == 200
    assert "Aucun import" in page.content.decode()


def test_a_file_goes_from_upload_to_coverage(
    cast: Cast, tmp_path: Path, private_folder: Path
) -> None:
    client = cast.amandier.admin.client()
    rows = [row("T1"), row("T1", "3", street="rue des Gen?ts"), row("T1", insee="x?")]
    sent = send(client, table(tmp_path, *rows, row("T2")))
    received = last_import(cast)
    assert sent.url == url("columns", received)

    page = client.get(sent.url).content.decode()
    assert "UTF-8" in page
    assert "rue des Lilas" in page  # a sample value
    assert '<option value="street" selected>' in page
    fields = (
        "site_code site_name agency number street postcode commune_name commune_code dwellings x y"
    )
    mapping = {f"colonne-{number}": field for number, field in enumerate(fields.split())}
    started = client.post(sent.url, mapping)
    assert started.url == url("detail", received)
    with landlord_scope(cast.amandier.admin.principal):
        job = Job.objects.get()
    assert (job.kind, job.payload) == ("stock_trial", {"import": str(received.key)})
    assert "En attente" in client.get(started.url).content.decode()

    services.apply(cast.amandier.admin.principal, received.key)
    page = client.get(started.url).content.decode()
    assert "Couverture" in page
    assert "Le code de la commune est illisible" in page
    assert "rue des Gen?ts" in page
    only_rejected = client.get(started.url, {"suite": "rejected"}).content.decode()
    # Left among what the import created, gone from the remarks.
    assert only_rejected.count("rue des Gen?ts") < page.count("rue des Gen?ts")
    assert "patrimoine.csv" in client.get(reverse(LIST)).content.decode()
    with landlord_scope(cast.amandier.admin.principal):
        assert Site.objects.get(code="T1").dwellings == 20


def test_what_lacks_a_position_is_led_to_geocoding_once_it_is_there(
    cast: Cast, tmp_path: Path, private_folder: Path
) -> None:
    client = cast.amandier.admin.client()
    sent = send(client, table(tmp_path, row("T1", x="", y="")))
    fields = (
        "site_code site_name agency number street postcode commune_name commune_code dwellings x y"
    )
    client.post(sent.url, {f"colonne-{at}": field for at, field in enumerate(fields.split())})
    page, way = url("detail", last_import(cast)), reverse("geocoding")
    services.apply(cast.amandier.admin.principal, last_import(cast).key, trial=True)
    tried = client.get(page).content.decode()
    assert "Couverture" in tried
    assert way not in tried  # the rows are not there yet
    services.apply(cast.amandier.admin.principal, last_import(cast).key)
    assert way in client.get(page).content.decode()


def test_the_file_is_private_and_only_the_owner_may_read_it(
    cast: Cast, tmp_path: Path, private_folder: Path
) -> None:
    client = cast.amandier.admin.client()
    send(client, table(tmp_path))
    (kept,) = [path for path in private_folder.rglob("*") if path.is_file()]
    assert kept.stat().st_mode & 0o077 == 0
    assert "patrimoine" not in kept.name
    for prefix in ("/media/", "/static/", "/"):
        assert client.get(f"{prefix}{kept.relative_to(private_folder)}").status_code == 404


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"\x89PNG\r\n\0\0", "pas un tableau"), (b"seulement du texte\n", "colonne"), (b"", "vide"), (b"Code;Nom\n", "en-tête")],
)  # fmt: skip
def test_a_wrong_file_says_what_to_do_and_is_not_kept(
    cast: Cast, private_folder: Path, content: bytes, says: str
) -> None:
    answer = send(cast.amandier.admin.client(), content)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not [path for path in private_folder.rglob("*") if path.is_file()]
    with landlord_scope(cast.amandier.admin.principal):
        assert not FileImport.objects.exists()


def test_no_file_at_all_says_to_choose_one(cast: Cast) -> None:
    answer = cast.amandier.admin.client().post(reverse(NEW), {})
    assert answer.status_code == 422
    assert "Choisissez d’abord un fichier" in answer.content.decode()


def test_a_wrong_mapping_says_what_to_change_and_starts_nothing(cast: Cast, tmp_path: Path) -> None:
    client = cast.amandier.admin.client()
    columns = send(client, table(tmp_path)).url
    for posted, says in [
        ({"colonne-4": "street"}, "quelle commune"),
        (
            {"colonne-4": "street", "colonne-1": "street", "colonne-7": "commune_code"},
            "n’en gardez",
        ),
        ({"colonne-4": "street", "colonne-7": "commune_code", "colonne-9": "x"}, "vont par deux"),
    ]:
        answer = client.post(columns, posted)
        assert answer.status_code == 422
        assert says in answer.content.decode()
    with landlord_scope(cast.amandier.admin.principal):
        assert not Job.objects.exists()


def test_rents_and_persons_are_neither_shown_nor_offered(cast: Cast, tmp_path: Path) -> None:
    content = "Voie;CP;Loyer;Nom du locataire\nrue du Bois;99100;412,37;Quelqu’un\n".encode()
    client = cast.amandier.admin.client()
    page = client.get(send(client, content).url).content.decode()
    assert "jamais importée" in page
    assert "412,37" not in page
    assert "Quelqu" not in page
    assert 'name="colonne-2"' not in page


def test_a_refused_import_says_why_and_can_be_started_again(cast: Cast, tmp_path: Path) -> None:
    client = cast.amandier.admin.client()
    columns = send(client, table(tmp_path, row(insee="x"), row(insee="y"))).url
    client.post(columns, {"colonne-4": "street", "colonne-7": "commune_code"})
    received = last_import(cast)
    with pytest.raises(services.ImportRefusedError):
        services.apply(cast.amandier.admin.principal, received.key)
    page = client.get(url("detail", received)).content.decode()
    assert "vos données n’ont pas changé" in page
    assert "Revoir les colonnes" in page
    assert client.get(columns).status_code == 200


def test_the_same_file_again_is_said(cast: Cast, tmp_path: Path) -> None:
    client = cast.amandier.admin.client()
    content = table(tmp_path)
    send(client, content)
    first = last_import(cast)
    services.apply(cast.amandier.admin.principal, first.key)
    assert "déjà été importé" in client.get(send(client, content).url).content.decode()


def test_a_file_that_was_not_applied_can_be_taken_back(cast: Cast, tmp_path: Path) -> None:
    client = cast.amandier.admin.client()
    send(client, table(tmp_path))
    received = last_import(cast)
    assert client.get(url("remove", received)).status_code == 405
    client.post(url("remove", received))
    assert client.get(url("detail", received)).status_code == 404


def test_an_applied_import_cannot_be_taken_back_here(cast: Cast, tmp_path: Path) -> None:
    client = cast.amandier.admin.client()
    send(client, table(tmp_path))
    received = last_import(cast)
    services.apply(cast.amandier.admin.principal, received.key)
    client.post(url("remove", received))
    assert client.get(url("detail", received)).status_code == 200


def test_remarks_download_without_formulas(cast: Cast, tmp_path: Path) -> None:
    client = cast.amandier.admin.client()
    evil = '=HYPERLINK("http://example.test")'
    send(client, table(tmp_path, row(), row(), row(), row(insee=evil)))
    received = last_import(cast)
    services.apply(cast.amandier.admin.principal, received.key)
    answer = client.get(url("issues", received))
    text = answer.content.decode("utf-8-sig")
    assert answer["Content-Disposition"].startswith("attachment")
    assert "'=HYPERLINK" in text
    assert ";=" not in text
    assert ';"=' not in text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1"])
def test_every_start_of_a_formula_is_defused(text: str) -> None:
    assert safe_cell(text).startswith("'")
    assert safe_cell("rue du Bois") == "rue du Bois"


@pytest.mark.parametrize("who", ["caretaker", "director", "police", "coordinator"])
def test_others_are_refused_everywhere(cast: Cast, tmp_path: Path, who: str) -> None:
    admin = cast.amandier.admin.client()
    send(admin, table(tmp_path))
    received = last_import(cast)
    member = getattr(cast, who, None) or getattr(cast.amandier, who)
    client = member.client()
    for name in (LIST, NEW):
        assert client.get(reverse(name)).status_code == 403
    assert send(client, table(tmp_path)).status_code == 403
    for name in ("detail", "columns", "issues"):
        assert client.get(url(name, received)).status_code == 403
    assert client.post(url("columns", received), {}).status_code == 403
    assert client.post(url("remove", received)).status_code == 403


def test_another_landlord_finds_nothing(cast: Cast, tmp_path: Path) -> None:
    send(cast.amandier.admin.client(), table(tmp_path))
    received = last_import(cast)
    other = cast.bouleau.admin.client()
    for name in ("detail", "columns", "issues"):
        assert other.get(url(name, received)).status_code == 404
    assert other.post(url("remove", received)).status_code == 404
    assert "patrimoine.csv" not in other.get(reverse(LIST)).content.decode()


def test_nobody_in_particular_is_sent_to_log_in(client: Client, db: None) -> None:
    assert client.get(reverse(LIST)).status_code == 302
