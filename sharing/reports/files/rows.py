"""The figures of a report as rows, the same for every form: what the page tells, nothing that it does not."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sharing.extracts.dictionary import Column
from sharing.reports.content import BANDS, LEVELS, NeighbourhoodLine, ReportContent, Told
from sharing.reports.facts import rate_of
from tenants.incidents.nomenclature import FAMILIES

PUBLISHED: Final = "published"
WITHHELD: Final = "withheld"
_OF_BAND: Final = {
    "1-2": gettext_lazy("niveaux 1 et 2 ensemble"),
    "3-4": gettext_lazy("niveaux 3 et 4 ensemble"),
}
_LEFT_OUT: Final = gettext_lazy("Vide : masqué, ou donné avec le niveau voisin. Jamais zéro.")

_OF_BEFORE: Final = gettext_lazy(
    "Tel que la campagne précédente l’a publié ; vide : non comparable."
)


def _counts(measure: str, label: Any) -> list[Column]:
    bands = [
        Column(f"{measure}_{band.replace('-', '_')}", "integer", f"{label}, {_OF_BAND[band]}", _LEFT_OUT)
        for band, _levels in BANDS
    ]  # fmt: skip
    levels = [
        Column(f"{measure}_{level}", "integer", f"{label}, {gettext_lazy('niveau')} {level}", _LEFT_OUT)
        for level in LEVELS
    ]  # fmt: skip
    return [*bands, *levels]


def territory_columns() -> list[Column]:
    """Columns of the territories, in the reader's language."""
    return [
        Column("kind", "text", _("Nature"), _("qpv, iris, commune ou departement.")),
        Column("code", "text", _("Code"), _("Code officiel du territoire.")),
        Column("name", "text", _("Nom"), _("Nom du territoire.")),
        Column("departement", "text", _("Département"), _("Deux ou trois caractères.")),
        Column("status", "text", _("État"), _("published, ou withheld (masqué : ni zéro, ni calme, ni difficile).")),
        Column("together", "text", _("Réuni avec"),
               _("Autres quartiers que les mêmes chiffres comptent : ne pas les additionner.")),
        Column("groups", "integer", _("Groupes"), _("Groupes de bailleurs présents.")),
        Column("sites_total", "integer", _("Sites"), _("Sites cotés, tous bailleurs confondus.")),
        *_counts("sites", _("Sites")),
        Column("high_percent", "integer", _("Part en niveau 3 ou 4 (%)"), _("Part des sites, en points entiers.")),
        Column("dwellings_total", "integer", _("Logements"), _("Arrondis : environ.")),
        *_counts("dwellings", _("Logements")),
        Column("dwellings_step", "integer", _("Arrondi des logements"),
               _("Les logements par niveau en sont des multiples ; vide : non répartis par niveau.")),
        Column("before_sites_1_2", "integer", _("Avant : sites, niveaux 1 et 2"), _OF_BEFORE),
        Column("before_sites_3_4", "integer", _("Avant : sites, niveaux 3 et 4"), _OF_BEFORE),
        Column("before_high_percent", "integer", _("Avant : part en niveau 3 ou 4 (%)"), _OF_BEFORE),
        *(Column(f"facts_{code}", "integer", str(label), _("Faits de douze mois ; vide : masqué, ou rien de tel."))
          for code, label in FAMILIES),
        Column("facts_total", "integer", _("Tous les faits"), _("Faits de douze mois ; vide : masqué.")),
        Column("facts_per_100", "number", _("Pour 100 logements"), _("Faits pour 100 logements (arrondis) ; vide : masqué.")),
    ]  # fmt: skip


def own_columns() -> list[Column]:
    """Columns of the reader's own figures."""
    return [
        Column("kind", "text", _("Nature"), _("qpv ou iris.")),
        Column("code", "text", _("Code"), _("Code officiel du territoire.")),
        Column("name", "text", _("Nom"), _("Nom du territoire.")),
        *(Column(f"own_sites_{level}", "integer", _("Vos sites, niveau %(level)s") % {"level": level},
                 _("Vous seul lisez ce chiffre.")) for level in LEVELS),
        *(Column(f"own_dwellings_{level}", "integer", _("Vos logements, niveau %(level)s") % {"level": level},
                 _("Vous seul lisez ce chiffre.")) for level in LEVELS),
    ]  # fmt: skip


def told_lines(content: ReportContent) -> list[NeighbourhoodLine]:
    """Every territory that the reader reads, in the order of the page; withheld ones after the others of their kind."""
    return [*content.lines, *content.areas, *content.withheld_areas]


def territory_values(line: NeighbourhoodLine) -> dict[str, Any]:
    """The figures of a territory by column; None where nothing is told."""
    values: dict[str, Any] = {
        "kind": line.kind, "code": line.code, "name": line.name, "departement": line.departement,
        "status": WITHHELD if line.is_withheld else PUBLISHED, "together": ", ".join(line.together) or None,
    }  # fmt: skip
    if line.is_withheld or line.sites is None:
        return values
    values["groups"] = line.groups
    values |= _told("sites", line.sites)
    # As the page does: of the sites that it shows, levels or bands.
    values["sites_total"] = sum(cell.count for cell in line.site_cells)
    values["high_percent"] = None if line.high_share is None else round(line.high_share * 100)
    values["dwellings_total"] = line.dwelling_total
    if line.dwellings is not None and line.step is not None:
        values |= _told("dwellings", line.dwellings)
        values["dwellings_step"] = line.step
    if line.facts is not None:
        values |= {f"facts_{code}": count for code, count in line.facts.families.items()}
        values["facts_total"] = line.facts.total
        values["facts_per_100"] = rate_of(line)
    if line.before is not None:
        values["before_sites_1_2"] = line.before.low
        values["before_sites_3_4"] = line.before.high
        values["before_high_percent"] = round(line.before.share * 100)
    return values


def _told(measure: str, told: Told) -> dict[str, int | None]:
    """Bands, and levels where both of a band are told apart."""
    found: dict[str, int | None] = {}
    for band, levels in BANDS:
        found[f"{measure}_{band.replace('-', '_')}"] = told.get(band)
        apart = [told.get(level) for level in levels]
        for level, count in zip(levels, apart, strict=True):
            found[f"{measure}_{level}"] = None if None in apart else count
    return found


def own_values(line: NeighbourhoodLine) -> dict[str, Any]:
    """The reader's own figures in a territory, by column."""
    return {
        "kind": line.kind, "code": line.code, "name": line.name,
        **{f"own_sites_{level}": line.own_sites.get(level, 0) for level in LEVELS},
        **{f"own_dwellings_{level}": line.own_dwellings.get(level, 0) for level in LEVELS},
    }  # fmt: skip


def ordered(columns: list[Column], values: dict[str, Any]) -> list[Any]:
    """Values in the order of the columns."""
    return [values.get(each.name) for each in columns]
