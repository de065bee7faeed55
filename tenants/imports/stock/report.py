"""What an import did, as its page, its command and its JSON tell it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from tenants.imports.cleaning.notes import REASONS
from tenants.imports.counting import RowCounts
from tenants.imports.layouts.known import LABELS as LAYOUT_LABELS


@dataclass(slots=True)
class StockReport:
    """The coverage of an import; `as_dict` is what FileImport.report holds."""

    file: str
    layout: str
    recognised: dict[str, Any] = field(default_factory=dict)
    mapping: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    reasons: list[dict[str, Any]] = field(default_factory=list)
    dwellings: int = 0
    addresses: int = 0
    sites: int = 0
    sites_created: int = 0
    sites_updated: int = 0
    sites_untouched: int = 0
    addresses_removed: int = 0
    left: list[dict[str, str]] = field(default_factory=list)
    proposals: list[dict[str, Any]] = field(default_factory=list)
    dwellings_by_site: float = 0.0
    sites_by: dict[str, int] = field(default_factory=dict)
    with_geometry: dict[str, float] = field(default_factory=dict)
    placed: dict[str, float] = field(default_factory=dict)
    placement: dict[str, int] = field(default_factory=dict)
    unknown_communes: list[dict[str, Any]] = field(default_factory=list)
    contradictions: list[dict[str, str]] = field(default_factory=list)
    scattered: list[dict[str, Any]] = field(default_factory=list)
    dropped_columns: list[str] = field(default_factory=list)
    unused_columns: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def count_rows(self, counts: RowCounts) -> None:
        """Take over the counts of the rows, reasons sorted by severity and number."""
        self.rows, self.reasons = counts.rows(), counts.reasons_told()

    def left_subjects(self) -> list[tuple[str, str]]:
        """The sites that the file does not hold."""
        return [
            (_("Site %(code)s – %(name)s") % each, _("aucune ligne du fichier ne le nomme"))
            for each in self.left
        ]

    def as_dict(self) -> dict[str, Any]:
        """For the database and for --json."""
        return asdict(self)

    def as_text(self) -> str:
        """For a terminal, in French."""
        rows = self.rows
        lines = [
            _("%(file)s (%(layout)s)")
            % {"file": self.file, "layout": LAYOUT_LABELS.get(self.layout, self.layout)},
            _("Lignes lues : %(read)s, rattachées : %(attached)s, rejetées : %(rejected)s")
            % {name: _n(number) for name, number in rows.items()},
            _("Lignes réparées : %(repaired)s, à vérifier : %(doubtful)s")
            % {name: _n(number) for name, number in rows.items()},
            _("Logements : %(dwellings)s, adresses : %(addresses)s, sites : %(sites)s")
            % {
                "dwellings": _n(self.dwellings),
                "addresses": _n(self.addresses),
                "sites": _n(self.sites),
            },
            _(
                "Sites créés : %(created)s, mis à jour : %(updated)s, absents du fichier et laissés tels quels : %(left)s"
            )
            % {
                "created": _n(self.sites_created),
                "updated": _n(self.sites_updated),
                "left": _n(self.sites_untouched),
            },
        ]
        labels = coverage_labels()
        lines += [f"{labels[name]} : {_percent(share)}" for name, share in self.shares().items()]
        for reason in self.reasons:
            lines.append(f"  {_n(reason['rows'])} × {_(REASONS[reason['code']][1])}")
        for commune in self.unknown_communes:
            lines.append(
                _("  Commune %(code)s %(name)s inconnue (%(sites)s sites) : importez son contour.")
                % {"code": commune["code"], "name": commune["name"], "sites": _n(commune["sites"])}
            )
        if self.dropped_columns:
            lines.append(
                _("Colonnes jamais importées (loyers, occupation, personnes) : %(names)s")
                % {"names": ", ".join(self.dropped_columns)}
            )
        return "\n".join(lines)

    def shares(self) -> dict[str, float]:
        """Every share of the coverage, 0 to 1, by name."""
        geometry = {f"{name}_with_geometry": share for name, share in self.with_geometry.items()}
        return geometry | {f"in_{name}": share for name, share in self.placed.items()}


def coverage_labels() -> dict[str, str]:
    """How the shares are named to people."""
    return {
        "addresses_with_geometry": _("Adresses avec une position"),
        "dwellings_with_geometry": _("Logements avec une position"),
        "sites_with_geometry": _("Sites avec une position"),
        "in_commune": _("Sites placés dans une commune connue"),
        "in_iris": _("Sites placés dans un IRIS"),
        "in_qpv": _("Sites placés dans un quartier prioritaire (QPV)"),
    }


def _n(number: float) -> str:
    return number_format(number, force_grouping=True)


def _percent(share: float) -> str:
    return f"{number_format(100 * share, decimal_pos=1)}\u00a0%"
