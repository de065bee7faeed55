"""Codes of départements, as the official geographic code writes them; 96 to 99 stand for invented ones."""

from __future__ import annotations

import re
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.roles import ROLES

CODE: Final = re.compile(r"0[1-9]|[1-9][0-9]|2[AB]|9[78][0-9]")


def read_codes(text: str) -> list[str]:
    """The codes of « 93, 94 », in order, each once. Raises ValidationError for what is not one."""
    codes = [part.upper() for part in re.split(r"[\s,;]+", text) if part]
    for code in codes:
        if not CODE.fullmatch(code):
            raise ValidationError(
                _(
                    "« %(code)s » n’est pas un code de département : écrivez par exemple « 93, 94 »."
                ),
                code="departement",
                params={"code": code},
            )
    return sorted(set(codes))


def codes_for(role_code: str, text: str) -> list[str]:
    """What a membership in that role keeps: the codes of a role by département, which needs one, none of another.

    Raises ValidationError.
    """
    if not ROLES[role_code].by_departement:
        return []
    codes = read_codes(text)
    if not codes:
        raise ValidationError(
            _("Indiquez au moins un département pour ce rôle, par exemple « 93 »."),
            code="departement",
        )
    return codes
