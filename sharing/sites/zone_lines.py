"""One zone as its readers meet it: in the table, beside the map and on it."""

from __future__ import annotations

from dataclasses import dataclass

from gis.territories.models import Territory
from gis.territories.search import plain
from sharing.access import Zone
from sharing.reports.content import Cell, cells_of

HIGH_BAND = "3-4"


@dataclass(frozen=True)
class Line:
    """A zone with the names of its communes; its figures as cells, levels where they are told and bands elsewhere."""

    zone: Zone
    communes: str
    cells: list[Cell]

    @property
    def title(self) -> str:
        """The names of its neighbourhoods."""
        return " + ".join(self.zone.names)

    @property
    def total(self) -> int | None:
        """How many sites, None when withheld."""
        return None if self.zone.sites is None else self.zone.sites["total"]

    @property
    def high_percent(self) -> int | None:
        """Share of its sites at levels 3 and 4, in percent; None when withheld. The band is told wherever the total is."""
        if self.zone.sites is None or not self.total:
            return None
        return round(100 * (self.zone.sites[HIGH_BAND] or 0) / self.total)

    @property
    def levels(self) -> dict[str, int]:
        """Sites by level for the bar; empty where a level is not told apart from its band."""
        if any(cell.span > 1 for cell in self.cells):
            return {}
        return {cell.levels: cell.count for cell in self.cells}

    def says(self, text: str) -> bool:
        """Whether a name, a code or a commune of it contains the text."""
        words = " ".join((*self.zone.names, *self.zone.codes, self.communes))
        return plain(text) in plain(words)


def lines_of(found: list[Zone]) -> list[Line]:
    """The zones with the names of their communes. One query."""
    codes = {code for zone in found for code in zone.commune_codes}
    names = dict(
        Territory.objects.current("commune")
        .filter(code__in=codes)
        .order_by()
        .values_list("code", "name")
    )
    return [
        Line(
            zone,
            ", ".join(names.get(code, code) for code in zone.commune_codes),
            [] if zone.sites is None else cells_of(zone.sites),
        )
        for zone in found
    ]
