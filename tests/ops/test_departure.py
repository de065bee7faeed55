"""A landlord leaves with its data; what was released, agreed and journalled stays as it was."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from django.db import models

from orsen.operations.departure import tables
from orsen.operations.departure.export import LEFT_OUT, safe
from orsen.operations.postgresql import OperationError
from tests.ops.installation import Installation

ARRIVE = """
import datetime as dt, uuid
from accounts.models import Invitation, Membership, Organisation, User
from django.core.files.base import ContentFile
from django.utils import timezone
from gis.territories.models import Territory
from sharing.conventions.models import Convention, Party, Signature
from sharing.journal.models import JournalEntry
from sharing.release.models import Release, ReleasedNeighbourhood
from sharing.rounds.models import CampaignRound
from tenants.access import landlord_scope
from tenants.capture.models import CaptureKey
from tenants.imports.models import FileImport
from tests.cast import make_landlord, make_member, make_site

leaver = make_landlord("Cèdre", "Groupe Cèdre")
commune = Territory.objects.get(code="99001")
make_site(leaver, "CEDRE-1", [commune], level=3)
make_site(leaver, "CEDRE-2", [commune], level=4)
other = Organisation.objects.get(short_name="Amandier")
Membership.objects.create(user=leaver.director.user, organisation=other, role_code="landlord_admin")
leaver.admin.user.email = "administration@cedre.test"
leaver.admin.user.save()
with landlord_scope(leaver.admin.principal):
    FileImport.objects.create(
        landlord=leaver.organisation, created_by=leaver.admin.user, file=ContentFile(b"a;b", name="patrimoine.csv")
    )
from tenants.wall.context import open_scope
convention = Convention.objects.using("owner").first()
Party.objects.using("owner").create(
    convention=convention, organisation_id=leaver.organisation.pk, correspondent="Référent", correspondent_email="r@cedre.test"
)
Signature.objects.using("owner").create(
    convention=convention, organisation_id=leaver.organisation.pk, signatory="S", signatory_function="Direction",
    signed_on=timezone.localdate(),
)
CaptureKey.objects.using("owner").create(
    landlord_id=leaver.organisation.pk, kid="k1", public=b"\\x04" * 65, private=b"\\x5a" * 32
)
JournalEntry.objects.using("owner").create(
    organisation_id=other.pk, about_id=leaver.organisation.pk, membership_id=1, action="opened", detail="site"
)
today = timezone.localdate()
asked = CampaignRound.objects.using("owner").create(
    convention=convention, name="Campagne", reference_date=today, opens_on=today, closes_on=today, state="closed"
)
release = Release.objects.using("owner").create(
    convention=convention, round=asked, geography="qpv", vintage=2024, rules={}, coverage=1.0
)
ReleasedNeighbourhood.objects.using("owner").create(
    release=release, territory_id=Territory.objects.get(code="QN09901M").pk, is_withheld=False,
    sites={"3": 6}, dwellings={"3": 300}, groups=3,
)
"""
LEFT_WITH_A_LANDLORD = """
from accounts.models import Organisation
from orsen.operations.departure.tables import Fate, rows_of_landlords
leaver = Organisation.objects.get(short_name="Cèdre")
for each in rows_of_landlords():
    count = each.model._base_manager.using("owner").filter(**{each.column: leaver.pk}).count()
    if count:
        print(each.table, each.column, each.fate, count)
"""
UNTOUCHED = (
    "SELECT md5(string_agg(x, '|' ORDER BY x)) FROM ("
    "SELECT r::text x FROM sharing_release r UNION ALL SELECT n::text FROM sharing_releasedneighbourhood n "
    "UNION ALL SELECT j::text FROM sharing_journalentry j UNION ALL SELECT s::text FROM tenants_site s "
    "WHERE landlord_id <> (SELECT id FROM accounts_organisation WHERE short_name = 'Cèdre')) all_rows"
)
EMAILS = "SELECT email FROM accounts_user ORDER BY 1"


def read_csv(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    text = archive.read(f"tables/{name}.csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_a_landlord_leaves_with_its_data_and_releases_stay(
    installation: Installation, tmp_path: Path
) -> None:
    installation.python(ARRIVE)
    untouched = installation.as_owner(UNTOUCHED)
    export = tmp_path / "cèdre.zip"
    installation.succeed("export_landlord", "Cèdre", export)

    with zipfile.ZipFile(export) as archive:
        sites = read_csv(archive, "tenants_site")
        assert {site["code"] for site in sites} == {"CEDRE-1", "CEDRE-2"}
        assert sites[0]["geom"].startswith("POINT")
        places = json.loads(archive.read("geographie/tenants_site.geojson"))["features"]
        longitude, latitude = places[0]["geometry"]["coordinates"]
        assert -5 < longitude < 10
        assert 41 < latitude < 52
        files = [name for name in archive.namelist() if name.startswith("fichiers/")]
        assert len(files) == 1
        assert archive.read(files[0]) == b"a;b"
        assert "administration@cedre.test" in {
            row["email"] for row in read_csv(archive, "personnes")
        }
        assert len(read_csv(archive, "sharing_journalentry.about_id")) == 1
        (key,) = read_csv(archive, "tenants_capturekey")
        assert key["public"] == "04" * 65
        assert "private" not in key
    sent = installation.media / files[0].removeprefix("fichiers/")
    assert sent.exists()

    delete = ("delete_landlord", "Cèdre", "--export", export, "--confirm")
    assert "Rien n’a été supprimé" in installation.refuse(*delete, "Cèdre")
    printed = installation.succeed(*delete, "Bailleur Cèdre")
    assert "Bailleur Cèdre est parti" in printed

    left = installation.python(LEFT_WITH_A_LANDLORD).splitlines()
    assert {line.split()[0] for line in left} == {
        "sharing_party",
        "sharing_signature",
        "sharing_journalentry",
    }
    assert installation.as_owner(UNTOUCHED) == untouched
    assert not sent.exists()
    emails = installation.as_owner(EMAILS)
    assert "administration@cedre.test" not in emails
    assert (
        installation.as_owner(
            "SELECT (SELECT count(*) FROM sharing_signature s WHERE s.organisation_id = o.id AND withdrawn_at IS NULL) "
            "|| o.contact_email || o.is_active FROM accounts_organisation o WHERE short_name = 'Cèdre'"
        )
        == "0false"
    )
    kept = "SELECT count(*) FROM accounts_membership m JOIN accounts_user u ON u.id = m.user_id WHERE u.is_active"
    assert int(installation.as_owner(kept)) > 0
    installation.succeed("check", "--database", "default")


def test_an_export_that_is_old_damaged_or_anothers_deletes_nothing(
    installation: Installation, tmp_path: Path
) -> None:
    export = tmp_path / "amandier.zip"
    installation.succeed("export_landlord", "Amandier", export)
    before = installation.as_owner("SELECT count(*) FROM tenants_site")

    refused = installation.refuse(
        "delete_landlord", "Bouleau", "--export", export, "--confirm", "Bailleur Bouleau"
    )
    assert "Bailleur Amandier" in refused

    delete = ("delete_landlord", "Amandier", "--confirm", "Bailleur Amandier", "--export")
    damaged = tmp_path / "damaged.zip"
    with zipfile.ZipFile(export) as source, zipfile.ZipFile(damaged, "w") as target:
        for name in source.namelist():
            changed = b"id\r\n" if name == "tables/tenants_site.csv" else source.read(name)
            target.writestr(name, changed)
    assert "tables/tenants_site.csv" in installation.refuse(*delete, damaged)

    letter = tmp_path / "letter.zip"
    letter.write_text("Bonjour")
    assert "pas un export lisible" in installation.refuse(*delete, letter)

    installation.python(
        "from accounts.models import Organisation; from tests.cast import Landlord, make_member\n"
        "make_member(Organisation.objects.get(short_name='Amandier'), 'landlord_admin', 'Nouvelle administration')"
    )
    assert "accounts_membership" in installation.refuse(*delete, export)
    assert installation.as_owner("SELECT count(*) FROM tenants_site") == before


def test_an_unknown_landlord_is_refused_with_the_known_ones(
    installation: Installation, tmp_path: Path
) -> None:
    refused = installation.refuse("export_landlord", "Police", tmp_path / "x.zip")
    assert "Amandier, Bouleau" in refused
    assert not list(tmp_path.iterdir())


def test_an_export_never_overwrites_a_file(installation: Installation, tmp_path: Path) -> None:
    taken = tmp_path / "taken.zip"
    taken.write_text("precious")
    assert "existe déjà" in installation.refuse("export_landlord", "Amandier", taken)
    assert taken.read_text() == "precious"


def test_every_table_that_names_an_organisation_has_a_decided_fate() -> None:
    decided = {(each.table, each.column) for each in tables.rows_of_landlords()}
    assert set(tables.SHARED_TABLES) <= decided, "a decision about a table that is not there"
    assert ("tenants_site", "landlord_id") in decided


def test_a_table_that_nobody_decided_about_stops_the_departure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(tables.SHARED_TABLES, ("sharing_visit", "organisation_id"))
    with pytest.raises(OperationError, match=r"sharing_visit\.organisation_id"):
        tables.rows_of_landlords()


def test_no_private_key_leaves_in_an_export() -> None:
    secret = {
        f"{rows.table}.{field.column}"
        for rows in tables.rows_of_landlords()
        for field in rows.model._meta.local_fields
        if {"private", "secret", "password"} & set(field.column.split("_"))
        and not field.column.endswith("_sha256")  # a digest opens nothing
    }
    assert secret == LEFT_OUT


def test_no_released_figure_names_an_organisation() -> None:
    from sharing.release.models import Release, ReleasedNeighbourhood

    for model in (Release, ReleasedNeighbourhood):
        named = [
            field.name
            for field in model._meta.local_fields
            if isinstance(field, models.ForeignKey)
            and field.related_model._meta.label == "accounts.Organisation"
        ]
        assert named == []


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+33", "-2", "\t=1"])
def test_a_text_that_a_spreadsheet_would_run_is_disarmed(text: str) -> None:
    assert safe(text) == f"'{text}"


def test_other_text_goes_out_as_it_is() -> None:
    assert safe("12 rue des Lilas = angle") == "12 rue des Lilas = angle"
