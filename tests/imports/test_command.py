"""`import_stock`, for the member that it acts for; and the job, on real commits."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from accounts.models import Membership
from tenants.access import landlord_scope
from tenants.imports import services
from tenants.imports.layouts.mapping import Mapping
from tenants.imports.models import FileImport
from tenants.jobs.models import Job
from tenants.jobs.runner import run_one
from tenants.stock.models import Site
from tests.cast import Cast, Landlord, make_cast
from tests.imports.files import row, write_csv

WHERE = Mapping(
    "columns", {"site_code": "Code site", "street": "Voie", "commune_code": "Code INSEE"}
)


def run(landlord: Landlord, path: Path, *, member: str | None = None, **options: Any) -> str:
    out = StringIO()
    call_command(
        "import_stock", str(path), landlord=landlord.organisation.short_name,
        member=member or landlord.admin.user.email, stdout=out, **options,
    )  # fmt: skip
    return out.getvalue()


def test_it_prints_the_coverage(cast: Cast, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "t.csv", [row(), row(), row(), row(insee="x")])
    text = run(cast.amandier, path)
    assert "Lignes lues" in text
    assert "Sites placés dans un quartier prioritaire" in text
    with landlord_scope(cast.amandier.admin.principal):
        kept = FileImport.objects.get()
    assert (kept.state, kept.created_by_id, kept.file.name) == (
        "applied",
        cast.amandier.admin.user.pk,
        "",
    )


def test_it_prints_json(cast: Cast, tmp_path: Path) -> None:
    report = json.loads(run(cast.amandier, write_csv(tmp_path / "t.csv", [row()]), json=True))
    assert report["rows"] == {"read": 1, "attached": 1, "rejected": 0, "repaired": 0, "doubtful": 0}
    assert report["placed"] == {"commune": 1.0, "iris": 0.0, "qpv": 1.0}


def test_a_mapping_may_be_given(cast: Cast, tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "t.csv", [["rue du Bois", "99100", "12"]], header=["Où", "Code", "Combien"]
    )
    mapping = '{"street": "Où", "postcode": "Code", "dwellings": "Combien"}'
    assert json.loads(run(cast.amandier, path, json=True, mapping=mapping))["dwellings"] == 12
    kept = tmp_path / "mapping.json"
    kept.write_text(mapping, encoding="utf-8")
    assert json.loads(run(cast.amandier, path, json=True, mapping=str(kept)))["sites_updated"] == 1


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"landlord": "Inconnu"}, "Aucun bailleur"),
        ({"member": "personne@exemple.test"}, "--member"),
        ({"mapping": "{pas du json"}, "JSON"),
        ({"mapping": '["a"]'}, "objet JSON"),
        ({"mapping": '{"street": "Absente"}'}, "n’existe pas dans le fichier"),
        ({"layout": "rpls_2018"}, "n’est pas au format"),
    ],
)
def test_a_wrong_request_says_what_to_do(
    cast: Cast, tmp_path: Path, options: dict[str, str], says: str
) -> None:
    path = write_csv(tmp_path / "t.csv", [row()])
    given = {"landlord": "Amandier", "member": cast.amandier.admin.user.email} | options
    given["landlord"] = options.get("landlord", cast.amandier.organisation.short_name)
    with pytest.raises(CommandError) as refused:
        call_command("import_stock", str(path), **given)
    assert says in str(refused.value)


def test_a_member_without_the_permission_cannot_import(cast: Cast, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "t.csv", [row()])
    with pytest.raises(CommandError, match="--member"):
        run(cast.amandier, path, member=cast.amandier.caretaker.user.email)


def test_a_missing_file_is_said(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="n’existe pas"):
        run(cast.amandier, tmp_path / "absent.csv")


@pytest.fixture
def people(committed: None, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Cast:
    """The cast, committed; nobody is woken, uploads go to the test's own folder."""
    monkeypatch.setattr("tenants.jobs.broker.wake", lambda _queue: True)
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return make_cast()


def asked(cast: Cast, tmp_path: Path, *rows: list[str]) -> FileImport:
    """A file received, its import asked for."""
    principal = cast.amandier.admin.principal
    content = write_csv(tmp_path / "t.csv", list(rows)).read_bytes()
    with landlord_scope(principal):
        received = services.receive(principal, SimpleUploadedFile("t.csv", content), "t.csv")
        services.start(principal, received, WHERE)
    return received


def after(cast: Cast, received: FileImport) -> tuple[FileImport, Job, int]:
    with landlord_scope(cast.amandier.admin.principal):
        return (
            FileImport.objects.get(pk=received.pk),
            Job.objects.latest("created_at"),
            Site.objects.filter(code="T1").count(),
        )


@pytest.mark.commits
def test_a_worker_runs_the_import_and_the_file_is_not_kept(people: Cast, tmp_path: Path) -> None:
    received = asked(people, tmp_path, row())
    path = services.path_of(received)
    assert path.is_file()
    assert run_one("jobs")
    tried, job, sites = after(people, received)
    assert (tried.state, job.state, sites, path.is_file()) == ("tried", "done", 0, True)
    principal = people.amandier.admin.principal
    with landlord_scope(principal):
        services.confirm(principal, tried, {})
    assert run_one("jobs")
    kept, job, sites = after(people, received)
    assert (kept.state, job.state, sites) == ("applied", "done", 1)
    assert job.result["url"].endswith(f"{received.key}/")
    assert (kept.file.name, path.exists()) == ("", False)


@pytest.mark.commits
def test_a_refused_import_ends_its_job_with_the_reason(people: Cast, tmp_path: Path) -> None:
    received = asked(people, tmp_path, row(insee="x"))
    assert run_one("jobs")
    kept, job, sites = after(people, received)
    assert (kept.state, job.state, sites) == ("failed", "dead", 0)
    assert job.message == kept.message
    assert services.path_of(received).is_file()  # another mapping may do


@pytest.mark.commits
def test_a_member_who_left_imports_nothing(people: Cast, tmp_path: Path) -> None:
    received = asked(people, tmp_path, row())
    Membership.objects.filter(pk=people.amandier.admin.membership.pk).update(
        suspended_at=timezone.now()
    )
    assert run_one("jobs")
    _kept, job, sites = after(people, received)
    assert (job.state, sites) == ("dead", 0)
