"""A convention's campaign: launched, answered in one click, followed by counts, reminded once a day, closed."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sharing.access import shared_scope
from sharing.conventions.models import Convention, Party
from sharing.rounds import services
from sharing.rounds.models import CampaignRound, RoundReminder
from tenants.access import landlord_scope
from tenants.campaigns.models import Campaign
from tenants.campaigns.services import Submission, open_campaign, submit_assessment
from tests.cast import Cast, make_landlord


@pytest.fixture
def launched(cast: Cast) -> CampaignRound:
    with shared_scope(cast.coordinator.principal):
        for organisation, address in [
            (cast.amandier.organisation, "surete@amandier.test"),
            (cast.bouleau.organisation, ""),
        ]:
            Party.objects.filter(organisation=organisation).update(correspondent_email=address)
    today = timezone.localdate()
    response = cast.coordinator.client().post(
        reverse("round-create", args=[cast.convention.key]),
        {"name": "Printemps", "reference_date": today, "opens_on": today, "closes_on": today + dt.timedelta(days=30)},
    )  # fmt: skip
    assert response.status_code == 302
    with shared_scope(cast.coordinator.principal):
        return CampaignRound.objects.get()


def post(client: Client, route: str, /, *args: object, **values: Any) -> str:
    response = client.post(reverse(route, args=args), values, follow=True)
    assert response.status_code == 200
    return response.content.decode().replace("\xa0", " ")


def amandier_progress(cast: Cast, launched: CampaignRound) -> services.LandlordProgress:
    with shared_scope(cast.coordinator.principal):
        return next(each for each in services.progress(launched) if each.organisation == cast.amandier.organisation)  # fmt: skip


def test_a_landlord_answers_in_one_click_and_the_coordination_sees_counts(
    cast: Cast, launched: CampaignRound
) -> None:
    admin = cast.amandier.admin
    assert amandier_progress(cast, launched).state_label == "pas encore répondu"
    response = admin.client().post(reverse("round-answer", args=[launched.key]))
    assert response.status_code == 302
    with landlord_scope(admin.principal):
        campaign = Campaign.objects.get(round_key=launched.key)
        assert (campaign.name, campaign.state) == ("Printemps", "draft")
        open_campaign(admin.principal, campaign)
        site = cast.amandier.sites["N2"]
        criteria = {"nature_gravity": 2, "frequency": 2, "equipment": 2, "service": 2}
        submit_assessment(admin.principal, campaign, site, Submission(uuid.uuid4(), criteria))
    found = amandier_progress(cast, launched)
    assert (found.sites, found.assessed) == (6, 1)
    text = (
        cast.coordinator.client()
        .get(reverse("round", args=[launched.key]))
        .content.decode()
        .replace("\xa0", " ")
    )
    assert "Bailleur Amandier" in text
    assert "Résidence" not in text


def test_a_second_answer_is_refused(cast: Cast, launched: CampaignRound) -> None:
    client = cast.amandier.admin.client()
    client.post(reverse("round-answer", args=[launched.key]))
    client.post(reverse("round-answer", args=[launched.key]))
    with landlord_scope(cast.amandier.admin.principal):
        assert Campaign.objects.filter(round_key=launched.key).count() == 1
        with pytest.raises(services.RoundError, match="déjà répondu"):
            services.answer(cast.amandier.admin.principal, launched)


def test_a_landlord_outside_the_convention_does_not_find_the_round(
    cast: Cast, launched: CampaignRound
) -> None:
    stranger = make_landlord("Cerisier", "Groupe C")
    with landlord_scope(stranger.admin.principal):
        assert services.unanswered(stranger.admin.principal) == []
    assert stranger.admin.client().post(reverse("round-answer", args=[launched.key])).status_code == 404  # fmt: skip
    with landlord_scope(cast.amandier.admin.principal):
        assert services.unanswered(cast.amandier.admin.principal) == [launched]


def test_a_reminder_leaves_once_a_day(cast: Cast, launched: CampaignRound) -> None:
    client, pk = cast.coordinator.client(), cast.amandier.organisation.pk
    assert "Une relance est partie" in post(client, "round-remind", launched.key, bailleur=pk)
    assert [message.to for message in mail.outbox] == [["surete@amandier.test"]]
    assert "Printemps" in mail.outbox[0].subject
    assert "Résidence" not in mail.outbox[0].body
    assert "déjà été relancé aujourd’hui" in post(client, "round-remind", launched.key, bailleur=pk)
    assert len(mail.outbox) == 1
    with shared_scope(cast.coordinator.principal):
        RoundReminder.objects.update(sent_at=timezone.now() - dt.timedelta(days=1))
    assert "Une relance est partie" in post(client, "round-remind", launched.key)
    assert len(mail.outbox) == 2


def test_a_landlord_without_an_address_is_named(cast: Cast, launched: CampaignRound) -> None:
    text = post(cast.coordinator.client(), "round-remind", launched.key, bailleur=cast.bouleau.organisation.pk)  # fmt: skip
    assert "pas d’adresse de correspondant" in text
    assert not mail.outbox


def test_a_mail_server_that_does_not_answer_leaves_no_reminder(
    cast: Cast, launched: CampaignRound, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: EmailBackend, messages: object) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    text = post(cast.coordinator.client(), "round-remind", launched.key, bailleur=cast.amandier.organisation.pk)  # fmt: skip
    assert "n’est pas partie" in text
    with shared_scope(cast.coordinator.principal):
        assert not RoundReminder.objects.exists()


def test_a_closed_round_takes_no_answer_and_no_reminder(
    cast: Cast, launched: CampaignRound
) -> None:
    client = cast.coordinator.client()
    assert "est close" in post(client, "round-close", launched.key)
    assert "déjà close" in post(client, "round-close", launched.key)
    assert "est close" in post(client, "round-remind", launched.key, bailleur=cast.amandier.organisation.pk)  # fmt: skip
    cast.amandier.admin.client().post(reverse("round-answer", args=[launched.key]))
    with landlord_scope(cast.amandier.admin.principal):
        assert not Campaign.objects.filter(round_key=launched.key).exists()
        assert services.unanswered(cast.amandier.admin.principal) == []


def test_a_round_needs_a_convention_in_force_and_dates_in_order(cast: Cast) -> None:
    client, url = cast.coordinator.client(), reverse("round-create", args=[cast.convention.key])
    today = timezone.localdate()
    values = {"name": "X", "reference_date": today, "opens_on": today, "closes_on": today - dt.timedelta(days=1)}  # fmt: skip
    response = client.post(url, values)
    assert response.status_code == 422
    assert "La clôture est avant l’ouverture" in response.content.decode().replace("\xa0", " ")
    with shared_scope(cast.coordinator.principal):
        Convention.objects.filter(pk=cast.convention.pk).update(state="suspended")
    response = client.post(url, values | {"closes_on": today})
    assert "pas en vigueur" in response.content.decode().replace("\xa0", " ")
    with shared_scope(cast.coordinator.principal):
        assert not CampaignRound.objects.exists()


def test_the_list_costs_the_same_for_one_round_and_for_four(
    cast: Cast, launched: CampaignRound, django_assert_num_queries: Any
) -> None:
    client = cast.coordinator.client()
    with shared_scope(cast.coordinator.principal):
        for number in range(3):
            CampaignRound.objects.create(
                convention=cast.convention, name=f"R{number}", reference_date=launched.reference_date,
                opens_on=launched.opens_on, closes_on=launched.closes_on,
            )  # fmt: skip
        with django_assert_num_queries(2):
            assert [each.landlords for each in services.overview()] == [2, 2, 2, 2]
    assert "Printemps" in client.get(reverse("round-list")).content.decode().replace("\xa0", " ")
