"""The report as a GeoPackage: its territories as two layers, EPSG:2154 and EPSG:4326, with their released figures."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from django.contrib.gis.db.models.functions import Transform
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gis.territories.models import Territory
from sharing.extracts.writing.container import (
    LAMBERT_93,
    NO_EXTENT,
    WGS_84,
    Extent,
    attributes,
    container,
    features,
    header,
)
from sharing.extracts.writing.geopackage import TYPES
from sharing.receipts.facts import Facts
from sharing.reports import wording
from sharing.reports.content import ReportContent
from sharing.reports.files.rows import (
    ordered,
    own_columns,
    own_values,
    territory_columns,
    territory_values,
    told_lines,
)

LAYERS: Final = (("territoires_2154", LAMBERT_93), ("territoires_4326", WGS_84))


def write_layers(content: ReportContent, _reader: str, facts: Facts) -> bytes:
    """The file. Withheld territories are drawn too, without a figure."""
    columns, own = territory_columns(), own_columns()
    fields = [(each.name, TYPES[each.kind]) for each in columns]
    lines = told_lines(content)
    with container() as base:
        for name, srs in LAYERS:
            outlines = _outlines([line.territory_id for line in lines], srs)
            label = _("Territoires, EPSG:%(code)s") % {"code": srs}
            features(
                base, name, label, "MULTIPOLYGON", srs, fields, _extent(list(outlines.values())),
                (
                    [_blob(outlines.get(line.territory_id), srs), *ordered(columns, territory_values(line))]
                    for line in lines
                ),
            )  # fmt: skip
        if content.own_lines:
            heads = [(each.name, TYPES[each.kind]) for each in own]
            rows = (ordered(own, own_values(line)) for line in content.own_lines)
            attributes(base, "vos_chiffres", _("Vos propres chiffres"), heads, rows)
        _texts(base, "methode", ("sujet", "texte"), wording.method(content.report.release))
        told = [(each.name, str(each.label), str(each.meaning)) for each in columns]
        _texts(base, "dictionnaire", ("colonne", "nom", "sens"), told)
        _texts(base, "recu", ("fait", "valeur"), facts.rows())
        base.commit()
        return base.serialize()


def _texts(
    base: sqlite3.Connection, name: str, heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]
) -> None:
    attributes(base, name, name, [(each, "TEXT") for each in heads], rows)


def _outlines(ids: list[int], srs: int) -> dict[int, GEOSGeometry]:
    found: QuerySet[Territory] = Territory.objects.filter(pk__in=ids).order_by()
    return dict(found.annotate(drawn=Transform("geom", srs)).values_list("pk", "drawn"))


def _extent(outlines: list[GEOSGeometry]) -> Extent:
    if not outlines:
        return NO_EXTENT
    lows_x, lows_y, highs_x, highs_y = zip(*(each.extent for each in outlines), strict=True)
    return min(lows_x), min(lows_y), max(highs_x), max(highs_y)


def _blob(outline: GEOSGeometry | None, srs: int) -> bytes | None:
    if outline is None:
        return None
    whole = outline if isinstance(outline, MultiPolygon) else MultiPolygon(outline, srid=srs)
    return header(srs) + bytes(whole.wkb)
