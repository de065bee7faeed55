"""What a copy says of itself: the facts that are written into the file."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sharing.details import Detail

# Neither 0, O, 1, I, L nor U: the number is read aloud and copied by hand.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_number() -> str:
    """A number that nobody guesses: the year and 8 characters of 30 (39 bits)."""
    drawn = "".join(secrets.choice(ALPHABET) for _place in range(8))
    return f"{timezone.localdate().year}-{drawn[:4]}-{drawn[4:]}"


@dataclass(frozen=True)
class Facts:
    """A receipt before its file exists: everything but the SHA-256."""

    number: str
    title: str
    requester: str  # function and organisation
    conventions: tuple[str, ...]  # empty: the landlord's own data
    detail: str  # a Detail; empty: the landlord's own data
    made_at: dt.datetime
    expires_at: dt.datetime

    def rows(self) -> list[tuple[str, str]]:
        """Label and value of each fact, in the reader's language: for a sheet, a table or a list of properties."""
        none = _("aucune (données de votre organisme)")
        return [
            (_("Reçu"), self.number),
            (_("Objet"), self.title),
            (_("Convention"), ", ".join(self.conventions) or none),
            (_("Niveau de détail"), str(Detail(self.detail).label) if self.detail else none),
            (_("Remis à"), self.requester),
            (_("Fait le"), _moment(self.made_at)),
            (_("À supprimer le"), _moment(self.expires_at)),
            (_("Vérification"), self.verification),
        ]

    @property
    def verification(self) -> str:
        """How to learn whether a copy is the one that was given."""
        return _(
            "L’empreinte SHA-256 de ce fichier est gardée avec son reçu : page « Vérifier une copie » d’ORSEN, %(path)s"
        ) % {"path": reverse("receipt-verify")}

    def line(self) -> str:
        """The whole on one line: for the foot of a page or the first line of a text file."""
        return _("Reçu %(number)s, remis à %(requester)s le %(day)s, à supprimer le %(end)s") % {
            "number": self.number,
            "requester": self.requester,
            "day": date_format(timezone.localtime(self.made_at), "j F Y"),
            "end": date_format(timezone.localtime(self.expires_at), "j F Y"),
        }


def _moment(instant: dt.datetime) -> str:
    local = timezone.localtime(instant)
    return _("%(day)s à %(hour)s") % {
        "day": date_format(local, "j F Y"),
        "hour": date_format(local, "H:i"),
    }
