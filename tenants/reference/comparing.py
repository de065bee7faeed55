"""A landlord's stock beside the register's reference: what differs, what lacks, what the reference could complete.

An address is the same where its normalised number, street and whole commune are (the keys of both tables). The reference
adds up the dwellings of all landlords at an address. One statement each, inside the landlord's scope: PostgreSQL joins.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.principal import Principal
from tenants.reference.models import ReferenceAddress

PERMISSION: Final = (
    "stock.import"  # whose roles reach the whole stock: half of it would lack the other half
)
FAR_M: Final = 100  # EPSG:2154
# What a list shows of the pairs of addresses, by what tells them apart.
VIEWS: Final[dict[str, tuple[str, str | Promise]]] = {
    "different": ("differs", gettext_lazy("Différences")),
    "a-completer": ("completable", gettext_lazy("À compléter")),
    "manquent": ("theirs IS NOT NULL AND ours IS NULL", gettext_lazy("Absentes du patrimoine")),
    "inconnues": ("ours IS NOT NULL AND theirs IS NULL", gettext_lazy("Absentes du répertoire")),
}
# Paris, Lyon and Marseille by arrondissement → the whole commune, as the reference's keys begin.
_KEY: Final = """
  CASE WHEN left(a.match_key, 5) BETWEEN '75101' AND '75120' THEN '75056' || substr(a.match_key, 6)
       WHEN left(a.match_key, 5) BETWEEN '69381' AND '69389' THEN '69123' || substr(a.match_key, 6)
       WHEN left(a.match_key, 5) BETWEEN '13201' AND '13216' THEN '13055' || substr(a.match_key, 6)
       ELSE a.match_key END"""
_SURE: Final = "('entrance', 'address')"
PAIRS: Final = f"""
WITH own AS MATERIALIZED (
  SELECT {_KEY} AS match_key, a.number, a.street, a.postcode, a.commune_name, a.dwellings, a.construction_year,
    a.geom, a.quality, s.key AS site_key, s.name AS site_name
  FROM tenants_address a JOIN tenants_site s ON s.landlord_id = a.landlord_id AND s.id = a.site_id
  WHERE s.state = 'managed' AND (%(commune)s = '' OR split_part({_KEY}, '|', 1) = %(commune)s)
), mine AS (
  SELECT match_key, min(number) AS number, min(street) AS street, min(postcode) AS postcode,
    min(commune_name) AS commune_name, split_part(match_key, '|', 1) AS commune_code,
    count(*)::int AS ours, sum(dwellings)::int AS own_dwellings, min(construction_year)::int AS own_year,
    max(construction_year)::int AS own_last_year, bool_or(construction_year IS NULL) AS undated,
    bool_or(geom IS NULL) AS unplaced, min(site_key::text) AS site_key, min(site_name) AS site_name,
    (array_agg(geom) FILTER (WHERE quality IN {_SURE}))[1] AS own_geom
  FROM own GROUP BY match_key
), reference AS (
  SELECT * FROM "{ReferenceAddress._meta.db_table}"
  WHERE vintage = %(vintage)s AND commune_code = ANY (ARRAY(SELECT DISTINCT commune_code FROM mine))
), pair AS (
  SELECT coalesce(m.match_key, r.match_key) AS match_key, coalesce(r.commune_code, m.commune_code) AS commune_code,
    coalesce(nullif(m.commune_name, ''), r.commune_name) AS commune_name, coalesce(m.number, r.number) AS number,
    coalesce(m.street, r.street) AS street, coalesce(m.postcode, r.postcode) AS postcode, m.ours, r.id AS theirs,
    m.own_dwellings, m.own_year, m.own_last_year, m.site_key, m.site_name,
    r.dwellings AS reference_dwellings, r.construction_year::int AS reference_year,
    CASE WHEN r.quality IN {_SURE} THEN ST_Distance(m.own_geom, r.geom) END AS distance,
    coalesce(m.ours = 1 AND m.own_dwellings = 0 AND r.dwellings > 0, false) AS may_dwellings,
    coalesce(m.undated AND r.construction_year IS NOT NULL, false) AS may_year,
    coalesce(m.unplaced AND r.geom IS NOT NULL AND r.quality IN {_SURE}, false) AS may_position
  FROM mine m FULL JOIN reference r ON r.match_key = m.match_key
), told AS (
  SELECT *, may_dwellings OR may_year OR may_position AS completable,
    coalesce(own_dwellings > 0 AND own_dwellings <> reference_dwellings, false) AS other_dwellings,
    coalesce(reference_year NOT BETWEEN own_year AND own_last_year, false) AS other_year,
    coalesce(distance > {FAR_M}, false) AS far
  FROM pair
), judged AS (
  SELECT *, other_dwellings OR other_year OR far AS differs FROM told
)
"""  # noqa: S608 -- the model's own table, constants of this module
_COUNTS: Final = ", ".join(f"count(*) FILTER (WHERE {test})" for test, _label in VIEWS.values())


@dataclass(frozen=True, slots=True)
class Commune:
    """How many addresses of one commune are in each list."""

    code: str
    name: str
    ours: int
    differing: int
    completable: int
    lacking: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Pair:
    """One address as the stock has it (`own_…`), as the reference has it, or both. Distance in metres."""

    match_key: str
    commune_code: str
    commune_name: str
    number: str
    street: str
    postcode: str
    ours: int | None
    own_dwellings: int | None
    own_year: int | None
    reference_dwellings: int | None
    reference_year: int | None
    distance: float | None
    other_dwellings: bool
    other_year: bool
    far: bool
    may_dwellings: bool
    may_year: bool
    may_position: bool
    site_key: str | None
    site_name: str | None
    same_street: bool

    def __str__(self) -> str:
        return f"{self.number} {self.street}".strip()


_COLUMNS: Final = ", ".join(each.name for each in fields(Pair))
PLACED: Final = f"""{PAIRS}, placed AS (
  SELECT *, count(ours) OVER (PARTITION BY commune_code, split_part(match_key, '|', 3)) > 0 AS same_street FROM judged
)"""  # noqa: S608 -- constants of this module
_ORDER: Final = (
    "commune_name, commune_code, same_street DESC, street, "
    "substring(number from '^[0-9]{1,6}')::int, number, match_key"
)


def require(principal: Principal) -> None:
    """Raises PermissionDenied for who may not take data into the stock."""
    if not principal.is_landlord or not principal.may(PERMISSION):
        raise PermissionDenied(_("Votre rôle ne permet pas de comparer le patrimoine au répertoire."))  # fmt: skip


def vintage() -> int | None:
    """The latest 1 January of the reference; None while the operator has imported none."""
    found: int | None = ReferenceAddress.objects.aggregate(latest=Max("vintage"))["latest"]
    return found


def communes(principal: Principal, year: int, commune: str = "") -> list[Commune]:
    """The communes in which the landlord has addresses (or that one), those with most to look at first."""
    require(principal)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{PAIRS} SELECT commune_code, max(commune_name), count(ours), {_COUNTS} FROM judged "  # noqa: S608
            "GROUP BY commune_code ORDER BY 4 DESC, 5 DESC, 7 DESC, 1",
            {"vintage": year, "commune": commune},
        )
        return [Commune(*row) for row in cursor.fetchall()]


def pairs(
    principal: Principal, year: int, view: str, *, commune: str = "", most: int, start: int = 0
) -> list[Pair]:
    """Some rows of one list of VIEWS: those of streets where the landlord has addresses first."""
    require(principal)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{PLACED} SELECT {_COLUMNS} FROM placed WHERE {VIEWS[view][0]} ORDER BY {_ORDER} "  # noqa: S608
            "LIMIT %(most)s OFFSET %(start)s",
            {"vintage": year, "commune": commune, "most": most, "start": start},
        )
        return [Pair(*row) for row in cursor.fetchall()]


def lists(
    principal: Principal, year: int, *, commune: str = "", most: int
) -> dict[str, list[Pair]]:
    """Every list of VIEWS in one statement, at most so many rows of each."""
    require(principal)
    tests = [test for test, _label in VIEWS.values()]
    found: dict[str, list[Pair]] = {view: [] for view in VIEWS}
    with connection.cursor() as cursor:
        cursor.execute(
            f"{PLACED} SELECT {_COLUMNS}, {', '.join(f'({each})' for each in tests)} FROM "  # noqa: S608
            f"(SELECT *, row_number() OVER (PARTITION BY ours IS NULL ORDER BY {_ORDER}) AS place FROM placed "
            f"WHERE {' OR '.join(f'({each})' for each in tests)}) numbered "
            f"WHERE ours IS NOT NULL OR place <= %(most)s ORDER BY {_ORDER}",
            {"vintage": year, "commune": commune, "most": most},
        )
        for row in cursor.fetchall():
            pair = Pair(*row[: -len(tests)])
            for view, held in zip(VIEWS, row[-len(tests) :], strict=True):
                if held and len(found[view]) < most:
                    found[view].append(pair)
    return found


def completable(
    principal: Principal, year: int, *, commune: str = "", keys: list[str] | None = None
) -> list[dict[str, Any]]:
    """The landlord's addresses that the reference completes: `id`, `site_id`, and what it would give to each."""
    require(principal)
    chosen = "" if keys is None else "AND t.match_key = ANY (%(keys)s)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"{PAIRS} SELECT a.id, a.site_id, "  # noqa: S608
            "CASE WHEN t.may_dwellings THEN r.dwellings END AS dwellings, "
            "CASE WHEN t.may_year AND a.construction_year IS NULL THEN r.construction_year END AS year, "
            "CASE WHEN t.may_position AND a.geom IS NULL THEN r.geom::text END AS geom, r.quality "
            f"FROM judged t JOIN tenants_address a ON {_KEY} = t.match_key "
            "JOIN tenants_site s ON s.landlord_id = a.landlord_id AND s.id = a.site_id AND s.state = 'managed' "
            f'JOIN "{ReferenceAddress._meta.db_table}" r ON r.id = t.theirs WHERE t.completable {chosen} ORDER BY a.id',
            {"vintage": year, "commune": commune, "keys": keys},
        )
        names = [each.name for each in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
