"""What a report says to one reader. Every shared figure comes from the release, through the door."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from django.db.models import QuerySet

from accounts.principal import Principal
from sharing.release.models import ReleasedNeighbourhood
from sharing.reports.models import Report
from sharing.reports.numbers import percent
from sharing.reports.own import own_figures

LEVELS = ("1", "2", "3", "4")
Counts = dict[str, int]


@dataclass(frozen=True)
class Steps:
    """How many sites of a neighbourhood went up, down or stayed between two rounds that hold the same sites."""

    up: int
    down: int
    same: int


@dataclass(frozen=True)
class NeighbourhoodLine:
    """One neighbourhood of the report; `sites` and `dwellings` are None when it is withheld."""

    number: int
    territory_id: int
    code: str
    name: str
    is_withheld: bool
    sites: Counts | None
    dwellings: Counts | None
    groups: int | None
    steps: Steps | None
    own_sites: Counts = field(default_factory=dict)
    own_dwellings: Counts = field(default_factory=dict)

    @property
    def high_share(self) -> float | None:
        """Share of the dwellings in sites at level 3 or 4, 0..1; None when withheld."""
        return None if self.dwellings is None else high_share(self.dwellings)

    @property
    def high_text(self) -> str:
        """The same share as the reader writes it, alike in table, chart and map; empty when withheld."""
        return "" if self.high_share is None else percent(self.high_share)

    @property
    def site_counts(self) -> list[int] | None:
        """Sites by level, in order; None when withheld."""
        return None if self.sites is None else [self.sites.get(level, 0) for level in LEVELS]

    @property
    def dwelling_counts(self) -> list[int] | None:
        """Dwellings by level, in order; None when withheld."""
        return (
            None if self.dwellings is None else [self.dwellings.get(level, 0) for level in LEVELS]
        )

    @property
    def own_site_counts(self) -> list[int]:
        """The reader's own sites by level, in order."""
        return [self.own_sites.get(level, 0) for level in LEVELS]

    @property
    def own_dwelling_counts(self) -> list[int]:
        """The reader's own dwellings by level, in order."""
        return [self.own_dwellings.get(level, 0) for level in LEVELS]


@dataclass(frozen=True)
class ReportContent:
    """A report as one reader gets it."""

    report: Report
    lines: list[NeighbourhoodLine]
    has_own_figures: bool
    fingerprint: str

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
        """Those whose sites are the same in both rounds."""
        return [line for line in self.lines if line.steps is not None]

    @property
    def highest(self) -> NeighbourhoodLine | None:
        """The published neighbourhood with the highest share at level 3 or 4."""
        return next(iter(self.published), None)

    @property
    def own_lines(self) -> list[NeighbourhoodLine]:
        """Neighbourhoods where the reader has sites of its own in the round."""
        return [line for line in self.lines if line.own_sites]


def high_share(dwellings: Counts) -> float:
    """Share at level 3 or 4, 0..1. Levels are ordinal: a share, never a mean."""
    total = sum(dwellings.values())
    return (dwellings.get("3", 0) + dwellings.get("4", 0)) / total if total else 0.0


def steps_of(evolution: dict[str, Counts] | None) -> Steps | None:
    """Sum up transitions {"sites": {"1->2": n}}; None where there is no comparison."""
    if evolution is None:
        return None
    up = down = same = 0
    for step, count in evolution["sites"].items():
        before, after = (int(level) for level in step.split("->"))
        if after > before:
            up += count
        elif after < before:
            down += count
        else:
            same += count
    return Steps(up, down, same)


def fingerprint_of(neighbourhoods: QuerySet[ReleasedNeighbourhood]) -> str:
    """A name for the set of neighbourhoods that a reader may read today: a file made for another set is stale."""
    ids = sorted(neighbourhoods.order_by().values_list("pk", flat=True))
    return hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()[:16]


def content_of(principal: Principal, report: Report, *, with_own: bool = True) -> ReportContent:
    """Assemble a report that the door gave. `with_own` adds a landlord's own figures, in the reach of the role."""
    release = report.release
    neighbourhoods = release.neighbourhoods.select_related("territory").defer("territory__geom")
    own = own_figures(principal, release) if with_own else None
    found = sorted(neighbourhoods, key=_rank)
    lines = [
        NeighbourhoodLine(
            number=number,
            territory_id=row.territory_id,
            code=row.territory.code,
            name=row.territory.name,
            is_withheld=row.is_withheld,
            sites=row.sites,
            dwellings=row.dwellings,
            groups=row.groups,
            steps=steps_of(row.evolution),
            own_sites=(own or {}).get(row.territory.code, {}).get("sites", {}),
            own_dwellings=(own or {}).get(row.territory.code, {}).get("dwellings", {}),
        )
        for number, row in enumerate(found, start=1)
    ]
    return ReportContent(
        report, lines, own is not None, fingerprint_of(release.neighbourhoods.all())
    )


def _rank(row: ReleasedNeighbourhood) -> tuple[bool, float, str, str]:
    share = 0.0 if row.dwellings is None else high_share(row.dwellings)
    return (row.is_withheld, -share, row.territory.name, row.territory.code)
