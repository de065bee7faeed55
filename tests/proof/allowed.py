"""Which canaries a reader may meet: the declared columns of each detail level, and what belongs to whom."""

from __future__ import annotations

from typing import Final

from tests.proof.canary import Canary
from tests.proof.objects import PART
from tests.proof.world import LIVE, READS_RELEASES, Reader, World

# What « site » shows of a row, column by column; nothing else of a landlord's tables leaves it.
SITE: Final = frozenset(
    f"tenants_site.{name}" for name in ("key", "name", "address", "geom", "dwellings")
)
# What « file » adds.
FILE: Final = SITE | {"tenants_assessment.shared_comment", "tenants_intervention.title"}
# Roles of a landlord that read what conventions share.
READS_SHARED: Final = "ASDCR"
# Names and titles that the whole landlord's campaigns and pages carry, whatever the reach on sites.
WHOLE_LANDLORD: Final = (
    "tenants_campaign.",
    "tenants_campaignevent.",
    "tenants_agency.",
    "tenants_lever.",
    "tenants_spatialrun.",
)


def may_meet(canary: Canary, reader: Reader, world: World) -> bool:
    """Whether a reader may meet a canary anywhere in the product."""
    owner = canary.owner
    if reader.membership is None or reader.letter in "nsO":
        return False
    if owner.startswith("org-"):
        assert reader.organisation is not None
        return owner == f"org-{reader.organisation.pk}"
    if owner.startswith("forum-"):
        return _sits(owner.removeprefix("forum-"), reader)
    if owner.startswith(("convention-", "released-", "unpublished-")):
        return _agreed(owner, reader, world)
    if owner in {"home", "elsewhere"} and reader.letter in "ASDHGP" and reader.bound:
        far = owner == "elsewhere" and reader.letter in PART
        return not far or canary.column.startswith(WHOLE_LANDLORD)
    relation = world.relation(owner)
    if not reader.bound:
        if reader.letter != "A" or relation != "stranger":
            return False
        return owner == "stranger-1" or canary.column in FILE
    if reader.letter not in READS_SHARED:
        return False
    return canary.column in {"site": SITE, "file": FILE}.get(relation, frozenset())


def _sits(relation: str, reader: Reader) -> bool:
    """Rows of a forum: its members while the convention binds them, and its coordination."""
    if reader.letter in "XY":
        return reader.bound and relation != "stranger"
    if reader.letter not in READS_SHARED:
        return False
    if not reader.bound:
        return reader.letter == "A" and relation == "stranger"
    return relation in LIVE


def _agreed(owner: str, reader: Reader, world: World) -> bool:
    """Rows of a convention: its parties and its coordination; figures once published, where the annex gives them."""
    kind, _dash, relation = owner.partition("-")
    if kind != "convention":
        relation = relation.removeprefix("convention-")
    with_strangers = relation == "stranger"
    if reader.letter in "XY":
        return reader.bound and not with_strangers
    if with_strangers:
        return not reader.bound and reader.letter == "A" and kind != "unpublished"
    if not reader.bound:
        return False
    if kind == "unpublished":
        return False
    return kind == "convention" or relation in READS_RELEASES
