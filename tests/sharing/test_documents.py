"""Signed documents are checked by content and read by the parties alone; each party names its correspondent."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, transaction
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from sharing.access import shared_scope
from sharing.conventions.models import Annex, Party, Signature, SignatureDocument
from tests.cast import Cast, Member, make_landlord

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


def picture(form: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, form)
    return out.getvalue()


def sent(content: bytes = PDF, name: str = "signature.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def signature_of(member: Member) -> Signature:
    with shared_scope(member.principal):
        found: Signature = Signature.objects.get(organisation_id=member.principal.organisation_id)
        return found


def send(cast: Cast, member: Member, signature: Signature, **file: Any) -> Any:
    url = reverse("signature-document-send", args=[cast.convention.key, signature.pk])
    return member.client().post(url, {"document": sent(**file)})


def only_document(member: Member) -> SignatureDocument:
    with shared_scope(member.principal):
        found: SignatureDocument = SignatureDocument.objects.select_related("signature").get()
        return found


def test_a_party_signs_with_its_document_and_the_parties_read_it(cast: Cast, media: Path) -> None:
    admin = cast.amandier.admin
    with shared_scope(admin.principal):
        Signature.objects.filter(organisation=cast.amandier.organisation).update(
            withdrawn_at=timezone.now()
        )
    answer = admin.client().post(
        reverse("party-sign", args=[cast.convention.key, 1]),
        {"v1-signatory": "Directrice générale", "v1-signatory_function": "Direction générale",
         "v1-signed_on": timezone.localdate(), "v1-cap": "file", "v1-document": sent()},
    )  # fmt: skip
    assert answer.status_code == 302
    document = only_document(admin)
    assert document.signature.signatory == "Directrice générale"
    url = reverse("signature-document", args=[document.key])
    for member in (admin, cast.bouleau.admin, cast.police, cast.coordinator):
        given = member.client().get(url)
        assert given.content == PDF
        assert given["Content-Type"] == "application/pdf"
        assert given["Content-Disposition"].startswith("attachment")
        assert given["Cache-Control"] == "private, no-store"
    assert (media / document.path).stat().st_mode & 0o077 == 0


def test_nobody_else_reads_it(cast: Cast) -> None:
    send(cast, cast.police, signature_of(cast.police))
    document = only_document(cast.police)
    url = reverse("signature-document", args=[document.key])
    stranger = make_landlord("Charme", "Groupe C")
    for member, status in (
        (cast.parquet, 404),
        (stranger.admin, 404),
        (cast.amandier.caretaker, 403),
    ):
        assert member.client().get(url).status_code == status


def test_a_party_attaches_to_its_own_signature_only(cast: Cast) -> None:
    own = signature_of(cast.amandier.admin)
    assert send(cast, cast.bouleau.admin, own).status_code == 404
    assert send(cast, cast.amandier.security, own).status_code == 403, "who may not sign"
    assert send(cast, cast.coordinator, own).status_code == 302, "given on paper"
    with (
        pytest.raises(ProgrammingError, match="row-level"),
        shared_scope(cast.bouleau.admin.principal),
        transaction.atomic(),
    ):
        SignatureDocument.objects.create(
            convention=cast.convention, organisation=cast.amandier.organisation, signature=own,
            media_type="application/pdf", path="x", sha256="0" * 64, size=1,
        )  # fmt: skip
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        shared_scope(cast.coordinator.principal),
        transaction.atomic(),
    ):
        SignatureDocument.objects.update(sha256="")


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        (PDF, "application/pdf"),
        (picture("PNG"), "image/png"),
        (picture("JPEG"), "image/jpeg"),
        (b"%PDF-1.7 cut off before its end", None),
        (b"MZ\x90\x00 a program named .pdf", None),
        (b"<html><script>alert(1)</script>%%EOF", None),
        (b"PK\x03\x04 a zip", None),
        (b"", None),
        (PDF + b" " * (10 * 1024 * 1024), None),
    ],
)
def test_the_kind_is_read_in_the_file_not_in_its_name(
    cast: Cast, content: bytes, kept: str | None
) -> None:
    answer = send(cast, cast.police, signature_of(cast.police), content=content)
    assert answer.status_code == (302 if kept else 422)
    with shared_scope(cast.police.principal):
        found = [each.media_type for each in SignatureDocument.objects.all()]
    assert found == ([kept] if kept else [])


def test_an_altered_document_is_not_given(cast: Cast, media: Path) -> None:
    send(cast, cast.police, signature_of(cast.police))
    document = only_document(cast.police)
    (media / document.path).write_bytes(PDF + b" ")
    url = reverse("signature-document", args=[document.key])
    assert cast.police.client().get(url).status_code == 404


def test_the_coordination_records_a_paper_signature_with_its_document(cast: Cast) -> None:
    with shared_scope(cast.coordinator.principal):
        organisation = cast.parquet.membership.organisation
        party = Party.objects.create(convention=cast.convention, organisation=organisation)
        annex = Annex.objects.get()
    url = reverse("convention-signatures", args=[cast.convention.key])
    answer = cast.coordinator.client().post(
        url,
        {"party": party.pk, "annex": annex.pk, "signatory": "Procureur", "signatory_function": "Parquet",
         "signed_on": timezone.localdate(), "cap": "file", "document": sent()},
    )  # fmt: skip
    assert answer.status_code == 302
    assert only_document(cast.coordinator).organisation == organisation
    assert "déposé le" in cast.coordinator.client().get(url).content.decode()


def test_a_party_names_its_own_correspondent_and_nothing_else(cast: Cast) -> None:
    url = reverse("party-correspondent", args=[cast.convention.key])
    values = {
        "correspondent_name": "Camille Exemple",
        "correspondent": "Référente sûreté",
        "correspondent_email": "referente@amandier.test",
    }
    assert cast.amandier.admin.client().post(url, values).status_code == 302
    for member in (cast.police, cast.coordinator):
        page = "convention" if member is cast.coordinator else "party-convention"
        text = member.client().get(reverse(page, args=[cast.convention.key])).content.decode()
        assert "Camille Exemple" in text
        assert "Référente sûreté" in text
    assert cast.amandier.caretaker.client().get(url).status_code == 403
    assert cast.parquet.client().get(url).status_code == 403
    with shared_scope(cast.bouleau.admin.principal):
        others = Party.objects.filter(organisation=cast.amandier.organisation)
        assert others.update(correspondent="autre") == 0
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        shared_scope(cast.amandier.admin.principal),
        transaction.atomic(),
    ):
        Party.objects.filter(organisation=cast.amandier.organisation).update(
            organisation=cast.bouleau.organisation
        )
