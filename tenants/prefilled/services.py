"""Make a pre-filled file: what the landlord's stock is today, kept so that its return can be compared."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib.gis.db.models.functions import Transform
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.principal import Principal
from tenants.access import campaigns
from tenants.campaigns.models import Campaign
from tenants.campaigns.services import CampaignError
from tenants.campaigns.services.errors import require
from tenants.jobs.models import Job
from tenants.jobs.services import enqueue
from tenants.prefilled.models import PrefilledFile
from tenants.stock.models import Address, Site

JOB_KIND: Final = "prefilled_file"
PERMISSION: Final = "campaigns.manage"
WGS84: Final = 4326


def files_of(principal: Principal, campaign: Campaign) -> QuerySet[PrefilledFile]:
    """The files of a campaign, the newest first. Raises PermissionError without the right."""
    require(principal, PERMISSION)
    return PrefilledFile.objects.filter(campaign=campaign).select_related("created_by")


def file_of(principal: Principal, key: UUID | str) -> PrefilledFile:
    """One file. Raises Http404 alike for an absent file and for another landlord's."""
    require(principal, PERMISSION)
    found = PrefilledFile.objects.select_related("campaign__grid").filter(key=key).first()
    if found is None:
        raise Http404(_("Ce fichier n’existe pas, ou n’est pas de votre organisme."))
    return found


def ask(principal: Principal, campaign: Campaign) -> Job:
    """Ask a worker for the file of an open campaign. Raises CampaignError for one that takes no ratings."""
    require(principal, PERMISSION)
    _refuse_closed(campaign)
    return enqueue(principal, JOB_KIND, {"campaign": str(campaign.key)})


def mandate(principal: Principal, campaign: Campaign, *, given: bool) -> None:
    """Let the coordination of the convention ask for this campaign's file in the member's name, or no longer.

    Raises CampaignError for a campaign that answers no convention.
    """
    require(principal, PERMISSION)
    if campaign.round_key is None:
        raise CampaignError(_("Cette campagne ne répond à aucune convention."))
    campaign.file_mandate_id = principal.membership_id if given else None
    campaign.save(update_fields=["file_mandate"])


def make(principal: Principal, campaign_key: UUID | str) -> PrefilledFile:
    """Write down the campaign's sites with their addresses. Runs in the landlord's scope. Raises CampaignError."""
    require(principal, PERMISSION)
    campaign = campaigns(principal).filter(key=campaign_key).first()
    if campaign is None:
        raise CampaignError(_("Cette campagne n’existe plus."))
    _refuse_closed(campaign)
    made: PrefilledFile = PrefilledFile.objects.create(
        campaign=campaign, lines=lines_of(campaign), created_by_id=principal.user_id
    )
    return made


def _refuse_closed(campaign: Campaign) -> None:
    if campaign.state != Campaign.State.OPEN:
        raise CampaignError(
            _(
                "Ouvrez d’abord la campagne : le fichier pré-rempli reprend le patrimoine qu’elle a figé."
            )
        )
    if campaign.own_grid_id is not None:
        raise CampaignError(
            _("Cette campagne se cote sur votre propre grille : le fichier pré-rempli ne connaît que la grille commune.")
        )  # fmt: skip


def lines_of(campaign: Campaign) -> list[dict[str, Any]]:
    """The sites of the campaign, each with its fixed cells and its addresses. Coordinates in EPSG:4326."""
    sites = (
        Site.objects.filter(campaign_sites__campaign=campaign)
        .annotate(point=Transform("geom", WGS84))
        .order_by("commune_name", "name", "pk")
    )
    addresses: dict[int, list[list[str]]] = {}
    found = Address.objects.filter(site__campaign_sites__campaign=campaign)
    for each in found.annotate(point=Transform("geom", WGS84)).order_by("street", "number", "pk"):
        said = f"{each.number} {each.street}".strip()
        addresses.setdefault(each.site_id, []).append(
            [said, each.postcode, each.commune_name, str(each.dwellings), *_degrees(each.point)]
        )
    return [
        {
            "site": str(site.key),
            "cells": [
                site.code, site.name, site.address, site.postcode, site.commune_name, str(site.dwellings),
                *_degrees(site.point),
            ],
            "addresses": addresses.get(site.pk, []),
        }
        for site in sites
    ]  # fmt: skip


def _degrees(point: Any) -> list[str]:
    """Longitude and latitude with six decimals (0.1 m), or two empty cells."""
    return [f"{point.x:.6f}", f"{point.y:.6f}"] if point else ["", ""]
