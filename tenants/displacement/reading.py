"""Read, through the door, what the comparison is made from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import Count, Q

from accounts.principal import Principal
from gis.displacement.areas import Floats, Ints, Stock
from tenants.access import incidents, interventions, sites
from tenants.campaigns.models import CampaignSite
from tenants.displacement.periods import Periods
from tenants.interventions.models import Intervention
from tenants.stock.models import Site

STARTED = (Intervention.Status.UNDER_WAY, Intervention.Status.DONE)


@dataclass(frozen=True)
class Ground:
    """The sites within reach that have a position, in the order of `stock`, and the level that followed each."""

    keys: list[UUID]
    names: list[str]
    stock: Stock
    levels_after: Ints
    targets: Ints
    touched: Ints


def read_ground(principal: Principal, intervention: Intervention, span: Periods) -> Ground:
    """Sites, facts and levels of both periods. `touched`: sites of any intervention under way in them."""
    rows: list[Any] = list(
        sites(principal)
        .filter(state=Site.State.MANAGED, geom__isnull=False)
        .order_by("pk")
        .values_list("pk", "key", "name", "dwellings", "geom")
    )
    at = {row[0]: n for n, row in enumerate(rows)}
    before, after = np.zeros((2, len(rows)), dtype=np.int64)
    counted = (
        incidents(principal)
        .filter(occurred_on__gte=span.first, occurred_on__lt=span.last)
        .order_by()
        .values("site_id")
        .annotate(
            before=Count("pk", filter=Q(occurred_on__lt=span.start)),
            after=Count("pk", filter=Q(occurred_on__gte=span.start)),
        )
    )
    for each in counted:
        if each["site_id"] in at:
            before[at[each["site_id"]]], after[at[each["site_id"]]] = each["before"], each["after"]
    stock = Stock(
        places=_places(rows),
        dwellings=np.array([row[3] for row in rows], dtype=np.int64),
        levels=_levels(
            at, Q(campaign__reference_date__lte=span.start), "-campaign__reference_date"
        ),
        before=before,
        after=after,
    )
    own = set(intervention.site_links.values_list("site_id", flat=True))
    return Ground(
        keys=[row[1] for row in rows],
        names=[row[2] for row in rows],
        stock=stock,
        levels_after=_levels(
            at, Q(campaign__reference_date__gt=span.start), "-campaign__reference_date"
        ),
        targets=_indices(at, own),
        touched=_indices(at, own | _touched(principal, span.first, span.last)),
    )


def _places(rows: list[Any]) -> Floats:
    """(n, 2), metres in EPSG:2154."""
    return np.array([row[4].coords for row in rows], dtype=np.float64).reshape(-1, 2)


def _levels(at: dict[int, int], when: Q, order: str) -> Ints:
    """The level that the last campaign of that time kept, 0 without one, in the order of `at`."""
    levels = np.zeros(len(at), dtype=np.int64)
    kept = (
        CampaignSite.objects.filter(when, site_id__in=at, level__isnull=False)
        .order_by("site_id", order)
        .distinct("site_id")
        .values_list("site_id", "level")
    )
    for site, level in kept:
        levels[at[site]] = level or 0
    return levels


def _touched(principal: Principal, first: dt.date, last: dt.date) -> set[int]:
    rows: Any = interventions(principal).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=first), status__in=STARTED, starts_on__lt=last
    )
    return set(rows.values_list("site_links__site_id", flat=True))


def _indices(at: dict[int, int], keys: set[int]) -> Ints:
    return np.array(sorted(at[key] for key in keys if key in at), dtype=np.int64)
