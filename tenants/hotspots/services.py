"""Compute and read the hot spots of one landlord. Never over several: that is for releases alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.principal import Principal
from tenants.access import landlord_scope, sites
from tenants.hotspots.measuring import PERMUTATIONS, measure
from tenants.hotspots.models import Measure, SpatialFinding, SpatialRun
from tenants.jobs.models import Job
from tenants.jobs.services import enqueue, jobs_of
from tenants.stock.models import Site

JOB_KIND: Final = "spatial-statistics"
PERMISSION: Final = "campaigns.manage"
RADIUS_M: Final = 1_000  # a quarter of an hour on foot
FACTS_DAYS: Final = 365
KEPT_RUNS: Final = 2

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Stock:
    """The sites that are looked at, in one order: keys, positions (EPSG:2154, metres), levels, facts per 100 homes."""

    ids: list[int]
    positions: list[tuple[float, float]]
    levels: list[int]
    facts: list[float]


def may_compute(principal: Principal) -> bool:
    """Whether the principal may ask for a computation: it takes the whole stock, so a reach over all of it."""
    return principal.may(PERMISSION) and principal.role.reach == "all"


def ask(principal: Principal) -> Job:
    """Ask for a computation; one that waits or runs already is given back. Raises PermissionDenied."""
    if not may_compute(principal):
        raise PermissionDenied(_("Ce calcul porte sur tout le patrimoine : demandez-le au siège."))
    waiting = (
        jobs_of(principal)
        .filter(kind=JOB_KIND, state__in=[Job.State.QUEUED, Job.State.RUNNING])
        .first()
    )
    return waiting or enqueue(principal, JOB_KIND, {})


def stock_of(principal: Principal, since: dt.date) -> Stock:
    """The managed sites that have a position and a level. Inside the landlord's scope."""
    rows = (
        sites(principal)
        .filter(state=Site.State.MANAGED, geom__isnull=False, current_level__isnull=False)
        .annotate(n=Count("incidents", filter=Q(incidents__occurred_on__gte=since)))
        .order_by("pk")
        .values_list("pk", "geom", "current_level", "dwellings", "n")
    )
    stock = Stock([], [], [], [])
    for pk, geom, level, dwellings, count in rows:
        if geom is None or level is None:
            continue
        stock.ids.append(pk)
        stock.positions.append((geom.x, geom.y))
        stock.levels.append(level)
        stock.facts.append(100 * count / dwellings if dwellings else 0.0)
    return stock


def compute(
    principal: Principal, key: UUID, progress: Progress, *, permutations: int | None = None
) -> SpatialRun:
    """Compute every measure over the principal's landlord and keep what stands out, under `key`, once.

    Written twice it comes to the same. Opens the landlord's scope itself. Raises PermissionDenied for a reach that is
    not the whole stock.
    """
    if not may_compute(principal):
        raise PermissionDenied(_("Ce calcul porte sur tout le patrimoine : demandez-le au siège."))
    since = timezone.localdate() - dt.timedelta(days=FACTS_DAYS)
    progress(0, len(Measure) + 1, _("Lecture du patrimoine"))
    with landlord_scope(principal):
        stock = stock_of(principal, since)
    draws = permutations or PERMUTATIONS
    found = measure(stock, radius_m=RADIUS_M, permutations=draws, progress=progress)
    with landlord_scope(principal), transaction.atomic():
        run, _made = SpatialRun.objects.update_or_create(
            key=key,
            defaults={
                "made_at": timezone.now(),
                "radius_m": RADIUS_M,
                "facts_from": since,
                "permutations": draws,
                "site_count": len(stock.ids),
                "isolated_count": found.isolated,
                "refusals": found.refusals,
            },
        )
        run.findings.all().delete()
        SpatialFinding.objects.bulk_create(
            SpatialFinding(
                landlord_id=principal.organisation_id, run=run, site_id=stock.ids[each.index], measure=kind,
                finding=each.finding.value, value=each.value, p=each.p, q=each.q, neighbours=each.neighbours,
            )
            for kind, each in found.named
        )  # fmt: skip
        kept = list(SpatialRun.objects.values_list("pk", flat=True)[:KEPT_RUNS])
        SpatialRun.objects.exclude(pk__in=kept).delete()
    return run


def last_run(principal: Principal) -> SpatialRun | None:
    """The newest computation, None before the first. Raises PermissionError without the right to read campaigns."""
    if not principal.may("campaigns.read"):
        raise PermissionError("campaigns.read")
    return SpatialRun.objects.first()


def findings(principal: Principal) -> QuerySet[SpatialFinding]:
    """What the newest computation found on the sites within the principal's reach, the surest first."""
    run = last_run(principal)
    found: QuerySet[SpatialFinding] = SpatialFinding.objects.filter(
        run=run, site__in=sites(principal).filter(state=Site.State.MANAGED).order_by()
    )
    return found if principal.may("incidents.read") else found.exclude(measure=Measure.FACTS)


def refusal_lines(run: SpatialRun) -> list[str]:
    """Why measures were not computed, a sentence each."""
    reasons: dict[str, Any] = {
        "too_few": _("moins de 30 sites cotés ont un voisin"),
        "all_alike": _("les sites sont presque tous dans le même cas"),
    }
    return [
        _("%(measure)s : non calculé, %(why)s.")
        % {"measure": Measure(name).label.capitalize(), "why": reasons[why]}
        for name, why in run.refusals.items()
    ]
