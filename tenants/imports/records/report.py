"""What an import of facts, ratings or interventions did, as its page, its command and its JSON tell it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from tenants.imports.cleaning.notes import REASONS
from tenants.imports.counting import RowCounts


@dataclass(slots=True)
class RecordReport:
    """`as_dict` is what FileImport.report holds."""

    file: str
    layout: str
    recognised: dict[str, Any] = field(default_factory=dict)
    mapping: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    reasons: list[dict[str, Any]] = field(default_factory=list)
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    # What the file no longer holds and stays: its name, why it is told.
    left: list[tuple[str, str]] = field(default_factory=list)
    # The rule that the rows followed, in sentences for the page.
    said: list[str] = field(default_factory=list)
    words: list[dict[str, Any]] = field(default_factory=list)
    sites: int = 0
    dropped_columns: list[str] = field(default_factory=list)
    unused_columns: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def count_rows(self, counts: RowCounts) -> None:
        """Take over the counts of the rows."""
        self.rows, self.reasons = counts.rows(), counts.reasons_told()

    def left_subjects(self) -> list[tuple[str, str]]:
        """What the file does not hold, and why it is told."""
        return self.left

    def as_dict(self) -> dict[str, Any]:
        """For the database and for --json."""
        return asdict(self)

    def as_text(self) -> str:
        """For a terminal, in French."""
        numbers = {name: _n(number) for name, number in self.rows.items()}
        lines = [
            self.file,
            _("Lignes lues : %(read)s, reprises : %(attached)s, rejetées : %(rejected)s") % numbers,
            _(
                "Créés : %(created)s, modifiés : %(changed)s, inchangés : %(unchanged)s, sites : %(sites)s"
            )
            % {
                "created": _n(self.created),
                "changed": _n(self.changed),
                "unchanged": _n(self.unchanged),
                "sites": _n(self.sites),
            },
            *self.said,
        ]
        lines += [f"  {_n(each['rows'])} × {_(REASONS[each['code']][1])}" for each in self.reasons]
        unknown = [row["word"] for row in self.words if row["origin"] == "unknown"]
        if unknown:
            lines.append(
                _("Mots de la source sans correspondance : %(words)s")
                % {"words": ", ".join(unknown)}
            )
        if self.dropped_columns:
            lines.append(
                _("Colonnes jamais importées (loyers, occupation, personnes) : %(names)s")
                % {"names": ", ".join(self.dropped_columns)}
            )
        return "\n".join(lines)


def _n(number: float) -> str:
    return number_format(number, force_grouping=True)
