"""What can be imported. Each kind says its fields, how its columns are proposed and checked, and how a file is taken in.

A kind is one entry of KINDS; uploading, mapping, the dry run, applying and undoing are the same for all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gis.territories.importing.errors import ImportRefusedError
from tenants.imports.counting import RowCounts
from tenants.imports.layouts import fields as stock_fields
from tenants.imports.layouts import known
from tenants.imports.layouts.fields import Field
from tenants.imports.layouts.mapping import Mapping, checked, proposed_mapping
from tenants.imports.layouts.proposing import propose
from tenants.imports.layouts.sensitive import is_sensitive
from tenants.imports.records import incidents, interventions, prefilled, ratings
from tenants.imports.records.destination import DestinationForm
from tenants.imports.records.people import hidden_columns
from tenants.imports.records.sites import TELL_THE_SITE
from tenants.imports.records.taking import Taker, run_records
from tenants.imports.records.words import Vocabulary
from tenants.imports.running import ImportRun
from tenants.imports.stock.report import StockReport
from tenants.imports.stock.services import import_stock
from tenants.imports.tables.reading import TableHead

STOCK: Final = "stock"


class Report(Protocol):
    """What a kind tells of a file; kept on the import as JSON."""

    layout: str
    mapping: dict[str, str]

    def left_subjects(self) -> list[tuple[str, str]]:
        """What the file does not hold and stays as it is: its name, why it is told."""

    def as_dict(self) -> dict[str, Any]:
        """For the database and for --json."""

    def as_text(self) -> str:
        """For a terminal, in French."""


@dataclass(frozen=True, slots=True)
class ImportKind:
    """One kind of content. `permission` is asked beside that of importing at all."""

    code: str
    slug: str  # in addresses: ?contenu=faits
    label: str | Promise
    lead: str | Promise
    permission: str
    fields: tuple[Field, ...]
    propose: Callable[[TableHead, str], Mapping]
    check: Callable[[Mapping, TableHead], Mapping]
    hidden: Callable[[TableHead], frozenset[str]]
    run: Callable[[ImportRun], tuple[Report, RowCounts]]
    vocabularies: tuple[Vocabulary, ...] = ()
    options_form: type[DestinationForm] | None = None

    @property
    def labels(self) -> dict[str, str | Promise]:
        """The names of its fields."""
        return {field.name: field.label for field in self.fields}


def _run_stock(run: ImportRun) -> tuple[Report, RowCounts]:
    kept: list[RowCounts] = []

    def keep(_report: StockReport, counts: RowCounts) -> None:
        kept.append(counts)

    report = import_stock(
        run.principal, run.path, run.mapping, file_name=run.file_import.file_name, progress=run.progress,
        decisions=run.file_import.decisions, keep=keep,
    )  # fmt: skip
    return report, kept[0]


def _hidden_by_name(head: TableHead) -> frozenset[str]:
    """An address holds names of streets and residences: only the names of columns count for the stock."""
    return frozenset(name for name in head.columns if is_sensitive(name))


def _records(
    code: str, slug: str, label: str | Promise, lead: str | Promise, permission: str, *,
    module: Any, taker: Callable[[ImportRun], Taker], options_form: type[DestinationForm] | None = None,
) -> ImportKind:  # fmt: skip
    names: dict[str, str | Promise] = {field.name: field.label for field in module.FIELDS}

    def suggest(head: TableHead, layout: str = "") -> Mapping:
        if layout and layout != known.GENERIC:
            raise ImportRefusedError(
                str(_("Ce contenu n’a pas de format à nommer : donnez ses colonnes."))
            )
        hidden = hidden_columns(head)
        # A hidden column keeps its place, so that the samples of the others stay theirs.
        columns = ["" if name in hidden else name for name in head.columns]
        return Mapping(known.GENERIC, propose(columns, head.sample, module.PATTERNS, ()))

    def require(columns: dict[str, str]) -> None:
        tells_site = any(name in columns for name in TELL_THE_SITE)
        sentence = _(
            "Aucune colonne ne dit de quel site il s’agit. Indiquez son code, son nom ou son adresse."
        )
        for held, text in [(tells_site, sentence), *module.needed(columns)]:
            if not held:
                raise ImportRefusedError(str(text))

    def check(mapping: Mapping, head: TableHead) -> Mapping:
        found = checked(mapping, head, names, require)
        met = [column for column in found.columns.values() if column in hidden_columns(head)]
        if met:
            sentence = _(
                "La colonne « %(column)s » semble désigner des personnes : elle n’est jamais importée."
            )
            raise ImportRefusedError(str(sentence) % {"column": met[0]})
        return found

    return ImportKind(
        code, slug, label, lead, permission, module.FIELDS, suggest, check, hidden_columns,
        lambda run: run_records(run, taker), module.VOCABULARIES, options_form,
    )  # fmt: skip


KINDS: Final[dict[str, ImportKind]] = {
    kind.code: kind
    for kind in (
        ImportKind(
            STOCK, "patrimoine", _("Patrimoine"),
            _("le fichier RPLS de votre organisme, ou tout tableau avec une ligne par logement, par adresse ou par site"),
            "sites.edit", stock_fields.FIELDS, proposed_mapping, checked, _hidden_by_name, _run_stock,
        ),
        _records(
            "incidents", "faits", _("Faits"),
            _("un tableau avec une ligne par fait : sa date, sa nature, son site"), "incidents.write",
            module=incidents, taker=incidents.IncidentTaker,
        ),
        _records(
            "ratings", "cotations", _("Cotations"),
            _("une campagne passée ou d’un autre outil, avec une ligne par site : son niveau ou ses critères"),
            "campaigns.manage", module=ratings, taker=ratings.RatingTaker, options_form=DestinationForm,
        ),
        ImportKind(
            prefilled.KIND, "fichier-prerempli", _("Fichier pré-rempli"),
            _("un fichier préparé par la plateforme, qui revient rempli"), "campaigns.manage", prefilled.FIELDS,
            prefilled.mapping_of, prefilled.check, lambda head: frozenset(),
            lambda run: run_records(run, prefilled.PrefilledTaker, lambda head: frozenset()),
        ),
        _records(
            "interventions", "interventions", _("Interventions"),
            _("un tableau avec une ligne par intervention et par site : son intitulé, son levier, son début"),
            "interventions.write", module=interventions, taker=interventions.InterventionTaker,
        ),
    )
}  # fmt: skip


def kind_of(code: str) -> ImportKind:
    """The kind of that code. Raises KeyError."""
    return KINDS[code]
