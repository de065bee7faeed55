"""Rows and remarks of a file, counted as they come; the same for every kind of import."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from tenants.imports.cleaning.notes import DOUBTFUL, REASONS, REJECTED, REPAIRED, Note

# How many remarks of one reason are kept row by row; all of them are counted, and every rejected row is kept.
KEPT: Final = {REJECTED: 200_000, DOUBTFUL: 5_000, REPAIRED: 200}


@dataclass(frozen=True, slots=True)
class Issue:
    """A remark on a row, as it will be stored."""

    line: int
    column: str
    note: Note


@dataclass(slots=True)
class RowCounts:
    """Rows and remarks, counted as they come."""

    read: int = 0
    attached: int = 0
    rejected: int = 0
    repaired: int = 0
    doubtful: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    issues: list[Issue] = field(default_factory=list)

    def reject(self, line: int, column: str, note: Note) -> None:
        """Count a row that is left out."""
        self.read += 1
        self.rejected += 1
        self._keep(line, column, note)

    def attach(self, line: int, columns: dict[str, str], notes: list[Note]) -> None:
        """Count a row that went to an address."""
        self.read += 1
        self.attached += 1
        severities = {note.severity for note in notes}
        self.repaired += REPAIRED in severities
        self.doubtful += DOUBTFUL in severities
        for note in notes:
            self._keep(line, columns.get(note.field, ""), note)

    def _keep(self, line: int, column: str, note: Note) -> None:
        self.reasons[note.code] += 1
        if self.reasons[note.code] <= KEPT[note.severity]:
            self.issues.append(Issue(line, column, note))

    def rows(self) -> dict[str, int]:
        """How many rows were read, taken, rejected, repaired, taken with a doubt."""
        return {
            name: getattr(self, name) for name in ("read", "attached", REJECTED, REPAIRED, DOUBTFUL)
        }

    def reasons_told(self) -> list[dict[str, Any]]:
        """Every reason with its number of rows, sorted by severity and number."""
        order = [REJECTED, DOUBTFUL, REPAIRED]
        return [
            {"code": code, "severity": REASONS[code][0], "rows": number}
            for code, number in sorted(
                self.reasons.items(),
                key=lambda item: (order.index(REASONS[item[0]][0]), -item[1], item[0]),
            )
        ]
