"""A convention's campaign: launch, follow by counts, remind, close; and a landlord's answer to it."""

from __future__ import annotations

import datetime as dt
import smtplib
from dataclasses import dataclass

from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.principal import Principal
from sharing.conventions.models import Convention, Party
from sharing.rounds.models import CampaignRound, RoundReminder
from tenants.access import campaigns
from tenants.campaigns.models import Campaign
from tenants.campaigns.services import join_round

DONE = {str(Campaign.State.CLOSED), str(Campaign.State.PUBLISHED)}


class RoundError(ValueError):
    """A step that the round does not allow now; the message says why and what to do."""


@dataclass(frozen=True)
class LandlordProgress:
    """How far one landlord is. Counts only: the coordination never reads a site."""

    party: Party
    campaign_state: str | None
    sites: int
    assessed: int
    decided: int
    last_activity: dt.datetime | None
    reminded_at: dt.datetime | None

    @property
    def organisation(self) -> Organisation:
        """The landlord."""
        return self.party.organisation

    @property
    def state_label(self) -> str:
        """Where its campaign stands, in words."""
        if self.campaign_state is None:
            return _("pas encore répondu")
        return str(Campaign.State(self.campaign_state).label)

    @property
    def is_done(self) -> bool:
        """Whether there is nothing left to ask of it."""
        return self.campaign_state in DONE

    @property
    def may_be_reminded(self) -> bool:
        """Late, has an address, and was not reminded today."""
        return not self.is_done and bool(self.party.correspondent_email) and not self.reminded_today

    @property
    def reminded_today(self) -> bool:
        """Whether a reminder left today."""
        return (
            self.reminded_at is not None
            and timezone.localdate(self.reminded_at) == timezone.localdate()
        )


def launch(campaign_round: CampaignRound) -> CampaignRound:
    """Ask the convention's landlords for a campaign. Raises RoundError unless the convention is in force."""
    convention = campaign_round.convention
    if convention.state != Convention.State.ACTIVE:
        raise RoundError(
            _("La convention n’est pas en vigueur. Mettez-la en vigueur, puis lancez la campagne.")
        )
    if not convention.parties.filter(organisation__kind="landlord").exists():
        raise RoundError(_("Aucun bailleur n’est partie à la convention. Ajoutez-en un."))
    campaign_round.save()
    return campaign_round


def progress(campaign_round: CampaignRound) -> list[LandlordProgress]:
    """How far each landlord is, latest first to answer last; read through the coordination's counting function."""
    parties = {
        party.organisation_id: party
        for party in Party.objects.filter(
            convention_id=campaign_round.convention_id, organisation__kind="landlord"
        ).select_related("organisation")
    }
    reminded = {
        reminder.organisation_id: reminder.sent_at
        for reminder in RoundReminder.objects.filter(round=campaign_round).order_by("sent_at")
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM shared.round_progress(%s)", [campaign_round.key])
        rows = cursor.fetchall()
    found = [
        LandlordProgress(parties[landlord], state, sites, assessed, decided, last, reminded.get(landlord))
        for landlord, state, sites, assessed, decided, last in rows
        if landlord in parties
    ]  # fmt: skip
    return sorted(found, key=lambda each: (each.is_done, each.organisation.name))


@dataclass(frozen=True)
class RoundOverview:
    """A round and how far its landlords are together."""

    round: CampaignRound
    landlords: int
    done: int
    sites: int
    decided: int


def overview() -> list[RoundOverview]:
    """Every round of the conventions that the coordination holds; two queries whatever their number."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.id, count(*), count(*) FILTER (WHERE p.campaign_state = ANY (%s)), coalesce(sum(p.sites), 0), "
            "coalesce(sum(p.decided), 0) FROM sharing_campaignround r "
            "CROSS JOIN LATERAL shared.round_progress(r.key) p GROUP BY r.id",
            [list(DONE)],
        )
        counts = {
            pk: (landlords, done, int(sites), int(decided))
            for pk, landlords, done, sites, decided in cursor
        }
    return [
        RoundOverview(each, *counts.get(each.pk, (0, 0, 0, 0)))
        for each in CampaignRound.objects.select_related("convention")
    ]


def remind(campaign_round: CampaignRound, organisation_id: int) -> RoundReminder:
    """Write to the landlord's correspondent; at most once a day. Raises RoundError when nothing was sent, and why."""
    with transaction.atomic():
        # Two coordinators at once: the second waits here, then sees the reminder of the first.
        locked = CampaignRound.objects.select_for_update().get(pk=campaign_round.pk)
        if locked.state != CampaignRound.State.OPEN:
            raise RoundError(_("Cette campagne est close : il n’y a plus rien à relancer."))
        found = next((p for p in progress(locked) if p.organisation.pk == organisation_id), None)
        if found is None:
            raise RoundError(_("Ce bailleur n’est pas partie à la convention."))
        if found.is_done:
            raise RoundError(_("Ce bailleur a terminé sa campagne : rien à relancer."))
        if not found.party.correspondent_email:
            raise RoundError(_("Ce bailleur n’a pas d’adresse de correspondant. Ajoutez-la à la partie."))  # fmt: skip
        if found.reminded_today:
            raise RoundError(_("Ce bailleur a déjà été relancé aujourd’hui. Attendez demain."))
        reminder = RoundReminder.objects.create(
            convention_id=locked.convention_id, round=locked, organisation_id=organisation_id
        )
        try:
            _reminder_mail(locked, found).send()
        except (OSError, smtplib.SMTPException) as error:
            raise RoundError(
                _("Le serveur de messagerie ne répond pas : la relance n’est pas partie. Réessayez plus tard.")
            ) from error  # fmt: skip
    return reminder


def _reminder_mail(campaign_round: CampaignRound, found: LandlordProgress) -> EmailMessage:
    values = {
        "name": campaign_round.name,
        "day": date_format(campaign_round.closes_on, "j F Y"),
        "decided": found.decided,
        "sites": found.sites,
        "coordination": campaign_round.convention.coordinator.name,
    }
    if found.campaign_state is None:
        body = _(
            "Bonjour,\n\nLa campagne « %(name)s » de la convention attend votre réponse. Elle se clôt le %(day)s.\n"
            "Pour y répondre : page « Partage » d’ORSEN, bouton « Répondre à la campagne ».\n\n%(coordination)s"
        )
    else:
        body = _(
            "Bonjour,\n\nLa campagne « %(name)s » de la convention se clôt le %(day)s. À ce jour, %(decided)s de vos "
            "%(sites)s sites ont un niveau retenu.\nPour la terminer : page « Campagnes » d’ORSEN.\n\n%(coordination)s"
        )
    subject = _("Campagne « %(name)s » : relance") % values
    return EmailMessage(subject, body % values, to=[found.party.correspondent_email])


def close(campaign_round: CampaignRound) -> None:
    """End the round: no landlord can answer any more; campaigns already begun go on to their own end."""
    if campaign_round.state != CampaignRound.State.OPEN:
        raise RoundError(_("Cette campagne est déjà close."))
    campaign_round.state = CampaignRound.State.CLOSED
    campaign_round.closed_at = timezone.now()
    campaign_round.save(update_fields=["state", "closed_at"])


def open_rounds() -> QuerySet[CampaignRound]:
    """Open rounds of the conventions in force that the organisation of the scope is bound by."""
    return CampaignRound.objects.filter(
        state=CampaignRound.State.OPEN, convention__state=Convention.State.ACTIVE
    ).select_related("convention")


def unanswered(principal: Principal) -> list[CampaignRound]:
    """Open rounds that the landlord has not answered yet."""
    answered = campaigns(principal).filter(round_key__isnull=False).values_list("round_key", flat=True)  # fmt: skip
    return list(open_rounds().exclude(key__in=list(answered)))


def answer(principal: Principal, campaign_round: CampaignRound) -> Campaign:
    """Answer with a campaign of the landlord's own. Raises RoundError when closed or answered already."""
    if campaign_round.state != CampaignRound.State.OPEN:
        raise RoundError(_("Cette campagne est close : il n’est plus possible d’y répondre."))
    if campaigns(principal).filter(round_key=campaign_round.key).exists():
        raise RoundError(_("Votre organisme a déjà répondu à cette campagne."))
    return join_round(
        principal, round_key=campaign_round.key, name=campaign_round.name,
        reference_date=campaign_round.reference_date, opens_on=campaign_round.opens_on,
        closes_on=campaign_round.closes_on,
        departement_codes=campaign_round.convention.departement_codes,
    )  # fmt: skip
