"""The detail level `zone`: how many sites at which level in a released neighbourhood, or in several told together."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from accounts.principal import Principal
from sharing.conventions.models import Convention
from sharing.release.models import ReleasedNeighbourhood


@dataclass(frozen=True)
class Zone:
    """Neighbourhoods whose figures are told together, as one reader may read them."""

    number: int  # by which the map calls it: of its first neighbourhood
    convention: Convention
    territory_ids: tuple[int, ...]
    names: tuple[str, ...]
    codes: tuple[str, ...]
    commune_codes: tuple[str, ...]
    # By level ("1"…"4"), band ("1-2", "3-4") and "total"; None inside where a level is not told apart from its band. None
    # altogether when withheld, for everybody or for this reader.
    sites: dict[str, int | None] | None
    groups: int | None
    is_kept_back: bool  # told to others: with the sites that the reader reads one by one it would tell this one too much
    elsewhere: int  # neighbourhoods that the figure counts too, outside the territories that the reader was given


def zones(principal: Principal) -> list[Zone]:
    """The zones of the published releases that conventions give the reader, by name. A coordination reads releases.

    Raises PermissionError for a role that reads nothing shared.
    """
    if principal.is_coordinator:
        return []
    if not (principal.may("shared.read") or principal.may("sharing.read")):
        raise PermissionError("shared.read")
    with connection.cursor() as cursor:
        cursor.execute("SELECT neighbourhood_id, leaves_enough, parts FROM shared.my_zones()")
        given = {number: (enough, parts) for number, enough, parts in cursor.fetchall()}
    rows = ReleasedNeighbourhood.objects.filter(pk__in=given).select_related(
        "territory", "release__convention"
    )
    together: dict[tuple[int, int, int], list[ReleasedNeighbourhood]] = {}
    for row in rows.defer("territory__geom").order_by("territory__name", "territory__code"):
        alone = -row.pk if row.zone is None else row.zone
        together.setdefault((row.release_id, row.zone is None, alone), []).append(row)
    return [_zone(members, given[members[0].pk]) for members in together.values()]


def _zone(members: list[ReleasedNeighbourhood], given: tuple[bool, int]) -> Zone:
    leaves_enough, parts = given
    first = members[0]
    shown = leaves_enough and not first.is_withheld
    territories = [member.territory for member in members]
    return Zone(
        first.pk,
        first.release.convention,
        tuple(territory.pk for territory in territories),
        tuple(territory.name for territory in territories),
        tuple(territory.code for territory in territories),
        tuple(sorted({code for territory in territories for code in territory.commune_codes})),
        first.sites if shown else None,
        first.groups if shown else None,
        not first.is_withheld and not leaves_enough,
        parts - len(members),
    )
