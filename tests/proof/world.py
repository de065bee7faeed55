"""The proof's world: landlords in every relation that a convention can put them in, and somebody in every role.

A relation is what the annex gives, or why it gives nothing. Each has a convention of its own, whose parties are its
landlords, one landlord that only reads (« home »), and the police; strangers are bound by nothing. The coordination holds
every convention but the strangers'.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.test import Client

from accounts.models import (
    Membership,
    Organisation,
)
from accounts.principal import Principal, from_membership
from gis.territories.models import Territory
from tests.proof.canary import Book

# What the annex gives, in a live and signed convention …
LEVELS: Final = ("nothing", "commune", "neighbourhood", "zone", "site", "file")
# … and why it gives nothing although a line says `file`.
CLOSED: Final = (
    "capped",
    "unsigned",
    "withdrawn",
    "draft",
    "suspended",
    "ended",
    "to-come",
    "stranger",
)
RELATIONS: Final = (*LEVELS, *CLOSED)
READS_SITES: Final = frozenset({"site", "file"})
READS_ZONES: Final = frozenset({"zone", "site", "file"})
READS_RELEASES: Final = frozenset({"neighbourhood", "zone", "site", "file"})
# Whose convention binds the reader today, whatever it gives.
LIVE: Final = frozenset({*LEVELS, "capped", "unsigned", "withdrawn"})
SMALL: Final = ("zone", "site", "ended", "stranger")


@dataclass(frozen=True)
class Reader:
    """Somebody who asks: a letter of the matrix, where she stands, and the browser she is logged in with."""

    letter: str
    label: str
    organisation: Organisation | None
    membership: Membership | None
    bound: bool = True  # a party of the conventions, or their coordination

    def client(self) -> Client:
        """A browser in which she is logged in."""
        client = Client(raise_request_exception=False)
        if self.membership is not None:
            client.force_login(self.membership.user, backend="django.contrib.auth.backends.ModelBackend")  # fmt: skip
        return client

    @property
    def principal(self) -> Principal:
        """As the product sees her."""
        assert self.membership is not None
        return from_membership(self.membership)


@dataclass
class World:
    """Everything that was made, by label."""

    book: Book = field(default_factory=Book)
    readers: dict[str, Reader] = field(default_factory=dict)
    # label of an owner → its rows by table
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    landlords: dict[str, Organisation] = field(default_factory=dict)
    conventions: dict[str, dict[str, Any]] = field(default_factory=dict)
    # organisation → its own rows that are nobody's stock: member, invitation, job
    own: dict[int, dict[str, Any]] = field(default_factory=dict)
    territories: list[Territory] = field(default_factory=list)
    partner: Organisation | None = None

    def relation(self, label: str) -> str:
        """« site » of « site-1 »."""
        return label.rpartition("-")[0] if label[-1].isdigit() else label


# Letter of the matrix → role. A role that stands in the product's table and not here fails (test_matrix).
LANDLORD_ROLES: Final = {
    "A": "landlord_admin", "S": "security_direction", "D": "agency_director", "H": "sector_head", "G": "caretaker",
    "P": "support_reader",
}  # fmt: skip
PARTNER_ROLES: Final = {"C": "partner_correspondent", "R": "partner_reader"}
COORDINATION_ROLES: Final = {"X": "coordination_admin", "Y": "coordinator"}


def kept(folder: str, text: str) -> tuple[str, bytes]:
    """A file in the private folder: its path there, and what it holds."""
    path = Path(settings.MEDIA_ROOT) / folder / f"{uuid.uuid4()}.bin"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return str(path.relative_to(settings.MEDIA_ROOT)), text.encode()
