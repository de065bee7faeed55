"""From the draft to the end of the ratings: create, open (freeze the stock), close, reopen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.principal import Principal
from tenants.campaigns.history import CampaignEvent
from tenants.campaigns.models import Campaign, CampaignSite, Grid
from tenants.campaigns.services.errors import CampaignError, require
from tenants.owngrids.models import OwnGrid
from tenants.stock.models import Site


def current_grid() -> Grid:
    """The newest published version of the project's grid. Raises CampaignError when none is loaded."""
    grid = Grid.objects.filter(published_at__isnull=False).order_by("-version").first()
    if grid is None:
        raise CampaignError(
            _(
                "Aucune grille n’est publiée sur cette plateforme. Demandez à l’exploitant de la charger."
            )
        )
    return grid


def create_campaign(
    principal: Principal,
    *,
    name: str,
    reference_date: dt.date,
    opens_on: dt.date,
    closes_on: dt.date,
    round_key: UUID | None = None,
    departement_codes: Sequence[str] = (),
    own_grid: OwnGrid | None = None,
) -> Campaign:
    """Prepare a campaign on the current common grid, or on a grid of the landlord's that maps to it.

    Raises CampaignError for dates that cross, a round already joined, or an own grid that is not published.
    """
    require(principal, "campaigns.manage")
    if closes_on < opens_on:
        raise CampaignError(
            _("La clôture prévue précède l’ouverture. Choisissez une date plus tardive.")
        )
    if own_grid is not None and own_grid.published_at is None:
        raise CampaignError(_("Publiez cette grille avant de lancer une campagne avec elle."))
    try:
        with transaction.atomic():
            return Campaign.objects.create(
                name=name,
                grid=current_grid(),
                own_grid=own_grid,
                reference_date=reference_date,
                opens_on=opens_on,
                closes_on=closes_on,
                round_key=round_key,
                departement_codes=list(departement_codes),
            )
    except IntegrityError as error:
        if "campaign_once_per_round" not in str(error):
            raise
        raise CampaignError(
            _(
                "Votre organisme participe déjà à cette campagne de la convention. "
                "Ouvrez-la depuis la liste des campagnes."
            )
        ) from error


def join_round(
    principal: Principal,
    *,
    round_key: UUID,
    name: str,
    reference_date: dt.date,
    opens_on: dt.date,
    closes_on: dt.date,
    departement_codes: Sequence[str] = (),
) -> Campaign:
    """Answer a convention's campaign with one of the landlord's own, in preparation.

    The round lives in the upper app, which gives its key, name, dates and départements (sharing.CampaignRound): only
    the sites of these are rated, so that a landlord of two conventions rates each site once.
    """
    return create_campaign(
        principal,
        name=name,
        reference_date=reference_date,
        opens_on=opens_on,
        closes_on=closes_on,
        round_key=round_key,
        departement_codes=departement_codes,
    )


def freeze_stock(campaign: Campaign) -> int:
    """Copy the stock as it stood on the reference date into the campaign. Returns the number of sites."""
    in_stock = Site.objects.filter(
        Q(state=Site.State.MANAGED, left_on__isnull=True) | Q(left_on__gt=campaign.reference_date)
    )
    if campaign.departement_codes:
        in_stock = in_stock.filter(departement_code__in=campaign.departement_codes)
    frozen = [
        CampaignSite(
            landlord_id=campaign.landlord_id,
            campaign=campaign,
            site=site,
            dwellings=site.dwellings,
            departement_code=site.departement_code,
            commune_code=site.commune_code,
            iris_code=site.iris_code,
            qpv_code=site.qpv_code,
            territory_ids=site.territory_ids,
        )
        for site in in_stock
    ]
    CampaignSite.objects.bulk_create(frozen, batch_size=1000)
    return len(frozen)


def locked(campaign: Campaign) -> Campaign:
    """The campaign, held until the end of the transaction: its state cannot move under a service."""
    found: Campaign = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    return found


def note(principal: Principal, campaign: Campaign, step: str, reason: str = "") -> None:
    """A line of the campaign's history, which nobody can change."""
    CampaignEvent.objects.create(
        landlord_id=campaign.landlord_id, campaign=campaign, step=step, reason=reason, by_id=principal.user_id
    )  # fmt: skip


@transaction.atomic
def open_campaign(principal: Principal, campaign: Campaign) -> int:
    """Freeze the stock and let people rate. Returns the number of sites; raises CampaignError out of its moment."""
    require(principal, "campaigns.manage")
    campaign = locked(campaign)
    if campaign.state != Campaign.State.DRAFT:
        raise CampaignError(_("Cette campagne a déjà été ouverte."))
    count = freeze_stock(campaign)
    if not count:
        raise CampaignError(
            _("Aucun site n’est en gestion à la date retenue. Importez le patrimoine, puis ouvrez.")
        )
    campaign.state = Campaign.State.OPEN
    campaign.opened_at = timezone.now()
    campaign.save(update_fields=["state", "opened_at"])
    note(principal, campaign, CampaignEvent.Step.OPENED)
    return count


@transaction.atomic
def close(principal: Principal, campaign: Campaign) -> None:
    """End the ratings: what arrives later is kept apart, as late. Raises CampaignError out of its moment."""
    require(principal, "campaigns.manage")
    campaign = locked(campaign)
    if campaign.state != Campaign.State.OPEN:
        raise CampaignError(_("Cette campagne n’est pas ouverte : il n’y a rien à clore."))
    campaign.state = Campaign.State.CLOSED
    campaign.closed_at = timezone.now()
    campaign.save(update_fields=["state", "closed_at"])
    note(principal, campaign, CampaignEvent.Step.CLOSED)


@transaction.atomic
def reopen(
    principal: Principal, campaign: Campaign, *, reason: str, closes_on: dt.date | None = None
) -> None:
    """Let people rate again, with a reason that stays on the campaign.

    Published levels stay as partners read them until the next publication. Raises CampaignError without a reason, out
    of its moment, or for a closing date before the opening.
    """
    require(principal, "campaigns.manage")
    campaign = locked(campaign)
    if campaign.state not in {Campaign.State.CLOSED, Campaign.State.PUBLISHED}:
        raise CampaignError(_("Seule une campagne close ou publiée se rouvre."))
    if not reason.strip():
        raise CampaignError(_("Dites pourquoi la campagne est rouverte : le motif reste affiché."))
    if closes_on is not None:
        if closes_on < campaign.opens_on:
            raise CampaignError(
                _("La nouvelle clôture doit suivre l’ouverture du %(day)s.")
                % {"day": date_format(campaign.opens_on)}
            )
        campaign.closes_on = closes_on
    campaign.state = Campaign.State.OPEN
    campaign.closed_at = None
    campaign.reopening_reason = reason.strip()
    campaign.save(update_fields=["state", "closed_at", "reopening_reason", "closes_on"])
    note(principal, campaign, CampaignEvent.Step.REOPENED, campaign.reopening_reason)
