"""Changes in words, for the page and the spreadsheet of a dry run."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from tenants.campaigns.models import Assessment, CampaignSite, Decision
from tenants.imports.changes.recording import TABLES, Change, columns_of
from tenants.imports.models import ImportLine
from tenants.incidents.models import Incident
from tenants.incidents.nomenclature import FAMILIES, SUBFAMILIES
from tenants.interventions.models import InterventionSite
from tenants.stock.models import Address, Agency, Site

Row = dict[str, Any]
ACTION: Final = ImportLine.Action
# What goes without saying: keys, what follows from the position, what is only for matching.
UNSPOKEN: Final = frozenset(
    [
        "id",
        "key",
        "landlord_id",
        "created_at",
        "territory_ids",
        "placement",
        "file_import_id",
        "source",
        "source_id",
        "decided_at",
        "match_key",
    ]
)
MOST_SHOWN: Final = 60
# Told by the rating or by the level of their site.
UNTOLD: Final = frozenset([CampaignSite, Decision])
FACTS: Final = dict([*FAMILIES, *SUBFAMILIES])


@dataclass(frozen=True, slots=True)
class Line:
    """What happens to one object."""

    action: str
    subject: str
    detail: str = ""


def lines_of(kind: str, changes: list[Change]) -> list[Line]:
    """One line for each changed row that means something to people. Runs in the landlord's scope."""
    by_table: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_table[change.table].append(change)
    lines: list[Line] = []
    sites = _site_names() if kind != "stock" else {}
    for model in TABLES[kind]:
        if model in UNTOLD:
            continue
        table = model._meta.db_table
        found = by_table.get(table, [])
        befores = columns_of(table, [each.before for each in found])
        afters = columns_of(table, [each.after for each in found])
        for before, after in zip(befores, afters, strict=True):
            lines.append(_line(model, before, after, sites))
    return lines


def left_lines(left: list[tuple[str, str]]) -> list[Line]:
    """What the file does not hold and stays as it is."""
    return [Line(ACTION.LEFT, subject, detail) for subject, detail in left]


def _site_names() -> dict[int, str]:
    return {
        pk: f"{code} – {name}" for pk, code, name in Site.objects.values_list("pk", "code", "name")
    }


def _line(model: Any, before: Row | None, after: Row | None, sites: dict[int, str]) -> Line:
    row = after or before or {}
    kind = str(model._meta.verbose_name).capitalize()
    subject = f"{kind} {_called(model, row, sites)}".strip()
    if before is None:
        return Line(ACTION.CREATED, subject)
    if after is None:
        return Line(ACTION.REMOVED, subject)
    labels = {each.attname: str(each.verbose_name) for each in model._meta.local_fields}
    said = [
        _("%(field)s : %(before)s → %(after)s")
        % {"field": labels.get(name, name), "before": _shown(before[name]), "after": _shown(value)}
        for name, value in after.items()
        if value != before[name] and name not in UNSPOKEN
    ]
    return Line(ACTION.CHANGED, subject, " ; ".join(said))


def _called(model: Any, row: Row, sites: dict[int, str]) -> str:
    if model is Incident:
        fact = FACTS.get(str(row["subfamily"] or row["family"]), "")
        return f"{sites.get(row['site_id'], '')} – {fact} – {row['occurred_on']}"
    if model is Assessment:
        level = _("niveau %(level)s") % {"level": row["level"]}
        return f"{sites.get(row['site_id'], '')} – {level} – {str(row['rated_at'])[:10]}"
    if model is InterventionSite:
        return sites.get(row["site_id"], "")
    if model in (Site, Agency):
        return f"{row.get('code', '')} – {row.get('name', '')}"
    if model is Address:
        return f"{row.get('number', '')} {row.get('street', '')}, {row.get('commune_name', '')}".strip()
    return str(row.get("title") or row.get("label") or row.get("name", ""))


def _shown(value: Any) -> str:
    if value in (None, ""):
        return _("rien")
    if isinstance(value, dict) and "coordinates" in value:
        return ", ".join(f"{each:.1f}" for each in value["coordinates"])
    return str(value)[:MOST_SHOWN]
