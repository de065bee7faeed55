"""The file that a telephone exports: opened by the server alone, put aside, never counted twice."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tenants.access import landlord_scope
from tenants.campaigns.models import Assessment
from tenants.campaigns.services import CampaignError
from tenants.capture.examining import admit, put_aside
from tenants.capture.files import Taken, take_file
from tenants.capture.models import Arrival
from tests.capture.telephone import Item, Telephone
from tests.cast import Cast

N3 = "Résidence N3"


def exported(*items: Item, **more: Any) -> bytes:
    """As frontend/src/capture/screens/tray.ts writes it."""
    said = {
        "format": "orsen-saisie-1",
        "exported_at": dt.datetime.now(dt.UTC).isoformat(),
        "items": [each.as_json() | {"member": 1} for each in items],
    }
    return json.dumps(said | more).encode()


def take(cast: Cast, content: bytes) -> Taken:
    principal = cast.amandier.security.principal
    with landlord_scope(principal):
        return take_file(principal, content)


def test_an_exported_file_is_put_aside_then_counts_once(cast: Cast, telephone: Telephone) -> None:
    sent, waiting = telephone.rate(N3, 2), telephone.rate(N3, 3, internal="Hall occupé.")
    telephone.send(sent)
    taken = take(cast, exported(sent, waiting))
    assert (taken.aside, taken.known, dict(taken.refused)) == (1, 1, {})
    assert take(cast, exported(sent, waiting)) == Taken(aside=0, known=2)
    security = cast.amandier.security.principal
    with landlord_scope(security):
        (held,) = put_aside(security)
        assert (held.cause, held.author) == (Arrival.Cause.IMPORTED, cast.amandier.caretaker.user)
        admit(security, held.pk, reason="")
        assert [each.level for each in Assessment.objects.order_by("pk")] == [2, 3]
    (told,) = telephone.send(waiting)  # the telephone works again
    assert told["outcome"] == "aside"
    with landlord_scope(security):
        assert Assessment.objects.count() == 2


def test_what_is_wrong_with_an_item_is_said_and_the_others_come(
    cast: Cast, telephone: Telephone
) -> None:
    good, bad = telephone.rate(N3), telephone.rate(N3)
    bad.sealed["data"] = good.sealed["data"]
    taken = take(cast, exported(bad, good, telephone.rate(N3, member=999_999)))
    assert taken.aside == 1
    assert sum(taken.refused.values()) == 2
    assert any("autre organisme" in each for each in taken.refused)


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"{", b"[]", b"{}", b'{"format": "orsen-saisie-1", "items": []}',
     b'{"format": "autre", "items": [1]}', b'{"format": "orsen-saisie-1", "items": 3}', b"[" * 100_000,
     b" " * 5_000_001],
)  # fmt: skip
def test_any_other_file_is_refused_in_a_sentence(cast: Cast, content: bytes) -> None:
    with pytest.raises(CampaignError, match=r"fichier"):
        take(cast, content)


def test_another_landlord_opens_nothing_of_it(cast: Cast, telephone: Telephone) -> None:
    item = telephone.rate(N3)
    stranger = cast.bouleau.security.principal
    with landlord_scope(stranger):
        taken = take_file(stranger, exported(item))
        assert (taken.aside, taken.known) == (0, 0)
        assert not Arrival.objects.exists()


def test_the_page_takes_the_file_and_says_what_became_of_it(
    cast: Cast, telephone: Telephone
) -> None:
    file = SimpleUploadedFile("orsen-saisie-2026-11-23.json", exported(telephone.rate(N3)))
    client = cast.amandier.security.client()
    page = client.post(reverse("arrival-file"), {"file": file}, follow=True)
    assert "1 cotation reprise du fichier" in page.content.decode()
    assert "venue d’un fichier exporté" in page.content.decode()
    nothing = client.post(reverse("arrival-file"), follow=True)
    assert "Choisissez le fichier" in nothing.content.decode()
    assert cast.amandier.caretaker.client().post(reverse("arrival-file")).status_code == 403
    assert cast.police.client().post(reverse("arrival-file")).status_code == 403
