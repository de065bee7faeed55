"""What a telephone takes along: its member's own sites in open campaigns, the grid, the key to seal for."""

from __future__ import annotations

import base64
from typing import Any

from django.conf import settings
from django.contrib.gis.db.models.functions import Transform
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.devices.models import DeviceSession
from accounts.principal import Principal
from tenants.access import ratable_campaigns
from tenants.campaigns.grids import grid_of
from tenants.campaigns.models import Assessment, Campaign
from tenants.campaigns.querysets import ratable_lines
from tenants.capture.sealing import current_key

MOST_SITES = (
    600  # of one campaign on one telephone; a caretaker has a few, a director a list to search
)


def state_for(principal: Principal, session: DeviceSession) -> dict[str, Any]:
    """Everything the telephone keeps, encrypted, until it is wiped. Expects the landlord's scope to be open."""
    key = current_key()
    membership = session.membership
    return {
        "member": {
            "id": membership.pk,
            "name": membership.user.display_name,
            "organisation": membership.organisation.name,
        },
        "device": {"key": str(session.key), "expires_at": session.expires_at.isoformat()},
        "seal": {"kid": key.kid, "public": base64.b64encode(bytes(key.public)).decode()},
        "keep_days": settings.ORSEN_CAPTURE_LIST_DAYS,
        "at": timezone.now().isoformat(),
        "campaigns": [
            _campaign(principal, campaign)
            for campaign in ratable_campaigns(principal)
            .filter(state=Campaign.State.OPEN)
            .select_related("grid", "own_grid")
        ],
    }


def _campaign(principal: Principal, campaign: Campaign) -> dict[str, Any]:
    rated = Assessment.objects.filter(
        campaign=campaign, kind=Assessment.Kind.FIRST, site_id=OuterRef("site_id")
    )
    lines = (
        ratable_lines(principal, campaign)
        .annotate(
            rated=Exists(rated),
            mine=Exists(rated.filter(rated_by_id=principal.user_id)),
            place=Transform("site__geom", 4326),
        )
        .select_related("site")
        .order_by("site__name", "pk")
    )
    return {
        "key": str(campaign.key),
        "name": campaign.name,
        "closes_on": campaign.closes_on.isoformat(),
        "total": lines.count(),
        "grid": _grid(campaign),
        "sites": [
            {
                "key": str(line.site.key),
                "name": line.site.name,
                "address": ", ".join(
                    part for part in (line.site.address, line.site.commune_name) if part
                ),
                "dwellings": line.dwellings,
                "level": line.site.current_level,
                "lat": round(line.place.y, 5) if line.place else None,
                "lon": round(line.place.x, 5) if line.place else None,
                "rated": line.rated,
                "mine": line.mine,
            }
            for line in lines[:MOST_SITES]
        ],
    }


def _grid(campaign: Campaign) -> dict[str, Any]:
    grid = grid_of(campaign)
    return {
        "title": grid.title,
        "version": grid.version,
        "notice": grid.notice,
        "criteria": [
            {
                "code": criterion.code,
                "label": criterion.label,
                "question": criterion.question,
                "help": criterion.help,
                "equivalent": criterion.equivalent,
                "degrees": [
                    {
                        "value": each.value,
                        "label": each.label,
                        "example": each.example,
                        "common": each.common,
                    }
                    for each in criterion.degrees
                ],
            }
            for criterion in grid.criteria
        ],
        "ticks": [{"code": tick.code, "label": tick.label} for tick in grid.ticks],
        "levels": [
            {
                "value": level.value,
                "label": level.label,
                "text": level.text,
                "common": level.common,
            }
            for level in grid.levels
        ],
        "own": _own_rule(grid.own),
    }


def _own_rule(own: dict[str, Any] | None) -> dict[str, Any] | None:
    """What suggests a level on a landlord's grid: the telephone reckons it without a network."""
    if own is None:
        return None
    return {
        "rule": own["rule"],
        "from": [each["from"] for each in own["levels"]],
        "weights": [each["weight"] for each in own["criteria"]],
        "least": [[one["least"] for one in each["options"]] for each in own["criteria"]],
    }
