"""A copy of shared sites, taken by the police of the cast."""

from __future__ import annotations

import json

from sharing.access import shared_scope, shared_sites
from sharing.receipts.facts import Facts
from sharing.receipts.holdings import of_shared
from sharing.receipts.models import Receipt
from sharing.receipts.services import deliver
from tests.cast import Cast, Member


def file_of(facts: Facts, names: list[str]) -> bytes:
    """A small file that carries its facts."""
    return json.dumps({"receipt": facts.rows(), "names": names}, ensure_ascii=False).encode()


def take_copy(cast: Cast, member: Member | None = None, *, with_files: bool = False) -> Receipt:
    """All the sites that the member reads, in one file."""
    principal = (member or cast.police).principal
    with shared_scope(principal):
        rows = list(shared_sites(principal))
        return deliver(
            principal,
            kind="shared_sites",
            title="Sites partagés",
            file_name="sites.json",
            media_type="application/json",
            make=lambda facts: file_of(facts, [site.name for site in rows]),
            holdings=of_shared(rows, with_files=with_files),
            rows=len(rows),
        )
