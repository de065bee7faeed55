"""A landlord's own figures, beside the released ones: read at the request, behind its own wall, never kept."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Count, Sum

from accounts.principal import Principal
from sharing.receipts.holdings import Holding, of_own
from sharing.release.builder import CODE_OF_KIND, FINISHED, KINDS_OF_GEOGRAPHY
from sharing.release.models import Release
from tenants import access
from tenants.campaigns.models import Campaign

OwnFigures = dict[str, dict[str, dict[str, int]]]  # code → "sites" | "dwellings" → level → count


def own_figures(principal: Principal, release: Release) -> OwnFigures | None:
    """By neighbourhood code, sites and dwellings by level of the reader's own sites in the release's round.

    Within the reach of the reader's role. None for a reader that is no landlord or has no finished campaign for it.
    """
    campaign = _campaign(principal, release)
    if campaign is None:
        return None
    mine = campaign.sites.filter(level__isnull=False, site__in=access.sites(principal)).order_by()
    own: OwnFigures = defaultdict(lambda: {"sites": {}, "dwellings": {}})
    for code in [CODE_OF_KIND[kind] for kind in KINDS_OF_GEOGRAPHY[release.geography]]:
        counts = mine.exclude(**{code: ""}).values_list(code, "level")
        for place, level, sites, dwellings in counts.annotate(Count("pk"), Sum("dwellings")):
            own[place]["sites"][str(level)] = sites
            own[place]["dwellings"][str(level)] = dwellings
    return dict(own)


def own_holding(principal: Principal, release: Release) -> list[Holding]:
    """The same sites, as a receipt names them."""
    campaign = _campaign(principal, release)
    if campaign is None:
        return []
    counted = campaign.sites.filter(level__isnull=False).values("site")
    return of_own(principal, access.sites(principal).filter(pk__in=counted).only("key"))


def _campaign(principal: Principal, release: Release) -> Campaign | None:
    if not principal.is_landlord:
        return None
    return (
        access.campaigns(principal).filter(round_key=release.round.key, state__in=FINISHED).first()
    )
