"""Remind those who still have sites to rate: on their page and by mail, once a day at most; asked for, or by the date."""

from __future__ import annotations

import datetime as dt
import logging
import smtplib
from collections.abc import Callable
from typing import Final

from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership, Organisation
from accounts.principal import Principal, from_membership
from tenants.access import landlord_scope
from tenants.campaigns.history import CampaignEvent, CampaignReminder
from tenants.campaigns.models import Campaign
from tenants.campaigns.querysets import to_rate
from tenants.campaigns.services.errors import CampaignError, require

logger = logging.getLogger(__name__)
DAYS_BEFORE: Final = (7, 2)  # days before the planned closing at which everybody late is reminded
Progress = Callable[[int, int], None]


def late_members(principal: Principal, campaign: Campaign) -> list[tuple[Membership, int]]:
    """The members with sites of the campaign still to rate, and how many; those who see the whole stock left out."""
    require(principal, "campaigns.manage")
    live = Membership.objects.live().filter(organisation_id=principal.organisation_id)
    found = []
    for member in live.select_related("user", "organisation").order_by("user__display_name", "pk"):
        rater = from_membership(member)
        if rater.role.reach in {"agency", "assigned"} and rater.may("assessments.write"):
            left = to_rate(rater, campaign).count()
            if left:
                found.append((member, left))
    return found


def remind(principal: Principal, campaign: Campaign) -> list[CampaignReminder]:
    """Write today's reminders; who was reminded today already is not again. Raises CampaignError unless it is open."""
    require(principal, "campaigns.manage")
    if campaign.state != Campaign.State.OPEN:
        raise CampaignError(_("La campagne n’est pas ouverte : il n’y a personne à relancer."))
    today, made = timezone.localdate(), []
    for member, left in late_members(principal, campaign):
        reminder, created = CampaignReminder.objects.get_or_create(
            campaign=campaign, membership=member, day=today, defaults={"left": left}
        )
        if created:
            made.append(reminder)
    if made:
        CampaignEvent.objects.create(
            campaign=campaign, step=CampaignEvent.Step.REMINDED, by_id=principal.user_id
        )
    return made


def mail_waiting(campaign: Campaign, progress: Progress = lambda done, total: None) -> int:
    """Mail today's reminders that have not left; a mail server that refuses leaves them for the next turn."""
    waiting = CampaignReminder.objects.filter(
        campaign=campaign, day=timezone.localdate(), mailed_at__isnull=True
    ).select_related("membership__user")
    rows = list(waiting)
    sent = 0
    for number, reminder in enumerate(rows, 1):
        if reminder.membership.user.email:
            # Claimed first: a worker that dies in between sends it never, not twice.
            CampaignReminder.objects.filter(pk=reminder.pk).update(mailed_at=timezone.now())
            try:
                _mail(campaign, reminder).send()
            except (OSError, smtplib.SMTPException) as error:
                logger.warning("A reminder of campaign %s was not mailed: %s", campaign.key, error)
                CampaignReminder.objects.filter(pk=reminder.pk).update(mailed_at=None)
            else:
                sent += 1
        progress(number, len(rows))
    return sent


def _mail(campaign: Campaign, reminder: CampaignReminder) -> EmailMessage:
    words = {
        "name": campaign.name,
        "n": reminder.left,
        "day": date_format(campaign.closes_on, "j F Y"),
        "path": reverse("rate-list"),
    }
    body = ngettext(
        "Bonjour,\n\nIl vous reste %(n)s site à coter dans la campagne « %(name)s », avant le %(day)s.\n"
        "Dans ORSEN : page « Coter », %(path)s",
        "Bonjour,\n\nIl vous reste %(n)s sites à coter dans la campagne « %(name)s », avant le %(day)s.\n"
        "Dans ORSEN : page « Coter », %(path)s",
        reminder.left,
    )
    title = _("Vos sites à coter : « %(name)s »") % words
    return EmailMessage(title, body % words, to=[reminder.membership.user.email])


def own_reminder(principal: Principal, campaign: Campaign) -> CampaignReminder | None:
    """The last reminder that the member got in this campaign."""
    found: CampaignReminder | None = CampaignReminder.objects.filter(
        campaign=campaign, membership_id=principal.membership_id
    ).first()
    return found


def remind_by_date() -> int:
    """Remind in every open campaign whose planned closing is 7 or 2 days away; returns how many were reminded.

    Acts for somebody of each landlord who manages campaigns, with that person's rights; run as often as one likes.
    """
    count, today = 0, timezone.localdate()
    days = [today + dt.timedelta(days=each) for each in DAYS_BEFORE]
    for landlord in Organisation.objects.filter(kind=Organisation.Kind.LANDLORD, is_active=True):
        principal = _manager_of(landlord)
        if principal is None:
            continue
        with landlord_scope(principal):
            due = list(Campaign.objects.filter(state=Campaign.State.OPEN, closes_on__in=days))
            for campaign in due:
                count += len(remind(principal, campaign))
        for campaign in due:  # mails leave once the reminders are kept
            with landlord_scope(principal):
                mail_waiting(campaign)
    return count


def _manager_of(landlord: Organisation) -> Principal | None:
    live = Membership.objects.live().filter(organisation=landlord).select_related("organisation")
    found = (from_membership(each) for each in live.order_by("pk"))
    return next((each for each in found if each.may("campaigns.manage")), None)
