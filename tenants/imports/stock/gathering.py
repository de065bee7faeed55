"""Dwellings counted into addresses, as the rows go by; what is kept grows with the addresses, not with the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tenants.imports.cleaning.positions import Position
from tenants.imports.stock.rows import StockRow

ANSWERS = (
    "commune_name", "iris_code", "qpv_code", "site_name", "agency", "sector", "building", "ban_id", "rnb_id",
)  # fmt: skip
MOST_WAITING = 50_000
QUALITY_ORDER = ("entrance", "address", "street", "commune", "none")


@dataclass(slots=True)
class AddressDraft:
    """One address of one site key, with every answer that its rows gave."""

    key: str
    number: str
    street: str
    commune_code: str
    postcode: str
    dwellings: int = 0
    quality: str = "none"
    years: Counter[int] = field(default_factory=Counter)
    positions: Counter[Position] = field(default_factory=Counter)
    texts: dict[str, Counter[str]] = field(default_factory=dict)
    first_line: int = 0

    def text(self, name: str) -> str:
        """The answer that most dwellings gave; empty when none did."""
        counted = self.texts.get(name)
        return max(counted, key=lambda value: (counted[value], value)) if counted else ""

    @property
    def year(self) -> int | None:
        """The construction year of most of its dwellings."""
        return max(self.years, key=lambda year: (self.years[year], -year), default=None)

    @property
    def position(self) -> Position | None:
        """The position that most of its dwellings have, EPSG:2154."""
        counted = self.positions
        return max(counted, key=lambda at: (counted[at], at.x, at.y), default=None)

    @property
    def buildings(self) -> str:
        """Its buildings, as a complement of the address."""
        return ", ".join(sorted(self.texts.get("building", ())))[:120]

    def add(self, row: StockRow, dwellings: int, weight: int) -> None:
        """Count rows that say the same; `weight` is how much their answers count."""
        self.dwellings += dwellings
        if row.year is not None:
            self.years[row.year] += weight
        if row.position is not None:
            self.positions[row.position] += weight
        if QUALITY_ORDER.index(row.quality) < QUALITY_ORDER.index(self.quality):
            self.quality = row.quality
        for name in ANSWERS:
            if value := getattr(row, name):
                self.texts.setdefault(name, Counter())[value] += weight
        if row.address.residence:
            self.texts.setdefault("residence", Counter())[row.address.residence] += weight


@dataclass(frozen=True, slots=True)
class SiteKey:
    """Which site a row says it belongs to. `kind`: code, name, programme or address (nothing but the address)."""

    kind: str
    commune_code: str
    text: str
    programme: str = ""


@dataclass(slots=True)
class _Waiting:
    """Rows that say the same, counted before they go to their address."""

    row: StockRow
    line: int
    dwellings: int = 0
    weight: int = 0


class Gathering:
    """Every address of the file, under the site that its rows name."""

    def __init__(self, key_of: Callable[[StockRow], SiteKey]) -> None:
        """`key_of` says which site a row names."""
        self.addresses: dict[tuple[SiteKey, str], AddressDraft] = {}
        self._key_of = key_of
        self._waiting: dict[int, _Waiting] = {}

    def add(self, line: int, row: StockRow, dwellings: int) -> None:
        """Count a row at its address."""
        waiting = self._waiting.get(id(row))
        if waiting is None:
            if len(self._waiting) >= MOST_WAITING:
                self.finish()
            # The row is held, so that its id stays its own.
            waiting = self._waiting[id(row)] = _Waiting(row, line)
        waiting.dwellings += dwellings
        waiting.weight += max(dwellings, 1)

    def finish(self) -> None:
        """Give every counted row to its address."""
        for waiting in self._waiting.values():
            self._address(waiting).add(waiting.row, waiting.dwellings, waiting.weight)
        self._waiting.clear()

    def _address(self, waiting: _Waiting) -> AddressDraft:
        row, line = waiting.row, waiting.line
        site = self._key_of(row)
        draft = self.addresses.get((site, row.key))
        if draft is None:
            draft = self.addresses[site, row.key] = AddressDraft(
                row.key,
                row.address.number,
                row.address.street,
                row.commune_code,
                row.postcode,
                first_line=line,
            )
        return draft
