"""What an import did: read, kept, repaired, rejected with reasons."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

REASONS: dict[str, str] = {
    "no_code": gettext_noop("pas de code"),
    "bad_code": gettext_noop("le code n’a pas la forme attendue"),
    "no_name": gettext_noop("pas de nom"),
    "bad_commune": gettext_noop("la commune n’est pas un code INSEE"),
    "duplicate_code": gettext_noop("code déjà lu plus haut dans le fichier"),
    "name_taken": gettext_noop("un territoire de ce nom existe déjà cette année"),
    "no_geometry": gettext_noop("pas de contour, ou contour illisible"),
    "not_polygon": gettext_noop("le contour n’est pas une surface"),
    "not_repairable": gettext_noop("le contour est invalide et ne peut pas être réparé"),
    "outside_france": gettext_noop(
        "coordonnées hors de France métropolitaine : vérifiez le système de coordonnées"
    ),
}
# Beyond this share of the surface, a repair changed the outline enough for a person to look at it.
REPAIR_TO_CHECK = 0.01


@dataclass(frozen=True, slots=True)
class Rejection:
    """One row that was not kept. `row` counts from 1 in the file; `reason` is a key of REASONS."""

    row: int
    code: str
    reason: str
    value: str = ""

    @property
    def where(self) -> str:
        """How to find the row: its number, or what it holds when the number says nothing."""
        return _("ligne %(row)d") % {"row": self.row} if self.row else self.value


@dataclass(frozen=True, slots=True)
class Repair:
    """One outline that was invalid; areas in m² before and after (the first is only indicative)."""

    row: int
    code: str
    area_before_m2: float
    area_after_m2: float

    @property
    def to_check(self) -> bool:
        """Whether the surface changed by more than one per cent."""
        return abs(self.area_after_m2 - self.area_before_m2) > REPAIR_TO_CHECK * self.area_after_m2


@dataclass(slots=True)
class ImportReport:
    """The account of one file; kept = created + updated + unchanged, read = kept + rejected."""

    file: str
    kind: str
    vintage: int
    crs: str = ""
    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    repaired: list[Repair] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    completed_codes: list[str] = field(default_factory=list)
    without_departement: list[str] = field(default_factory=list)
    without_commune: list[str] = field(default_factory=list)
    missing_communes: list[str] = field(default_factory=list)
    touched_by_missing_communes: list[str] = field(default_factory=list)

    @property
    def kept(self) -> int:
        """Rows of the file that are now in the database."""
        return self.created + self.updated + self.unchanged

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON-ready values."""
        return {"kept": self.kept} | asdict(self)

    def as_text(self) -> str:
        """The report in French, for a terminal or a page."""
        head = _("%(file)s — %(kind)s, millésime %(vintage)d") % {
            "file": self.file,
            "kind": self.kind,
            "vintage": self.vintage,
        }
        counts = _(
            "%(read)s lus, %(kept)s retenus (%(created)s créés, %(updated)s modifiés, "
            "%(unchanged)s inchangés), %(repaired)s réparés, %(rejected)s rejetés"
        ) % {
            "read": number_format(self.read),
            "kept": number_format(self.kept),
            "created": number_format(self.created),
            "updated": number_format(self.updated),
            "unchanged": number_format(self.unchanged),
            "repaired": number_format(len(self.repaired)),
            "rejected": number_format(len(self.rejected)),
        }
        return "\n".join([head, f"  {counts}", *(f"  {line}" for line in self.details())])

    def details(self) -> list[str]:
        """Reasons and warnings, one per line."""
        lines = [
            _("rejeté : %(count)s × %(reason)s (%(rows)s)")
            % {
                "count": number_format(count),
                "reason": _(REASONS[reason]),
                "rows": some([row.where for row in self.rejected if row.reason == reason]),
            }
            for reason, count in Counter(row.reason for row in self.rejected).most_common()
        ]
        to_check = [repair.code for repair in self.repaired if repair.to_check]
        warnings = (
            (_("réparé avec plus de 1 %% de surface changée, à vérifier : %s"), to_check),
            (_("zéro initial remis dans le code : %s"), self.completed_codes),
            (_("sans département : %s"), self.without_departement),
            (_("sans commune : %s"), self.without_commune),
            (_("communes citées mais non chargées : %s"), self.missing_communes),
            (_("territoires qui les citent : %s"), self.touched_by_missing_communes),
        )
        return lines + [text % some(codes) for text, codes in warnings if codes]


def some(items: list[str], most: int = 12) -> str:
    """The first items and how many more there are."""
    shown = ", ".join(items[:most])
    more = len(items) - most
    return _("%(shown)s et %(more)d autres") % {"shown": shown, "more": more} if more > 0 else shown
