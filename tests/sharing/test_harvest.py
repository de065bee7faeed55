"""Nobody reads every exact site in a day: 429, said in French, told to the landlords and to the coordination."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sharing.access import shared_scope
from sharing.access.models import number_of
from sharing.conventions.models import Party
from sharing.journal.models import Action, JournalEntry
from sharing.notices.models import Notice
from sharing.notices.services import mail_waiting
from tenants.access import landlord_scope
from tests.cast import Cast, make_member


@pytest.fixture
def small(cast: Cast, settings: Any) -> Cast:
    """A limit of three, and an address for Amandier and the coordination."""
    settings.ORSEN_HARVEST_SITES_PER_DAY = 3
    with shared_scope(cast.coordinator.principal):
        Party.objects.filter(organisation=cast.amandier.organisation).update(
            correspondent_email="surete@amandier.test"
        )
    holder = cast.coordinator.membership.organisation
    holder.contact_email = "coordination@orsen.test"
    holder.save()
    return cast


def card(client: Client, cast: Cast, code: str, route: str = "shared-site") -> Any:
    key = cast.amandier.sites[code].key
    named = number_of(key) if route == "shared-map-card" else key
    return client.get(reverse(route, args=[named]))


@pytest.mark.parametrize(
    "route", ["shared-site", "shared-site-card", "shared-map-card", "api-site"]
)
def test_the_card_over_the_limit_is_refused_in_plain_french(small: Cast, route: str) -> None:
    client = small.police.client()
    for code in ("N3", "N4", "S3"):
        assert card(client, small, code, route).status_code == 200
    answer = card(client, small, "N3", route)
    assert answer.status_code == 429
    text = answer.content.decode().replace("\xa0", " ")
    assert "La lecture reprend demain" in text
    assert "Résidence" not in text
    assert 0 < int(answer["Retry-After"]) <= 25 * 3600


def test_the_rows_of_the_api_count_and_a_page_over_the_limit_is_refused(small: Cast) -> None:
    client, url = small.police.client(), reverse("api-site-list")
    assert client.get(url, {"page_size": 2}).status_code == 200
    assert client.get(url, {"page_size": 2}).status_code == 429
    assert card(client, small, "N3").status_code == 200
    assert card(client, small, "N3").status_code == 429
    with shared_scope(small.police.principal):
        assert JournalEntry.objects.filter(action=Action.LISTED).count() <= 2


def test_one_person_does_not_use_up_anothers_day_and_the_next_day_is_new(small: Cast) -> None:
    client = small.police.client()
    for code in ("N3", "N4", "S3"):
        card(client, small, code)
    assert card(client, small, "N3").status_code == 429
    colleague = make_member(small.police.membership.organisation, "partner_reader", "Lectrice")
    assert card(colleague.client(), small, "N3").status_code == 200
    with shared_scope(small.police.principal):
        yesterday = timezone.now() - dt.timedelta(days=1)
        fresh = [
            JournalEntry(
                organisation_id=entry.organisation_id, membership_id=colleague.membership.pk, action=entry.action,
                detail=entry.detail, about_id=entry.about_id, convention_id=entry.convention_id, rows=50, at=yesterday,
            )
            for entry in JournalEntry.objects.filter(action=Action.OPENED)[:1]
        ]  # fmt: skip
        JournalEntry.objects.bulk_create(fresh)
    assert card(colleague.client(), small, "N4").status_code == 200


def test_those_concerned_are_told_once_a_day_on_their_pages_and_by_mail(small: Cast) -> None:
    client = small.police.client()
    for code in ("N3", "N4", "S3", "N3", "N4"):
        card(client, small, code)
    with landlord_scope(small.amandier.admin.principal):
        entry = JournalEntry.objects.get(action=Action.LIMITED)
        assert (entry.rows, entry.convention_id) == (3, small.convention.pk)
    title = "Consultation inhabituelle par Police du Val-d’Orsen"
    for member, page in (
        (small.amandier.admin, "landlord-sharing"),
        (small.coordinator, "convention-list"),
    ):
        text = member.client().get(reverse(page)).content.decode().replace("\xa0", " ")
        assert text.count(title) == 1
        assert "Résidence N4" not in text.split(title)[1].split("Ne plus afficher")[0]
    with shared_scope(small.bouleau.admin.principal):
        assert Notice.objects.count() == 0, "none of its sites was read"
    assert mail_waiting() == 2
    assert sorted(each.to[0] for each in mail.outbox) == [
        "coordination@orsen.test",
        "surete@amandier.test",
    ]


def test_ones_own_sites_are_not_counted(small: Cast) -> None:
    client = small.amandier.admin.client()
    for _turn in range(5):
        own = reverse("api-site", args=[small.amandier.sites["N3"].key])
        assert client.get(own).status_code == 200


@pytest.mark.parametrize("route", ["shared-site-list", "shared-map-list", "shared-map"])
def test_rows_of_lists_have_their_own_wider_limit(small: Cast, settings: Any, route: str) -> None:
    settings.ORSEN_HARVEST_ROWS_PER_DAY = 60
    client = small.police.client()
    shown = client.get(reverse("shared-site-list"))
    assert shown.status_code == 200
    with shared_scope(small.police.principal):
        read = JournalEntry.objects.filter(action=Action.LISTED).first()
        assert read is not None
        read.pk, read.rows = None, 60
        read.save()
    answer = client.get(reverse(route))
    assert answer.status_code == 429
    assert "60" in answer.content.decode()
    assert "Résidence" not in answer.content.decode()
    with shared_scope(small.coordinator.principal):
        assert Notice.objects.filter(title__contains="Consultation inhabituelle").exists()
    assert card(client, small, "N3").status_code == 200  # cards are counted apart
