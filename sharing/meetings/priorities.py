"""The sites that every member of a forum reads: in the reader's words, the gravest first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection

from accounts.models import Organisation
from accounts.principal import Principal
from sharing.access import changes_since, shared_sites
from sharing.access.models import SharedSite
from sharing.details import ORDER, Detail
from sharing.meetings.models import Forum
from tenants import access
from tenants.campaigns.models import Publication
from tenants.stock.models import Site

MOST_PROPOSED: Final = 40


@dataclass(frozen=True)
class SiteLine:
    """A site as its reader may name it. `level_before`: the one its last publication replaced, 0 where unknown."""

    key: UUID
    name: str
    address: str
    commune: str
    landlord_id: int
    landlord: str
    dwellings: int
    level: int
    level_before: int
    published_on: dt.date | None
    own: bool
    detail: Detail = Detail.SITE
    shared: SharedSite | None = None
    site: Site | None = None

    @property
    def rose(self) -> bool:
        """Whether the level went up with its last publication."""
        return 0 < self.level_before < self.level

    @property
    def order(self) -> tuple[int, int, int, str]:
        """The gravest first, then those that rose, then the largest."""
        return (-self.level, -int(self.rose), -self.dwellings, self.name)


def readable_lines(principal: Principal, keys: set[UUID]) -> dict[UUID, SiteLine]:
    """Of these sites, those that the reader may name today: shared with it, or its own within its reach."""
    if not keys or principal.is_coordinator:
        return {}
    found = {}
    before = dict(
        changes_since(principal, None).filter(key__in=keys).values_list("key", "previous_level")
    )
    for each in shared_sites(principal).filter(key__in=keys):
        found[each.key] = SiteLine(
            each.key, each.name, each.address, each.commune_name, each.landlord_id, each.landlord.short_name,
            each.dwellings, each.level, before.get(each.key) or 0, each.published_on, own=False,
            detail=Detail.FILE if each.has_file else Detail.SITE, shared=each,
        )  # fmt: skip
    if principal.is_landlord and principal.may("sites.read"):
        found |= _own(principal, keys)
    return found


def _own(principal: Principal, keys: set[UUID]) -> dict[UUID, SiteLine]:
    rows = list(access.sites(principal).filter(key__in=keys, published_level__isnull=False))
    name = Organisation.objects.values_list("short_name", flat=True).get(
        pk=principal.organisation_id
    )
    before = dict(
        Publication.objects.filter(site__in=rows)
        .order_by("site_id", "-published_at", "-pk")
        .distinct("site_id")
        .values_list("site_id", "previous_level")
    )
    return {
        each.key: SiteLine(
            each.key, each.name, each.address, each.commune_name, principal.organisation_id, name, each.dwellings,
            each.published_level or 0, before.get(each.pk) or 0, each.published_on, own=True, detail=Detail.FILE, site=each,
        )
        for each in rows
    }  # fmt: skip


def common_details(forum: Forum) -> dict[UUID, Detail]:
    """Keys of the sites that every member reads, each with the lowest detail among them. PostgreSQL says which."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, detail FROM shared.forum_sites(%s)", [forum.pk])
        return {key: ORDER[detail] for key, detail in cursor.fetchall()}


def common_sites(principal: Principal, forum: Forum) -> list[SiteLine]:
    """The priority list: what every member reads, as far as this reader's role reaches. A coordination: none."""
    if principal.is_coordinator:
        return []
    details = common_details(forum)
    lines = readable_lines(principal, set(details))
    return sorted(
        (_at(line, details[key]) for key, line in lines.items()), key=lambda each: each.order
    )


def _at(line: SiteLine, detail: Detail) -> SiteLine:
    return SiteLine(**{**vars(line), "detail": detail})
