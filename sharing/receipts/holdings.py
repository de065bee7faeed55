"""What a file holds of each landlord, and whether the reader may still read all of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from accounts.principal import Principal
from sharing.access import releases, shared_sites
from sharing.access.models import SharedSite
from sharing.details import Detail
from sharing.receipts.kinds import GUARDS
from sharing.receipts.models import Receipt, ReceiptPart
from sharing.release.models import ReleasedNeighbourhood
from tenants import access
from tenants.stock.models import Site


@dataclass(frozen=True)
class Holding:
    """The sites of one landlord in a file, under one convention (None: the landlord's own) at one detail level."""

    landlord_id: int
    convention_id: int | None
    detail: Detail
    site_keys: tuple[UUID, ...]


def of_shared(sites: Iterable[SharedSite], *, with_files: bool = False) -> list[Holding]:
    """The holdings of a file made of these shared sites; `with_files`: where the reader has the file, it is in it."""
    found: dict[tuple[int, int, Detail], list[UUID]] = {}
    for site in sites:
        detail = Detail.FILE if with_files and site.has_file else Detail.SITE
        found.setdefault((site.landlord_id, site.convention_id, detail), []).append(site.key)
    return [Holding(*head, tuple(keys)) for head, keys in found.items()]


def of_own(principal: Principal, sites: Iterable[Site]) -> list[Holding]:
    """The holding of a file made of the landlord's own sites; empty without one."""
    keys = tuple(site.key for site in sites)
    return [Holding(principal.organisation_id, None, Detail.FILE, keys)] if keys else []


def figures_of(principal: Principal, release_ids: Sequence[int]) -> str:
    """A name for the released figures that the reader may read today of these releases; empty without a release."""
    if not release_ids:
        return ""
    readable = releases(principal).filter(pk__in=release_ids).values("pk")
    cells = ReleasedNeighbourhood.objects.filter(release__in=readable).order_by()
    ids = sorted(cells.values_list("pk", flat=True))
    return hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()


def still_readable(principal: Principal, receipt: Receipt) -> bool:
    """Whether the reader may read today everything that the copy holds, through the very doors that made it."""
    if figures_of(principal, receipt.release_ids) != receipt.figures:
        return False
    guard = GUARDS.get(receipt.kind)
    if guard is not None and not guard(principal, receipt):
        return False
    return all(_part_readable(principal, part) for part in receipt.parts.all())


def _part_readable(principal: Principal, part: ReceiptPart) -> bool:
    keys = set(part.site_keys)
    if part.about_id == principal.organisation_id:
        # A site that left the stock since is nobody else's; one that went to another agency may be out of reach.
        return principal.role.reach == "all" or keys <= set(
            access.sites(principal).filter(key__in=keys).values_list("key", flat=True)
        )
    readable = shared_sites(principal).filter(key__in=keys, landlord_id=part.about_id)
    if part.detail == Detail.FILE:
        readable = readable.filter(has_file=True)
    return readable.count() == len(keys)
