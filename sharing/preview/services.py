"""Ask PostgreSQL which of the landlord's own sites a reader sees: the very function that the reader's pages use."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from accounts.models import Organisation
from accounts.principal import Principal
from sharing.access import own_sites_as
from sharing.conventions.standing import Standing
from sharing.details import ORDER, Detail, rank
from tenants.access import sites
from tenants.stock.models import Site


@dataclass(frozen=True)
class ReaderCount:
    """How many of the member's sites a reader sees, by detail level, most detail first."""

    reader: Organisation
    by_detail: list[tuple[Detail, int]]
    conventions: list[str]

    @property
    def total(self) -> int:
        """Sites that the reader sees as sites."""
        return sum(count for detail, count in self.by_detail if rank(detail) >= rank(Detail.SITE))

    @property
    def as_sites(self) -> list[tuple[Detail, int]]:
        """How many at each detail level that shows a site."""
        return [row for row in self.by_detail if rank(row[0]) >= rank(Detail.SITE)]

    @property
    def in_figures(self) -> int:
        """Sites that count only in released figures for that reader."""
        return sum(count for _detail, count in self.by_detail) - self.total


@dataclass(frozen=True)
class SeenSite:
    """One of the landlord's own sites with the detail at which the reader sees it."""

    site: Site
    detail: Detail

    @property
    def has_file(self) -> bool:
        """Whether the reader opens its file."""
        return self.detail == Detail.FILE

    @property
    def is_listed(self) -> bool:
        """Whether the reader sees it as a site at all, not only inside released figures."""
        return rank(self.detail) >= rank(Detail.SITE)


def counts_by_reader(principal: Principal, found: list[Standing]) -> list[ReaderCount]:
    """For each organisation that shares a convention with the landlord: what it sees of the member's sites today."""
    readers: dict[int, Organisation] = {}
    names: dict[int, list[str]] = {}
    for standing in found:
        for party in standing.parties:
            if party.organisation_id != principal.organisation_id:
                readers[party.organisation_id] = party.organisation
                names.setdefault(party.organisation_id, []).append(standing.convention.name)
    own = set(sites(principal).values_list("key", flat=True))
    counted = []
    for pk, reader in readers.items():
        seen = own_sites_as(principal, pk)
        counts = Counter(detail for key, detail in seen.items() if key in own)
        by_detail = [(detail, counts[detail]) for detail in reversed(ORDER) if counts[detail]]
        counted.append(ReaderCount(reader, by_detail, names[pk]))
    return sorted(counted, key=lambda each: (each.reader.kind != "partner", each.reader.name))


def seen_sites(principal: Principal, seen: dict[UUID, Detail]) -> list[SeenSite]:
    """The member's own sites among those, gravest first, as the reader's list orders them."""
    rows = sites(principal).filter(key__in=seen.keys()).order_by("-published_level", "name", "key")
    return [SeenSite(site, seen[site.key]) for site in rows]
