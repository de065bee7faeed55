"""Add custom territories. The caller has checked that the person may; the database lets coordinators and the owner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connections, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gis.territories import codes
from gis.territories.importing.columns import find_columns
from gis.territories.importing.errors import ImportRefusedError
from gis.territories.importing.reading import Limits, read_features
from gis.territories.importing.report import ImportReport, Rejection
from gis.territories.importing.rows import TerritoryRow, build_rows, generated_code
from gis.territories.models import Territory, TerritoryKind

# A page waits for the answer: a contour drawn by hand is small.
PAGE_LIMITS = Limits(memory_bytes=1 << 30, cpu_seconds=20, wall_seconds=20.0)
NAME_LENGTH = 200

UNION = """
SELECT encode(ST_AsBinary(ST_Multi(ST_CollectionExtract(ST_MakeValid(ST_Union(geom)), 3))), 'hex')
FROM territory_territory WHERE id = ANY(%s)"""

# Communes that share more than a sliver of drawing with the outline: 1 % of the smaller of the two surfaces.
COVERED = """
WITH drawn AS (SELECT ST_SetSRID(%(wkb)s::geometry, 2154) AS geom)
SELECT t.code, t.departement_code
FROM drawn JOIN territory_territory AS t ON t.geom && drawn.geom
CROSS JOIN LATERAL (SELECT ST_Area(ST_Intersection(t.geom, drawn.geom)) AS area_m2) AS shared
WHERE t.kind = 'commune' AND shared.area_m2 > 0.01 * least(t.area_m2, ST_Area(drawn.geom))
  AND NOT EXISTS (SELECT FROM territory_territory AS newer WHERE newer.kind = 'commune'
                  AND newer.departement_code = t.departement_code AND newer.vintage > t.vintage)
ORDER BY shared.area_m2 DESC"""

ADD = """
SELECT add_custom_territory(%(code)s, %(name)s, %(vintage)s, ST_SetSRID(%(wkb)s::geometry, 2154), %(departement)s,
                            %(communes)s::text[], %(repaired)s, %(source)s)"""


class CustomTerritoryError(ValueError):
    """A custom territory that cannot be made; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Added:
    """What a page says after adding territories."""

    ids: list[int]
    report: ImportReport


def compose_custom(
    name: str, commune_codes: Sequence[str], *, source: str = "", using: str = "default"
) -> Territory:
    """Make a custom territory of whole communes (current vintage), dated of this year.

    Raises CustomTerritoryError: no name, no commune, an unknown commune, a name already taken.
    """
    name = checked_name(name, using)
    wanted = checked_communes(commune_codes)
    communes = list(
        Territory.objects.using(using)
        .current(TerritoryKind.COMMUNE)
        .filter(code__in=wanted)
        .only("id", "code", "departement_code", "area_m2")
    )
    unknown = sorted(wanted - {commune.code for commune in communes})
    if unknown:
        raise CustomTerritoryError(
            _(
                "Communes inconnues : %(codes)s. Vérifiez ces codes INSEE, ou demandez à l’exploitant de les charger."
            )
            % {"codes": ", ".join(unknown)}
        )
    largest = max(communes, key=lambda commune: (commune.area_m2 or 0.0, commune.code))
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(UNION, [[commune.pk for commune in communes]])
        (outline,) = cursor.fetchone() or ("",)
        row = TerritoryRow(
            code=generated_code(name),
            name=name,
            wkb_hex=outline,
            departement_code=largest.departement_code,
            commune_codes=sorted(commune.code for commune in communes),
        )
        (added,) = add_rows([row], source or _("communes réunies"), using)
    return Territory.objects.using(using).get(pk=added)


def checked_name(name: str, using: str) -> str:
    """The name, cleaned. Raises CustomTerritoryError when it is empty, too long or taken this year."""
    name = " ".join(name.split())
    if not name or len(name) > NAME_LENGTH:
        raise CustomTerritoryError(
            _("Donnez au territoire un nom de 1 à %(most)d caractères.") % {"most": NAME_LENGTH}
        )
    if is_taken(name, using):
        raise CustomTerritoryError(
            _("Un territoire nommé « %(name)s » existe déjà cette année. Choisissez un autre nom.")
            % {"name": name}
        )
    return name


def is_taken(name: str, using: str) -> bool:
    """Whether a custom territory of this year has the name, case and spaces apart."""
    custom = Territory.objects.using(using).filter(kind=TerritoryKind.CUSTOM, vintage=this_year())
    return custom.filter(code=generated_code(name)).exists()


def checked_communes(commune_codes: Sequence[str]) -> set[str]:
    """The codes made official. Raises CustomTerritoryError when there is none or one cannot be read."""
    try:
        wanted = {codes.commune_of(codes.clean_code("commune", code)) for code in commune_codes}
    except codes.BadCodeError as error:
        raise CustomTerritoryError(
            _(
                "« %(code)s » n’est pas un code INSEE de commune : cinq caractères, par exemple 93066."
            )
            % {"code": error.args[0]}
        ) from error
    if not wanted:
        raise CustomTerritoryError(_("Choisissez au moins une commune."))
    return wanted


def this_year() -> int:
    """The vintage of a territory made today."""
    return timezone.localdate().year


def import_custom(
    path: Path, *, filename: str, using: str = "default", limits: Limits = PAGE_LIMITS
) -> Added:
    """Add every outline of a GeoJSON or GeoPackage (column `nom`) as a custom territory of this year.

    A name that is taken is rejected: a page never changes a territory that conventions may cite. Raises
    ImportRefusedError when the file is refused as a whole.
    """
    file = read_features(path, limits)
    report = ImportReport(filename, TerritoryKind.CUSTOM, this_year(), crs=file.crs)
    rows = build_rows(
        TerritoryKind.CUSTOM, file.features, find_columns(TerritoryKind.CUSTOM, file.fields), report
    )
    fresh = []
    for row in rows:
        row.code = generated_code(row.name)
        if is_taken(row.name, using):
            report.rejected.append(Rejection(0, row.code, "name_taken", row.name))
        else:
            fresh.append(row)
    if not fresh:
        raise ImportRefusedError(
            "\n".join([_("Aucun contour du fichier ne peut être retenu."), *report.details()])
        )
    with transaction.atomic(using=using):
        for row in fresh:
            complete(row, using)
        ids = add_rows(fresh, filename, using)
    report.created = len(ids)
    report.without_commune = [row.name for row in fresh if not row.commune_codes]
    return Added(ids, report)


def complete(row: TerritoryRow, using: str) -> None:
    """Communes and département of an outline, from the communes under it."""
    with connections[using].cursor() as cursor:
        cursor.execute(COVERED, {"wkb": row.wkb_hex})
        covered: list[tuple[str, str]] = cursor.fetchall()
    row.commune_codes = row.commune_codes or sorted(code for code, _departement in covered)
    row.departement_code = row.departement_code or (covered[0][1] if covered else "")


def add_rows(rows: Sequence[TerritoryRow], source: str, using: str) -> list[int]:
    """Write the rows through the database's function; their ids."""
    ids: list[int] = []
    with connections[using].cursor() as cursor:
        for row in rows:
            values: dict[str, Any] = {
                "code": row.code,
                "name": row.name,
                "vintage": this_year(),
                "wkb": row.wkb_hex,
                "departement": row.departement_code,
                "communes": row.commune_codes,
                "repaired": row.repaired,
                "source": source[:200],
            }
            cursor.execute(ADD, values)
            (added,) = cursor.fetchone() or (0,)
            ids.append(added)
    return ids
