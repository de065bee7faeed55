"""Keep a landlord's grids: begin one, change its draft, publish it. Every function expects the landlord's scope."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from accounts.principal import Principal
from tenants.campaigns.grids import read_grid
from tenants.campaigns.services.errors import CampaignError, require
from tenants.campaigns.services.launching import current_grid
from tenants.owngrids.definition import faults, from_common
from tenants.owngrids.models import OwnGrid

PERMISSION = "campaigns.manage"
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


def own_grids(principal: Principal) -> QuerySet[OwnGrid]:
    """The landlord's grids, every version. Raises PermissionError without the right."""
    require(principal, PERMISSION)
    return OwnGrid.objects.all()


def own_grid_of(principal: Principal, pk: int) -> OwnGrid:
    """One version. Raises Http404 alike for an absent one and for another landlord's."""
    found = own_grids(principal).filter(pk=pk).first()
    if found is None:
        raise Http404(_("Cette grille n’existe pas, ou n’est pas de votre organisme."))
    return found


def latest(principal: Principal) -> list[OwnGrid]:
    """The newest version of each grid, drafts included."""
    return list(own_grids(principal).order_by("code", "-version").distinct("code"))


def usable(principal: Principal) -> QuerySet[OwnGrid]:
    """The newest published version of each grid: what a campaign may be launched with."""
    found = own_grids(principal).filter(published_at__isnull=False)
    return found.order_by("code", "-version").distinct("code")


def begin(principal: Principal) -> OwnGrid:
    """A new draft, with the common grid's words to start from."""
    require(principal, PERMISSION)
    return _add(
        principal, get_random_string(10, LETTERS), 1, from_common(read_grid(current_grid()))
    )


@transaction.atomic
def next_version(principal: Principal, grid: OwnGrid) -> OwnGrid:
    """The grid's draft: the one under way, or a copy of this version."""
    alike = own_grids(principal).filter(code=grid.code)
    draft = alike.filter(published_at__isnull=True).first()
    last = alike.aggregate(n=Max("version"))["n"]
    return draft or _add(principal, grid.code, last + 1, grid.definition)


def change(principal: Principal, grid: OwnGrid, definition: dict[str, Any]) -> None:
    """Keep the draft as it is now, finished or not. Raises CampaignError for a published version."""
    _held_draft(principal, grid, definition=definition)


def publish(principal: Principal, grid: OwnGrid) -> None:
    """Let campaigns use it: from now on it never changes. Raises CampaignError while something is missing."""
    found = faults(grid.definition)
    if found:
        raise CampaignError(_("La grille n’est pas publiée. %(why)s") % {"why": found[0]})
    _held_draft(principal, grid, published_at=timezone.now())


def discard(principal: Principal, grid: OwnGrid) -> None:
    """Throw a draft away. Raises CampaignError for a published version, which campaigns may have used."""
    gone, _by_model = own_grids(principal).filter(pk=grid.pk, published_at__isnull=True).delete()
    if not gone:
        raise CampaignError(
            _("Cette version est publiée : elle reste, comme les cotations faites avec elle.")
        )


def _held_draft(principal: Principal, grid: OwnGrid, **changed: Any) -> None:
    changes = own_grids(principal).filter(pk=grid.pk, published_at__isnull=True).update(**changed)
    if not changes:
        raise CampaignError(
            _("Cette version est publiée : elle ne change plus. Préparez la suivante.")
        )


def _add(principal: Principal, code: str, version: int, definition: dict[str, Any]) -> OwnGrid:
    kept: OwnGrid = OwnGrid.objects.create(
        code=code, version=version, definition=definition, created_by_id=principal.user_id
    )
    return kept
