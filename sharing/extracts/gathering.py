"""The rows of a file, gathered through the doors: nothing finer than what the reader sees on the pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.contrib.gis.db.models.functions import Transform
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.principal import Principal
from sharing.access.models import SharedFile, SharedSite
from sharing.extracts.dictionary import HISTORY, INTERVENTIONS, SITES, Column, Table
from sharing.receipts.holdings import Holding, of_own, of_shared
from sharing.sites.filters import WGS_84
from tenants import access
from tenants.campaigns.models import CampaignSite, Publication
from tenants.interventions.models import InterventionSite
from tenants.stock.models import Site

YEAR: Final = dt.timedelta(days=365)
Row = list[Any]


@dataclass
class Gathered:
    """What a file holds: tables with their columns and rows; positions of the sites in EPSG:2154, in their order."""

    holdings: list[Holding]
    sites: list[Row] = field(default_factory=list)
    points: list[tuple[float, float] | None] = field(default_factory=list)
    tables: list[tuple[Table, list[Column], list[Row]]] = field(default_factory=list)

    @property
    def site_columns(self) -> list[Column]:
        """The columns of the sites."""
        return self.tables[0][1]


def own(principal: Principal, chosen: QuerySet[Site], wanted: Sequence[str]) -> Gathered:
    """A landlord's sites, within the member's reach; `wanted`: names of further tables."""
    rows = chosen.select_related("agency").annotate(position=Transform("geom", WGS_84)).order_by("code")  # fmt: skip
    if principal.may("incidents.read"):
        since = timezone.localdate() - YEAR
        rows = rows.annotate(facts=Count("incidents", filter=Q(incidents__occurred_on__gt=since)))
    found = list(rows)
    columns = [
        each
        for each in SITES.columns_of("own")
        if each.name != "facts_12_months" or principal.may("incidents.read")
    ]
    gathered = Gathered(of_own(principal, found))
    for site in found:
        values = {
            "agency": site.agency.name if site.agency else "", "level": site.current_level, "level_on": site.current_on,
            "facts_12_months": getattr(site, "facts", None), **_degrees(site),
        }  # fmt: skip
        gathered.sites.append([values.get(each.name, getattr(site, each.name, None)) for each in columns])  # fmt: skip
        gathered.points.append((site.geom.x, site.geom.y) if site.geom else None)
    gathered.tables.append((SITES, columns, gathered.sites))
    if HISTORY.name in wanted:
        gathered.tables.append((HISTORY, HISTORY.columns_of("own"), _own_history(found)))
    if INTERVENTIONS.name in wanted:
        gathered.tables.append((INTERVENTIONS, INTERVENTIONS.columns_of("own"), _own_interventions(found)))  # fmt: skip
    return gathered


def shared(principal: Principal, chosen: QuerySet[SharedSite], wanted: Sequence[str]) -> Gathered:
    """Shared sites; what `file` adds, where the reader has the file and some further table is wanted."""
    found = list(chosen.annotate(position=Transform("geom", WGS_84)))
    with_files = bool(wanted)
    keys = [each.key for each in found if each.has_file] if with_files else []
    files = {each.key: each for each in SharedFile.objects.filter(key__in=keys)} if keys else {}
    columns = SITES.columns_of("file" if with_files else "site")
    gathered = Gathered(of_shared(found, with_files=with_files))
    for site in found:
        file = files.get(site.key)
        values = {
            "landlord": site.landlord.name, "detail": "file" if file else "site",
            "rated_on": file.rated_on if file else None, "shared_comment": file.shared_comment if file else "",
            "facts_12_months": sum(file.incidents.values()) if file else None, **_degrees(site),
        }  # fmt: skip
        gathered.sites.append([values.get(each.name, getattr(site, each.name, None)) for each in columns])  # fmt: skip
        gathered.points.append((site.geom.x, site.geom.y) if site.geom else None)
    gathered.tables.append((SITES, columns, gathered.sites))
    if HISTORY.name in wanted:
        past = [
            [str(key), each["level"], dt.date.fromisoformat(each["on"])]
            for key, file in files.items() for each in file.history
        ]  # fmt: skip
        gathered.tables.append((HISTORY, HISTORY.columns_of("file"), past))
    if INTERVENTIONS.name in wanted:
        done = [
            [str(key), each["title"], each["status"], _day(each["starts_on"]), _day(each["ends_on"])]
            for key, file in files.items() for each in file.interventions
        ]  # fmt: skip
        gathered.tables.append((INTERVENTIONS, INTERVENTIONS.columns_of("file"), done))
    return gathered


def _degrees(site: Any) -> dict[str, float | None]:
    at = site.position
    return {"longitude": round(at.x, 6) if at else None, "latitude": round(at.y, 6) if at else None}


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _own_history(sites: Sequence[Site]) -> list[Row]:
    return history_rows(
        list(kept_levels([each.pk for each in sites]).select_related("site", "campaign"))
    )


def kept_levels(sites: Any) -> QuerySet[CampaignSite]:
    """The levels kept for sites (primary keys, or a query of them), site by site, the latest first."""
    found: QuerySet[CampaignSite] = CampaignSite.objects.filter(site__in=sites, level__isnull=False)
    return found.order_by("site__code", "-decided_at", "pk")


def with_positions(kept: QuerySet[CampaignSite]) -> QuerySet[CampaignSite]:
    """With `position`: the site's point in EPSG:4326."""
    placed = kept.annotate(position=Transform("site__geom", WGS_84))
    return placed.select_related("site", "campaign").order_by("site__code", "-decided_at", "pk")


def history_rows(kept: Sequence[CampaignSite]) -> list[Row]:
    """The levels kept, in the columns of the dictionary, in their order."""
    published = {
        (site, campaign): timezone.localtime(at).date()
        for site, campaign, at in Publication.objects.filter(site__in={each.site_id for each in kept})
        .order_by("published_at").values_list("site_id", "campaign_id", "published_at")
    }  # fmt: skip
    return [
        [str(each.site.key), each.site.code, each.campaign.name, each.level,
         timezone.localtime(each.decided_at).date() if each.decided_at else None,
         published.get((each.site_id, each.campaign_id))]
        for each in kept
    ]  # fmt: skip


def _own_interventions(sites: Sequence[Site]) -> list[Row]:
    links = (
        InterventionSite.objects.filter(site__in=[each.pk for each in sites])
        .select_related("site", "intervention__lever").order_by("site__code", "-intervention__starts_on")
    )  # fmt: skip
    return [
        [str(link.site.key), link.site.code, str(done.key), done.title, done.lever.label, done.status, done.starts_on,
         done.ends_on, done.cost_euros, done.axis]
        for link in links
        for done in [link.intervention]
    ]  # fmt: skip


def own_sites(principal: Principal) -> QuerySet[Site]:
    """The member's own sites, by the landlord's door."""
    return access.sites(principal)
