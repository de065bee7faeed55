"""An end that comes near and a signature that is missing are told once, on the pages and by mail."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse
from django.utils import timezone

from sharing.access import shared_scope
from sharing.conventions.models import Convention, Party, Signature
from sharing.conventions.reminders import remind_ends, threshold_of
from sharing.conventions.tasks import remind_of_ends
from sharing.notices.models import Notice
from sharing.notices.services import mail_waiting
from sharing.notices.tasks import mail_notices
from tenants.wall.context import Scope, open_scope
from tests.cast import Cast
from tests.sharing.cuts import ends_on


def soon(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def tell_of_ends(cast: Cast) -> int:
    """The daily look, with an address for every party but Bouleau."""
    with shared_scope(cast.coordinator.principal):
        Party.objects.exclude(organisation=cast.bouleau.organisation).update(
            correspondent_email="correspondant@partie.test"
        )
    return remind_ends()


@pytest.mark.parametrize(
    ("days", "due"),
    [(-1, None), (0, 7), (7, 7), (8, 30), (30, 30), (31, 90), (90, 90), (91, None)],
)
def test_the_reminder_that_is_due(days: int, due: int | None) -> None:
    assert threshold_of(days) == due


def test_each_threshold_is_told_once_whatever_restarts(cast: Cast) -> None:
    told = {}
    for days in (120, 90, 60, 30, 29, 7, 6, 0):
        ends_on(cast, soon(days))
        told[days] = (tell_of_ends(cast), tell_of_ends(cast))
        mail_waiting()
        assert mail_waiting() == 0
    assert told == {
        120: (0, 0), 90: (4, 0), 60: (0, 0), 30: (4, 0), 29: (0, 0), 7: (4, 0), 6: (0, 0), 0: (0, 0),
    }  # fmt: skip
    assert len(mail.outbox) == 3 * 2, (
        "Amandier and the police have an address; the coordination has none"
    )


def test_it_shows_on_the_pages_until_it_is_put_away(cast: Cast) -> None:
    ends_on(cast, soon(12))
    assert remind_of_ends() == 4
    title = "La convention « Convention du Val-d’Orsen » prend fin le"
    for member, page in (
        (cast.police, "partner-home"),
        (cast.bouleau.admin, "landlord-sharing"),
        (cast.coordinator, "convention-list"),
    ):
        client = member.client()
        assert title in client.get(reverse(page)).content.decode().replace("\xa0", " ")
        with shared_scope(member.principal):
            notice = Notice.objects.get(organisation_id=member.principal.organisation_id)
        client.post(reverse("notice-read", args=[notice.key]))
        assert title not in client.get(reverse(page)).content.decode().replace("\xa0", " ")
    assert cast.parquet.client().post(reverse("notice-read", args=[notice.key])).status_code == 302
    sheet = cast.coordinator.client().get(reverse("convention", args=[cast.convention.key]))
    assert "prend fin dans 12 jours" in sheet.content.decode().replace("\xa0", " ")


def test_a_notice_is_seen_by_its_two_ends_only(cast: Cast) -> None:
    ends_on(cast, soon(12))
    remind_ends()
    for member, count in ((cast.police, 1), (cast.parquet, 0), (cast.coordinator, 4)):
        with shared_scope(member.principal):
            assert Notice.objects.count() == count


def test_no_coordinator_left_means_no_reminder_in_nobodys_name(cast: Cast) -> None:
    ends_on(cast, soon(12))
    cast.coordinator.membership.suspended_at = timezone.now()
    cast.coordinator.membership.save()
    assert remind_ends() == 0


def test_a_mail_server_that_refuses_is_tried_again_and_each_mail_leaves_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends_on(cast, soon(12))
    tell_of_ends(cast)
    really = EmailBackend.send_messages

    def refuse(self: Any, messages: Any) -> int:
        raise OSError("no mail server")

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    assert mail_notices() == 0
    monkeypatch.setattr(EmailBackend, "send_messages", really)
    assert mail_notices() == 2
    assert mail_notices() == 0
    assert len(mail.outbox) == 2
    with open_scope(Scope("queue", 0, 0)):
        assert set(Notice.objects.exclude(mail_to="").values_list("attempts", flat=True)) == {2}


def test_missing_signatures_are_reminded_in_one_click_once_a_day(cast: Cast) -> None:
    with shared_scope(cast.coordinator.principal):
        Party.objects.filter(organisation=cast.amandier.organisation).update(
            correspondent_email="surete@amandier.test"
        )
    for landlord in (cast.amandier, cast.bouleau):
        with shared_scope(landlord.admin.principal):
            Signature.objects.filter(organisation=landlord.organisation).update(
                withdrawn_at=timezone.now()
            )
    client, url = (
        cast.coordinator.client(),
        reverse("signatures-remind", args=[cast.convention.key]),
    )

    def press(**values: str) -> str:
        return client.post(url, values, follow=True).content.decode().replace("\xa0", " ")

    assert "Un rappel est parti" in press(partie=str(cast.amandier.organisation.pk))
    text = press()
    assert "Un rappel est parti" in text
    assert "Sans adresse de correspondant" in text
    assert "Bailleur Bouleau" in text
    assert "déjà reçu un rappel aujourd’hui" in press()
    assert mail_waiting() == 1
    assert mail.outbox[0].to == ["surete@amandier.test"]
    assert "Convention du Val-d’Orsen" in mail.outbox[0].subject
    assert cast.amandier.admin.client().post(url).status_code == 403


def test_a_renewal_starts_its_own_reminders(cast: Cast) -> None:
    from sharing.conventions.services import renew

    ends_on(cast, soon(5))
    assert remind_ends() == 4
    with shared_scope(cast.coordinator.principal):
        following = renew(cast.convention)
        Convention.objects.filter(pk=following.pk).update(
            state="active", starts_on=soon(-1), ends_on=soon(5)
        )
    assert remind_ends() == 4
