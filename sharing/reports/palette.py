"""The paints of drawings: names on screen, where the reader's theme decides, and colours on paper."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

NAMES = (
    "level-1", "level-2", "level-3", "level-4", "level-1-ink", "level-2-ink", "level-3-ink", "level-4-ink",
    "level-line", "withheld", "withheld-line", "ink", "ink-2", "line", "surface", "map-land", "map-border",
)  # fmt: skip


@dataclass(frozen=True)
class Palette:
    """Paint by name, and the font of the drawing's texts. `name` keeps identifiers of two drawings apart."""

    name: str
    paints: dict[str, str]
    font: str

    def __getitem__(self, paint: str) -> str:
        """The paint of that name. Raises KeyError for an unknown one."""
        return self.paints[paint]


SCREEN = Palette("screen", {name: f"var(--{name})" for name in NAMES}, "var(--font)")


@cache
def paper() -> Palette:
    """The light colours of the design tokens, in the font that the PDF carries. Raises OSError without the tokens."""
    path = Path(settings.ROOT) / "platform" / "orsen" / "design" / "tokens.json"
    tokens: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))["light"]
    return Palette("paper", {name: tokens[name] for name in NAMES}, "Atkinson Hyperlegible Next")
