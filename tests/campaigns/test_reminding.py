"""Who still has sites to rate is reminded, on her page and by mail, once a day; the history of a campaign is kept."""

from __future__ import annotations

import datetime as dt
from unittest.mock import patch

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from tenants.access import landlord_scope
from tenants.campaigns.history import CampaignEvent, CampaignReminder
from tenants.campaigns.models import Campaign
from tenants.campaigns.reminding import late_members, mail_waiting, remind, remind_by_date
from tenants.campaigns.services import CampaignError, close, reopen
from tenants.jobs.models import Job
from tests.campaigns.conftest import Rate
from tests.cast import Cast


def names(cast: Cast, campaign: Campaign) -> dict[str, int]:
    principal = cast.amandier.admin.principal
    with landlord_scope(principal):
        return {member.role_code: left for member, left in late_members(principal, campaign)}


def test_those_with_sites_left_are_late_and_no_one_else(
    cast: Cast, campaign: Campaign, rate: Rate
) -> None:
    before = names(cast, campaign)
    assert before["caretaker"] > 0
    assert "security_direction" not in before  # sees the whole stock
    rate("N1", 1)
    rate("N2", 1)
    assert names(cast, campaign)["agency_director"] == before["agency_director"] - 2


def test_one_click_reminds_once_a_day(cast: Cast, campaign: Campaign) -> None:
    client = cast.amandier.admin.client()
    where = reverse("campaign-remind", args=[campaign.key])
    assert "relancées" in client.post(where, follow=True).content.decode()
    with landlord_scope(cast.amandier.admin.principal):
        count = CampaignReminder.objects.count()
        assert count == len(names(cast, campaign))
        assert Job.objects.filter(kind="campaign_reminder").count() == 1
    assert "la relance du jour est partie" in client.post(where, follow=True).content.decode()
    with landlord_scope(cast.amandier.admin.principal):
        assert CampaignReminder.objects.count() == count
        assert CampaignEvent.objects.filter(step="reminded").count() == 1
    page = cast.amandier.caretaker.client().get(reverse("rate-list")).content.decode()
    assert "Relance du" in page
    page = cast.bouleau.caretaker.client().get(reverse("rate-list")).content.decode()
    assert "Relance du" not in page


def test_mails_leave_once_and_wait_for_a_server_that_refuses(
    cast: Cast, campaign: Campaign
) -> None:
    principal = cast.amandier.admin.principal
    with landlord_scope(principal):
        made = remind(principal, campaign)
        with patch("tenants.campaigns.reminding.EmailMessage.send", side_effect=OSError):
            assert mail_waiting(campaign) == 0
        assert mail_waiting(campaign) == len(made)
        assert mail_waiting(campaign) == 0
    assert len(mail.outbox) == len(made)
    assert "à coter" in mail.outbox[0].body
    assert "Résidence" not in mail.outbox[0].body


def test_reminders_leave_by_the_date(cast: Cast, campaign: Campaign) -> None:
    assert remind_by_date() == 0
    with landlord_scope(cast.amandier.admin.principal):
        Campaign.objects.filter(pk=campaign.pk).update(
            closes_on=timezone.localdate() + dt.timedelta(days=7)
        )
    count = remind_by_date()
    assert count == len(mail.outbox) > 0
    assert remind_by_date() == 0


def test_a_closed_campaign_reminds_nobody_and_its_history_says_why_it_was_reopened(
    cast: Cast, campaign: Campaign
) -> None:
    principal = cast.amandier.admin.principal
    with landlord_scope(principal):
        close(principal, campaign)
        campaign.refresh_from_db()
        with pytest.raises(CampaignError, match="pas ouverte"):
            remind(principal, campaign)
        reopen(principal, campaign, reason="Une agence n’avait pas de réseau")
        close(principal, campaign)
        reopen(principal, campaign, reason="Oubli")
        reasons = set(CampaignEvent.objects.filter(step="reopened").values_list("reason", flat=True))  # fmt: skip
        assert reasons == {"Une agence n’avait pas de réseau", "Oubli"}
        with pytest.raises(DatabaseError), transaction.atomic():
            CampaignEvent.objects.update(reason="")
    page = cast.amandier.admin.client().get(reverse("campaign-detail", args=[campaign.key]))
    assert "Une agence n’avait pas de réseau" in page.content.decode()


def test_only_who_manages_reminds(cast: Cast, campaign: Campaign) -> None:
    where = reverse("campaign-remind", args=[campaign.key])
    assert cast.amandier.director.client().post(where).status_code == 403
    assert cast.bouleau.admin.client().post(where).status_code == 404
