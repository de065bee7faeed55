"""The communes that the catalogue knows, to find one by its name and to say which are missing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from gis.territories.models import Territory, TerritoryKind
from tenants.imports.cleaning.streets import comparable


@dataclass(slots=True)
class CommuneBook:
    """Codes by name; a name borne by several communes is told apart by the département of the postcode."""

    names: dict[str, str] = field(default_factory=dict)
    by_name: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, code: str, name: str) -> None:
        """Enter a commune."""
        self.names[code] = name
        self.by_name[_plain(name)].append(code)

    def find(self, name: str, postcode: str) -> str:
        """The code of the one commune of that name in the postcode's département; empty when it is not certain."""
        found = self.by_name.get(_plain(name), []) if name else []
        if postcode:
            found = [code for code in found if code[:2] == postcode[:2]]
        return found[0] if len(found) == 1 else ""


def _plain(name: str) -> str:
    return comparable(f"_ {name}").strip()


def load_communes() -> CommuneBook:
    """The current communes of the catalogue, all départements."""
    book = CommuneBook()
    for code, name in Territory.objects.current(TerritoryKind.COMMUNE).values_list("code", "name"):
        book.add(code, name)
    return book
