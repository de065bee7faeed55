"""SIRET numbers: 14 digits, the last of them a check (INSEE, Luhn; La Poste's own rule for SIREN 356 000 000)."""

from __future__ import annotations

from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LENGTH: Final = 14
LA_POSTE: Final = "356000000"


def is_siret(text: str) -> bool:
    """Whether the text is a SIRET that can exist."""
    if len(text) != LENGTH or not text.isascii() or not text.isdigit():
        return False
    if text.startswith(LA_POSTE) and sum(map(int, text)) % 5 == 0:
        return True
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(text)]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def validate_siret(text: str) -> None:
    """Raises ValidationError for anything else than a SIRET."""
    if not is_siret(text):
        raise ValidationError(
            _("« %(siret)s » n’est pas un SIRET : vérifiez ses 14 chiffres."),
            code="siret",
            params={"siret": text},
        )
