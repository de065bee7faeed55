"""A file that leaves carries its receipt; each download is decided anew; a copy can be verified by the entitled."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, connections, transaction
from django.urls import reverse
from django.utils import timezone

from sharing.access import shared_scope
from sharing.conventions.models import Convention, Signature
from sharing.details import Detail
from sharing.journal.models import Action, JournalEntry
from sharing.receipts import kinds
from sharing.receipts.holdings import of_own
from sharing.receipts.models import Receipt, ReceiptPart
from sharing.receipts.services import deliver, receipts
from sharing.receipts.tasks import sweep_copies
from tenants import access
from tenants.access import landlord_scope
from tenants.stock.models import Site
from tests.cast import Cast, Member
from tests.receipts.scene import file_of, take_copy


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: object) -> Path:
    settings.MEDIA_ROOT = str(tmp_path)  # type: ignore[attr-defined]
    return tmp_path


def page(member: Member, name: str, *args: object) -> str:
    answer = member.client().get(reverse(name, args=args))
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode().replace("\xa0", " ")


def test_the_file_carries_the_facts_and_the_row_its_digest(cast: Cast) -> None:
    receipt = take_copy(cast)
    answer = cast.police.client().get(reverse("receipt-file", args=[receipt.key]))
    body = answer.content
    assert hashlib.sha256(body).hexdigest() == receipt.sha256
    assert answer["Content-Disposition"] == 'attachment; filename="sites.json"'
    assert answer["Cache-Control"] == "private, no-store"
    facts = dict(json.loads(body)["receipt"])
    assert facts["Reçu"] == receipt.number
    assert facts["Convention"] == "Convention du Val-d’Orsen"
    assert facts["Remis à"] == "Correspondant, Police du Val-d’Orsen"
    assert facts["Niveau de détail"] == "site"
    assert receipt.sha256 not in body.decode()
    assert receipt.expires_at - receipt.made_at == dt.timedelta(days=30)


def test_the_copy_expires_with_its_convention(cast: Cast) -> None:
    with shared_scope(cast.coordinator.principal):
        Convention.objects.update(ends_on=timezone.localdate() + dt.timedelta(days=3))
    last = timezone.localtime(take_copy(cast).expires_at)
    assert last.date() == timezone.localdate() + dt.timedelta(days=4)
    assert (last.hour, last.minute) == (0, 0)


def test_each_landlord_sees_its_part_and_no_other(cast: Cast) -> None:
    receipt = take_copy(cast)
    for landlord in (cast.amandier, cast.bouleau):
        with landlord_scope(landlord.admin.principal):
            part = ReceiptPart.objects.get()
            assert part.about == landlord.organisation
            assert set(part.site_keys) == {landlord.sites[code].key for code in ("N3", "N4", "S3")}
        text = page(landlord.admin, "receipt", receipt.key)
        assert "Résidence S3" in text
        assert receipt.sha256 in text
        assert reverse("receipt-file", args=[receipt.key]) not in text
        other = cast.bouleau if landlord is cast.amandier else cast.amandier
        assert str(other.sites["N3"].key) not in text


def test_the_coordination_sees_the_receipt_and_no_site(cast: Cast) -> None:
    receipt = take_copy(cast)
    text = page(cast.coordinator, "receipt", receipt.key)
    assert "Police du Val-d’Orsen" in text
    assert "Résidence" not in text
    with shared_scope(cast.coordinator.principal):
        assert ReceiptPart.objects.count() == 0


def test_nobody_else_sees_or_downloads_it(cast: Cast) -> None:
    receipt = take_copy(cast)
    for member in (cast.parquet, cast.amandier.caretaker):
        for name in ("receipt", "receipt-file"):
            answer = member.client().get(reverse(name, args=[receipt.key]))
            assert answer.status_code == 404
    for member in (cast.amandier.admin, cast.coordinator):
        assert member.client().get(reverse("receipt-file", args=[receipt.key])).status_code == 403


def test_a_receipt_is_never_changed_and_never_written_for_another(cast: Cast) -> None:
    receipt = take_copy(cast)
    for sql in (
        "UPDATE sharing_receipt SET sha256 = ''",
        "DELETE FROM sharing_receipt",
        "UPDATE sharing_receiptpart SET site_keys = '{}'",
    ):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            shared_scope(cast.police.principal),
            transaction.atomic(),
            connections["default"].cursor() as cursor,
        ):
            cursor.execute(sql)
    receipt.pk, receipt.number = None, "2026-XXXX-XXXX"
    receipt.organisation_id = cast.parquet.principal.organisation_id
    with pytest.raises(ProgrammingError, match="row-level"), shared_scope(cast.police.principal):
        receipt.save(force_insert=True)


def suspend(cast: Cast) -> None:
    with shared_scope(cast.coordinator.principal):
        Convention.objects.update(state="suspended")


def withdraw_one_landlord(cast: Cast) -> None:
    with landlord_scope(cast.bouleau.admin.principal):
        Signature.objects.filter(organisation=cast.bouleau.organisation).update(
            withdrawn_at=timezone.now()
        )


def withdraw_reader(cast: Cast) -> None:
    with shared_scope(cast.police.principal):
        Signature.objects.filter(organisation=cast.police.membership.organisation).update(
            withdrawn_at=timezone.now()
        )


def lower_one_site(cast: Cast) -> None:
    with landlord_scope(cast.amandier.admin.principal):
        Site.objects.filter(code="N3").update(published_level=2)


CUTS: list[tuple[Callable[[Cast], None], str]] = [
    (suspend, "ne vous donnent plus à lire"),
    (withdraw_one_landlord, "ne vous donnent plus à lire"),
    (withdraw_reader, "ne vous donnent plus à lire"),
    (lower_one_site, "ne vous donnent plus à lire"),
]


@pytest.mark.parametrize(("cut", "reason"), CUTS)
def test_a_right_that_is_lost_stops_the_next_download(
    cast: Cast, cut: Callable[[Cast], None], reason: str
) -> None:
    receipt, client = take_copy(cast), cast.police.client()
    url = reverse("receipt-file", args=[receipt.key])
    assert client.get(url).status_code == 200
    cut(cast)
    answer = client.get(url)
    assert answer.status_code == 403
    text = answer.content.decode().replace("\xa0", " ")
    assert reason in text
    assert "Demandez-en une nouvelle" in text
    sheet = page(cast.police, "receipt", receipt.key)
    assert reason in sheet
    assert url not in sheet


def test_an_expired_copy_is_refused_then_removed_and_its_receipt_stays(
    cast: Cast, media: Path, settings: object
) -> None:
    settings.ORSEN_COPY_DAYS = 0  # type: ignore[attr-defined]
    receipt = take_copy(cast)
    answer = cast.police.client().get(reverse("receipt-file", args=[receipt.key]))
    assert answer.status_code == 403
    assert "a expiré le" in answer.content.decode().replace("\xa0", " ")
    assert len(list(media.rglob("*.json"))) == 1
    assert sweep_copies() == 1
    assert list(media.rglob("*.json")) == []
    assert "expirée" in page(cast.police, "receipt-list")


def test_the_sweep_leaves_live_copies_and_removes_abandoned_files(cast: Cast, media: Path) -> None:
    receipt = take_copy(cast)
    fresh, old = (media / "copies" / "2026-01" / name for name in ("a.json", "b.json"))
    for path in (fresh, old):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    past = time.time() - 2 * 24 * 3600
    os.utime(old, (past, past))
    os.utime(media / receipt.path, (past, past))
    assert sweep_copies() == 1
    assert fresh.exists()
    assert not old.exists()
    assert (media / receipt.path).exists()


def test_an_altered_file_is_not_handed_over(cast: Cast, media: Path) -> None:
    receipt = take_copy(cast)
    (media / receipt.path).write_bytes(b"{}")
    answer = cast.police.client().get(reverse("receipt-file", args=[receipt.key]))
    assert answer.status_code == 403
    assert "abîmé" in answer.content.decode()


def own_copy(cast: Cast, member: Member) -> Receipt:
    principal = member.principal
    with landlord_scope(principal):
        rows = list(access.sites(principal))
        return deliver(
            principal, kind="own_sites", title="Patrimoine", file_name="patrimoine.json",
            media_type="application/json", make=lambda facts: file_of(facts, []),
            holdings=of_own(principal, rows), rows=len(rows),
        )  # fmt: skip


def test_a_landlords_own_export_names_no_convention_and_follows_the_reach(cast: Cast) -> None:
    amandier = cast.amandier
    receipt = own_copy(cast, amandier.director)
    assert (receipt.convention_ids, receipt.detail) == ([], "")
    client = amandier.director.client()
    url = reverse("receipt-file", args=[receipt.key])
    body = client.get(url).content.decode()
    assert "aucune (données de votre organisme)" in body
    assert amandier.admin.client().get(url).status_code == 403, "made for another person"
    with landlord_scope(amandier.admin.principal):
        Site.objects.filter(code="N1").update(agency=amandier.agencies[1])
    assert client.get(url).status_code == 403
    with shared_scope(cast.bouleau.admin.principal):
        assert Receipt.objects.count() == 0
    with landlord_scope(amandier.director.principal):
        assert JournalEntry.objects.filter(about=amandier.organisation).count() == 0


def test_a_role_that_may_not_get_the_kind_and_an_unknown_kind_are_refused(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        take_copy(cast, cast.coordinator)
    with pytest.raises(kinds.UnknownKindError):
        kinds.kind("film")


def test_leaving_and_downloading_are_journalled_for_each_landlord(cast: Cast) -> None:
    receipt = take_copy(cast)
    cast.police.client().get(reverse("receipt-file", args=[receipt.key]))
    with landlord_scope(cast.amandier.admin.principal):
        found = list(
            JournalEntry.objects.order_by("pk").values_list("action", "detail", "rows", "subject")
        )
    subject = f"Sites partagés (reçu {receipt.number})"
    assert found == [
        (Action.EXPORTED, Detail.SITE, 3, subject),
        (Action.DOWNLOADED, Detail.SITE, 3, subject),
    ]


def ask(member: Member, **data: object) -> str:
    answer = member.client().post(reverse("receipt-verify"), data)
    return answer.content.decode().replace("\xa0", " ")


@pytest.mark.parametrize("how", ["file", "digest", "number"])
def test_a_copy_is_verified_for_the_entitled_and_for_nobody_else(cast: Cast, how: str, media: Path) -> None:  # fmt: skip
    receipt = take_copy(cast)
    body = (media / receipt.path).read_bytes()

    def asked(member: Member) -> str:
        if how == "file":
            return ask(member, file=SimpleUploadedFile("x.json", body))
        text = receipt.sha256.upper() if how == "digest" else receipt.number.lower()
        return ask(member, digest=f" {text} ")

    for member in (cast.police, cast.amandier.admin, cast.coordinator):
        assert f"C’est la copie du reçu {receipt.number}" in asked(member)
    for member in (cast.parquet, cast.amandier.caretaker):
        text = asked(member)
        assert "Aucune copie que vous puissiez consulter" in text
        if how != "number":
            assert receipt.number not in text


def test_a_changed_copy_is_not_recognised_and_an_empty_question_is_refused(
    cast: Cast, media: Path
) -> None:
    receipt = take_copy(cast)
    body = (media / receipt.path).read_bytes() + b" "
    assert "Aucune copie" in ask(cast.police, file=SimpleUploadedFile("x.json", body))
    answer = cast.police.client().post(reverse("receipt-verify"), {})
    assert answer.status_code == 422
    assert "Choisissez un fichier" in answer.content.decode()


def test_a_reader_of_the_landlord_sees_its_own_copies_only(cast: Cast) -> None:
    own_copy(cast, cast.amandier.admin)
    mine = own_copy(cast, cast.amandier.caretaker)
    with landlord_scope(cast.amandier.caretaker.principal):
        assert [each.pk for each in receipts(cast.amandier.caretaker.principal)] == [mine.pk]
