"""Canaries: texts, numbers, keys and places that stand nowhere else, each known by its owner and its column.

An owner is a label of the proof's world: « home », « elsewhere » (home's, out of some roles' reach), « site-1 » …
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from django.contrib.gis.geos import Point

from sharing.access.models import number_of

# Letters only after the mark: no encoding (HTML, JSON, URL, PDF) changes them.
TEXT = re.compile(r"canari([a-z]{6})")
KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
ROW = re.compile(r"(?<![\w.,-])39[0-9]{8}(?![\w.])")
NUMBER = re.compile(r"(?<![\w.,-])9[0-9]{6}(?![\w])")
# Thousands as French pages write them, and an HTML entity for the space between.
SPACED = re.compile(r"(?<=\d)(?:[\u00a0\u202f ]|&nbsp;|&#160;|&#8239;)(?=\d{3})")
TILE = re.compile(r"(?<![\w.,-])[0-9]{12,15}(?![\w.])")
DEGREES = re.compile(r"(?<![\w.])-?\d{1,2}\.\d{4,}")
ROUNDED = 4  # decimals of a degree kept for comparison: 11 m


@dataclass(frozen=True)
class Canary:
    """Where a planted value stands."""

    owner: str
    column: str  # table.column

    def __str__(self) -> str:
        return f"{self.owner}:{self.column}"


@dataclass
class Book:
    """Every canary planted, by the value that is looked for."""

    texts: dict[str, Canary] = field(default_factory=dict)
    numbers: dict[str, Canary] = field(default_factory=dict)
    keys: dict[str, Canary] = field(default_factory=dict)
    places: dict[tuple[str, str], Canary] = field(default_factory=dict)
    columns: set[str] = field(default_factory=set)

    def text(self, owner: str, column: str, length: int | None = None) -> str:
        """A new text, at most that long. Raises ValueError where no canary fits."""
        if length is not None and length < len("canari") + 6:
            raise ValueError(column)
        code = _letters(len(self.texts))
        self._note(self.texts, code, owner, column)
        return f"canari{code}"

    def row(self, owner: str, column: str) -> int:
        """A new row number, far above those that sequences give; below 2³², which tiles can carry."""
        number = 3_900_000_000 + 7 * (len(self.numbers) + 1)
        self._note(self.numbers, str(number), owner, column)
        return number

    def number(self, owner: str, column: str) -> int:
        """A new count of seven digits."""
        number = 9_000_000 + 7 * (len(self.numbers) + 1)
        self._note(self.numbers, str(number), owner, column)
        return number

    def key(self, owner: str, column: str) -> uuid.UUID:
        """A new public key."""
        key = uuid.uuid4()
        self._note(self.keys, str(key), owner, column)
        # Tiles call a shared site by the first 48 bits of its key.
        self._note(self.numbers, str(number_of(key)), owner, column)
        return key

    def place(self, owner: str, column: str, corner: tuple[float, float]) -> Point:
        """A new point, EPSG:2154, metres, near a corner."""
        step = len(self.places)
        point = Point(corner[0] + 37.3 * step % 900, corner[1] + 13.7 * step, srid=2154)
        degrees = point.transform(4326, clone=True)
        self.places[_rounded(degrees.x), _rounded(degrees.y)] = Canary(owner, column)
        self.columns.add(column)
        return point

    def _note(self, where: dict[str, Canary], value: str, owner: str, column: str) -> None:
        where[value] = Canary(owner, column)
        self.columns.add(column)

    def met(self, text: str, *, echoed: str = "") -> set[Canary]:
        """The canaries in what a reader got; what the request itself said is no news."""
        found = _taken(TEXT, self.texts, text, echoed) | _taken(KEY, self.keys, text.lower(), echoed)  # fmt: skip
        plain = SPACED.sub("", text)
        found |= _taken(ROW, self.numbers, plain, echoed) | _taken(NUMBER, self.numbers, plain, echoed)  # fmt: skip
        found |= _taken(TILE, self.numbers, plain, echoed)
        degrees = [_rounded(float(each)) for each in DEGREES.findall(text)]
        return found | {self.places[pair] for pair in pairwise(degrees) if pair in self.places}


def _taken(
    pattern: re.Pattern[str], known: dict[str, Canary], text: str, echoed: str
) -> set[Canary]:
    values: Iterable[str] = set(pattern.findall(text))
    return {known[value] for value in values if value in known and value not in echoed}


def _letters(number: int) -> str:
    """A number in base 26 on six letters."""
    letters = ""
    for _place in range(6):
        number, rest = divmod(number, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def _rounded(degrees: float) -> str:
    return f"{degrees:.{ROUNDED}f}"
