"""A pre-filled file that comes back: no column to choose, every sealed cell compared, every change told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gis.territories.importing.errors import ImportRefusedError
from tenants.campaigns.grids.reading import CRITERIA
from tenants.campaigns.models import Campaign
from tenants.campaigns.suggestion import suggest_level
from tenants.imports.cleaning.notes import Note, RejectedRowError
from tenants.imports.layouts.fields import Field
from tenants.imports.layouts.mapping import Mapping as ColumnMapping
from tenants.imports.records.destination import Destination
from tenants.imports.records.ratings import Rated, RatingTaker
from tenants.imports.records.report import RecordReport
from tenants.imports.records.sites import Row, SiteBook
from tenants.imports.records.words import WordBook
from tenants.imports.running import ImportRun
from tenants.imports.tables.reading import TableHead
from tenants.prefilled.columns import CRITERIA_COLUMNS, FIXED, LEVEL, REASON
from tenants.prefilled.models import PrefilledFile
from tenants.prefilled.sealing import COLUMN, BadSealError, holds, read_seal
from tenants.prefilled.workbook import seals_of

KIND: Final = "prefilled"
LAYOUT: Final = "prefilled"
_SEALED, _ANSWERS = gettext_lazy("Cellules scellées"), gettext_lazy("Réponses")
FIXED_FIELDS: Final = {f"fixed_{number}": name for number, name in enumerate(FIXED)}
COLUMNS: Final[dict[str, str]] = {
    "seal": COLUMN, **FIXED_FIELDS, **CRITERIA_COLUMNS, "level": LEVEL, "reason": REASON,
}  # fmt: skip
FIELDS: Final = tuple(
    Field(name, column, _SEALED if name == "seal" or name in FIXED_FIELDS else _ANSWERS)
    for name, column in COLUMNS.items()
)


def is_prefilled(head: TableHead) -> bool:
    """Whether a table is a pre-filled file: it has the column of the seals."""
    return any(name.strip() == COLUMN for name in head.columns)


def mapping_of(head: TableHead, layout: str = "") -> ColumnMapping:
    """The columns by their names. Raises ImportRefusedError when one was taken away or renamed."""
    present = {name.strip(): name for name in head.columns}
    missing = [column for column in COLUMNS.values() if column not in present]
    if missing:
        raise ImportRefusedError(
            _("Des colonnes du fichier pré-rempli manquent ou ont changé de nom : %(names)s. Repartez du fichier d’origine.")
            % {"names": ", ".join(missing)}
        )  # fmt: skip
    return ColumnMapping(LAYOUT, {name: present[column] for name, column in COLUMNS.items()})


def check(mapping: ColumnMapping, head: TableHead) -> ColumnMapping:
    """The same, whatever a mapping says: nothing is to be chosen. Raises ImportRefusedError."""
    return mapping_of(head)


def labels() -> Mapping[str, str | Promise]:
    """The names of its fields."""
    return {field.name: field.label for field in FIELDS}


class PrefilledTaker(RatingTaker):
    """Takes the answers in as ratings of the open campaign that the file was made for."""

    unchecked: frozenset[str] = frozenset(COLUMNS) - {"reason"}

    def __init__(self, run: ImportRun) -> None:
        """Wait for the first row to say which file it is."""
        self.file_import, self.rater_id = run.file_import, run.principal.user_id
        self.landlord_id = run.file_import.landlord_id
        self.book, self.words = SiteBook(), WordBook(run.file_import, ())
        self.by_key = {str(site.key): site for site in self.book.sites.values()}
        self.taken: dict[int, Rated] = {}
        self.file: PrefilledFile | None = None
        self.seals: list[str] = []
        self.met: set[int] = set()
        self.blank = 0

    def take(self, row: Row, notes: list[Note]) -> None:
        """Compare the sealed cells of one row, then read its answers. Raises RejectedRowError."""
        number = self._number(row)
        line = self._line(number, row)
        if not any(row.get(name) for name in (*CRITERIA, "level", "reason")):
            self.blank += 1
            return
        criteria = {name: self._degree(row, name) for name in CRITERIA}
        suggested = suggest_level(criteria)
        level = self._level_given(row) or suggested
        reason = row.get("reason", "")[:240]
        if level != suggested and not reason:
            raise RejectedRowError(Note("no_reason", "reason", str(level)))
        site = self.by_key[line["site"]]
        self.taken[site.pk] = Rated(
            site, level, suggested, criteria, timezone.now(), reason if level != suggested else ""
        )

    def _number(self, row: Row) -> int:
        """The line of the file that the row's seal names."""
        text = row.get("seal", "")
        try:
            key, number = read_seal(text)
        except BadSealError as error:
            raise RejectedRowError(Note("bad_seal", "seal", text)) from error
        if self.file is None:
            self._open(key)
        if self.file is None or self.file.key != key or number >= len(self.seals):
            raise RejectedRowError(Note("bad_seal", "seal", text))
        if not holds(text, self.seals[number]):
            raise RejectedRowError(Note("bad_seal", "seal", text))
        return number

    def _open(self, key: UUID) -> None:
        """The file of that key, in the landlord's scope: another landlord's is not found."""
        found = PrefilledFile.objects.select_related("campaign__grid").filter(key=key).first()
        if found is None:
            return
        if found.campaign.state != Campaign.State.OPEN:
            raise ImportRefusedError(
                _("La campagne « %(name)s » n’est plus ouverte : elle ne prend plus de cotations.")
                % {"name": found.campaign.name}
            )
        self.file, self.seals = found, seals_of(found)
        self.to = Destination(found.campaign, is_new=False, is_past=False)

    def _line(self, number: int, row: Row) -> dict[str, Any]:
        """What the line held when it was sealed, once the row is seen to hold the same."""
        if self.file is None or number in self.met:
            raise RejectedRowError(Note("row_twice", "seal", row.get("seal", "")))
        self.met.add(number)
        line: dict[str, Any] = self.file.lines[number]
        for index, name in enumerate(FIXED_FIELDS):
            said, sealed = row.get(name, ""), str(line["cells"][index])
            if " ".join(said.split()) != " ".join(sealed.split()):
                raise RejectedRowError(Note("sealed_changed", name, said))
        if line["site"] not in self.by_key:
            raise RejectedRowError(Note("unknown_site", "fixed_0", line["cells"][0]))
        return line

    def _degree(self, row: Row, name: str) -> int:
        text = row.get(name, "")
        if not text:
            raise RejectedRowError(Note("no_answer", name, ""))
        if text[:1] not in {"1", "2", "3", "4"} or text[1:2].isdigit():
            raise RejectedRowError(Note("bad_answer", name, text))
        return int(text[0])

    def _level_given(self, row: Row) -> int | None:
        text = row.get("level", "")
        if not text:
            return None
        if text not in {"1", "2", "3", "4"}:
            raise RejectedRowError(Note("bad_answer", "level", text))
        return int(text)

    def finish(self, report: RecordReport) -> None:
        """Write the ratings; tell the rows that were left blank or taken out of the file."""
        if self.file is None:
            raise ImportRefusedError(
                _("Aucune ligne de ce fichier n’a un sceau valable de votre organisme : rien n’est repris.")
            )  # fmt: skip
        super().finish(report)
        report.left = [
            (f"{line['cells'][0]} – {line['cells'][1]}", _("ligne absente du fichier rendu"))
            for number, line in enumerate(self.file.lines)
            if number not in self.met
        ]
        report.said.append(
            _("Lignes laissées sans réponse : %(blank)s. Elles restent à coter.")
            % {"blank": self.blank}
        )
