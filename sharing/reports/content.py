"""What a report says to one reader. Every shared figure comes from the release, through the door."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import QuerySet

from accounts.principal import Principal
from sharing.release.builder import KINDS_OF_GEOGRAPHY
from sharing.release.models import ReleasedNeighbourhood
from sharing.reports.models import Report
from sharing.reports.numbers import percent
from sharing.reports.own import own_figures

LEVELS = ("1", "2", "3", "4")
BANDS = (("1-2", ("1", "2")), ("3-4", ("3", "4")))
Counts = dict[str, int]
Told = dict[str, int | None]  # by level and by band; None where a level is withheld within its band


@dataclass(frozen=True)
class Cell:
    """One figure of a row: a level's, or the one of a band whose levels are not told apart."""

    count: int
    levels: str  # "1" or "1–2"
    span: int  # how many columns of levels it covers


def cells_of(told: Told) -> list[Cell]:
    """The figures of a row, levels where they are told and bands elsewhere."""
    cells: list[Cell] = []
    for band, levels in BANDS:
        apart = [told.get(level) for level in levels]
        if None in apart:
            cells.append(Cell(told[band] or 0, band.replace("-", "–"), len(levels)))
        else:
            cells += [
                Cell(count or 0, level, 1) for level, count in zip(levels, apart, strict=True)
            ]
    return cells


@dataclass(frozen=True)
class Before:
    """Sites of the same territory as the earlier round's release told them."""

    low: int
    high: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.low + self.high

    @property
    def share(self) -> float:
        """Share at level 3 or 4, 0..1."""
        return self.high / self.total if self.total else 0.0


@dataclass(frozen=True)
class FamilyFacts:
    """Facts of twelve months by family, and in all; None where a figure is withheld."""

    total: int | None
    families: Told

    def rate(self, dwellings: int) -> float | None:
        """Facts per 100 dwellings, one decimal; None where there is no total or no dwelling."""
        if self.total is None or not dwellings:
            return None
        return round(100 * self.total / dwellings, 1)


@dataclass(frozen=True)
class NeighbourhoodLine:
    """One neighbourhood of the report; `sites` and `dwellings` are None when it is withheld."""

    number: int
    territory_id: int
    code: str
    name: str
    is_withheld: bool
    sites: Told | None
    dwellings: Told | None
    groups: int | None
    step: int | None  # to which the dwellings are rounded; None where they are not told by level
    before: Before | None  # None where the earlier round's release told nothing of it
    facts: FamilyFacts | None = None  # None where none is told
    together: tuple[str, ...] = ()  # the other neighbourhoods that these figures count too
    own_sites: Counts = field(default_factory=dict)
    own_dwellings: Counts = field(default_factory=dict)
    kind: str = ""
    departement: str = ""
    communes: tuple[str, ...] = ()

    @property
    def high_share(self) -> float | None:
        """Share of the sites at level 3 or 4, 0..1; None when withheld. Dwellings are not told everywhere."""
        return None if self.sites is None else high_share(self.sites)

    @property
    def high_text(self) -> str:
        """The same share as the reader writes it, alike in table, chart and map; empty when withheld."""
        return "" if self.high_share is None else percent(self.high_share)

    @property
    def site_cells(self) -> list[Cell]:
        """Sites by level or band, in order; empty when withheld."""
        return [] if self.sites is None else cells_of(self.sites)

    @property
    def dwelling_cells(self) -> list[Cell]:
        """Dwellings by level or band, in order, rounded to `step`; empty where they are not told by level."""
        return [] if self.dwellings is None or self.step is None else cells_of(self.dwellings)

    @property
    def dwelling_total(self) -> int:
        """Dwellings of all levels, rounded; 0 when withheld."""
        return (self.dwellings or {}).get("total") or 0

    @property
    def dwelling_counts(self) -> list[int] | None:
        """Dwellings by level, in order; None when withheld or when a level is not told apart."""
        return _levels_of(self.dwelling_cells)

    @property
    def site_counts(self) -> list[int] | None:
        """Sites by level, in order; None when withheld or when a level is not told apart."""
        return _levels_of(self.site_cells)

    @property
    def own_site_counts(self) -> list[int]:
        """The reader's own sites by level, in order."""
        return [self.own_sites.get(level, 0) for level in LEVELS]

    @property
    def own_dwelling_counts(self) -> list[int]:
        """The reader's own dwellings by level, in order."""
        return [self.own_dwellings.get(level, 0) for level in LEVELS]


def _levels_of(cells: list[Cell]) -> list[int] | None:
    return [cell.count for cell in cells] if len(cells) == len(LEVELS) else None


@dataclass(frozen=True)
class ReportContent:
    """A report as one reader gets it: neighbourhoods, and the communes and départements around them."""

    report: Report
    lines: list[NeighbourhoodLine]
    areas: list[NeighbourhoodLine]
    has_own_figures: bool
    fingerprint: str
    withheld_areas: list[NeighbourhoodLine] = field(default_factory=list)

    @property
    def published(self) -> list[NeighbourhoodLine]:
        """Those with figures, the highest share at level 3 or 4 first."""
        return [line for line in self.lines if not line.is_withheld]

    @property
    def withheld(self) -> list[NeighbourhoodLine]:
        """Those without, by name."""
        return [line for line in self.lines if line.is_withheld]

    @property
    def compared(self) -> list[NeighbourhoodLine]:
        """Those that both rounds' releases tell of."""
        return [line for line in self.lines if line.before is not None]

    @property
    def highest(self) -> NeighbourhoodLine | None:
        """The published neighbourhood with the highest share of sites at level 3 or 4."""
        return next(iter(self.published), None)

    @property
    def with_facts(self) -> list[NeighbourhoodLine]:
        """Neighbourhoods, communes and départements of which facts are told."""
        return [line for line in (*self.lines, *self.areas) if line.facts is not None]

    @property
    def own_lines(self) -> list[NeighbourhoodLine]:
        """Neighbourhoods where the reader has sites of its own in the round."""
        return [line for line in self.lines if line.own_sites]


def high_share(told: Told) -> float:
    """Share at level 3 or 4, 0..1. Levels are ordinal: a share, never a mean."""
    cells = cells_of(told)
    total = sum(cell.count for cell in cells)
    high = sum(cell.count for cell in cells if cell.levels[0] in "34")
    return high / total if total else 0.0


def before_of(evolution: dict[str, Counts] | None) -> Before | None:
    """Released {"before": {"1-2": n, "3-4": n}}; releases of old told steps from level to level: not shown."""
    if evolution is None or "before" not in evolution:
        return None
    told = evolution["before"]
    return Before(told["1-2"], told["3-4"])


def facts_of(told: Told | None) -> FamilyFacts | None:
    """Released facts {"total": n, "BIENS": n, …}; a family that no fact is of is not among them."""
    if told is None:
        return None
    return FamilyFacts(told["total"], {name: told[name] for name in told if name != "total"})


def fingerprint_of(neighbourhoods: QuerySet[ReleasedNeighbourhood]) -> str:
    """A name for the set of neighbourhoods that a reader may read today: a file made for another set is stale."""
    ids = sorted(neighbourhoods.order_by().values_list("pk", flat=True))
    return hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()[:16]


def content_of(
    principal: Principal,
    report: Report,
    *,
    with_own: bool = True,
    only: frozenset[int] | None = None,
) -> ReportContent:
    """Assemble a report that the door gave. `with_own` adds a landlord's own figures, in the reach of the role.

    `only`: the rows of the release that a recipient reads, for the coordination that looks at its version.
    """
    release = report.release
    given = release.neighbourhoods.all() if only is None else release.neighbourhoods.filter(pk__in=only)  # fmt: skip
    rows = list(given.select_related("territory").defer("territory__geom"))
    own = own_figures(principal, release) if with_own else None
    kinds = KINDS_OF_GEOGRAPHY[release.geography]
    found = sorted((row for row in rows if row.territory.kind in kinds), key=_rank)
    around = sorted((row for row in rows if row.territory.kind not in kinds), key=_rank)
    zones: dict[int, list[str]] = defaultdict(list)
    for row in found:
        if row.zone is not None:
            zones[row.zone].append(row.territory.name)
    lines = [
        _line(number, row, zones.get(row.zone or 0, []), (own or {}).get(row.territory.code, {}))
        for number, row in enumerate(found, start=1)
    ]
    areas = [_line(0, row, [], {}) for row in around]
    fingerprint = fingerprint_of(given)
    return ReportContent(
        report,
        lines,
        [area for area in areas if not area.is_withheld],
        own is not None,
        fingerprint,
        [area for area in areas if area.is_withheld],
    )


def _line(
    number: int, row: ReleasedNeighbourhood, zone: list[str], own: dict[str, Counts]
) -> NeighbourhoodLine:
    return NeighbourhoodLine(
        number=number,
        territory_id=row.territory_id,
        code=row.territory.code,
        name=row.territory.name,
        is_withheld=row.is_withheld,
        sites=row.sites,
        dwellings=row.dwellings,
        groups=row.groups,
        step=row.step,
        before=before_of(row.evolution),
        facts=facts_of(row.facts),
        together=tuple(name for name in zone if name != row.territory.name),
        own_sites=own.get("sites", {}),
        own_dwellings=own.get("dwellings", {}),
        kind=row.territory.kind,
        departement=row.territory.departement_code,
        communes=tuple(row.territory.commune_codes),
    )


def _rank(row: ReleasedNeighbourhood) -> tuple[bool, float, str, str]:
    share = 0.0 if row.sites is None else high_share(row.sites)
    return (row.is_withheld, -share, row.territory.name, row.territory.code)
