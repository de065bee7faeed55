"""Facts by family as the page and the PDF show them: every figure is the release's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from sharing.reports.content import NeighbourhoodLine, ReportContent
from sharing.reports.numbers import number
from tenants.incidents.nomenclature import FAMILIES

CODES: Final = tuple(code for code, _label in FAMILIES)


@dataclass(frozen=True)
class FactsRow:
    """A territory: the facts of each family and in all, and per 100 dwellings, as text; None where withheld."""

    name: str
    code: str
    together: tuple[str, ...]
    cells: tuple[str | None, ...]


@dataclass(frozen=True)
class FactsTable:
    """The table; `heads` are the families that the release counts, then the total and the rate."""

    title: str
    note: str
    heads: tuple[str, ...]
    rows: tuple[FactsRow, ...]


def facts_table(content: ReportContent) -> FactsTable | None:
    """The territories of which facts are told; None when there are none."""
    lines = content.with_facts
    present = {code for line in lines if line.facts for code in line.facts.families}
    if not lines:
        return None
    codes = [code for code in CODES if code in present]
    labels = dict(FAMILIES)
    return FactsTable(
        _("Faits par famille, tous bailleurs confondus"),
        _("Faits relevés pendant les douze mois qui précèdent la date de référence de la campagne. « Masqué » : trop peu "
          "de bailleurs, ou un chiffre qui en donnerait un autre. Les faits pour 100 logements comptent des logements arrondis."),
        (*(str(labels[code]) for code in codes), _("Tous les faits"), _("Pour 100 logements")),
        tuple(_row(line, codes) for line in lines),
    )  # fmt: skip


def _row(line: NeighbourhoodLine, codes: list[str]) -> FactsRow:
    facts = line.facts
    told = [None if facts is None else facts.families.get(code) for code in codes]
    total = None if facts is None else facts.total
    rate = rate_of(line)
    return FactsRow(
        line.name,
        line.code,
        line.together,
        (
            *(None if one is None else number(one) for one in (*told, total)),
            None if rate is None else str(number_format(rate, 1, use_l10n=True)),
        ),
    )


def rate_of(line: NeighbourhoodLine) -> float | None:
    """Facts per 100 dwellings; None where either is not told."""
    return None if line.facts is None else line.facts.rate(line.dwelling_total)
