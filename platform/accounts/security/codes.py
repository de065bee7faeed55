"""The forms that take a second-factor code: within the door's limits, and each code once."""

from __future__ import annotations

import hashlib
import time
from typing import Any, Final

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.security.limits import refuse_when_exhausted

REMEMBERED_SECONDS: Final = 900
REMEMBERED: Final = 20


def spend(authenticator: Authenticator, code: str) -> None:
    """Note a code as used. Raises ValidationError when it was used before.

    allauth remembers used codes in the cache; a cache that is down, or emptied, would let one serve twice.
    """
    digits = "".join(filter(str.isdigit, code))
    secret = str(authenticator.data.get("secret", ""))
    digest = hashlib.sha256(f"{secret}|{digits}".encode()).hexdigest()
    now = time.time()
    with transaction.atomic():
        held = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
        spent: list[list[Any]] = [
            each for each in held.data.get("spent", []) if each[1] > now - REMEMBERED_SECONDS
        ]
        if any(each[0] == digest for each in spent):
            raise get_adapter().validation_error("incorrect_code")
        held.data["spent"] = [[digest, now], *spent][:REMEMBERED]
        held.save(update_fields=["data"])
    authenticator.data = held.data


class _Limited:
    """What both forms add to allauth's."""

    user: Any
    authenticator: Authenticator

    def clean_code(self) -> str:
        """The code, if guesses are left and it was never used."""
        refuse_when_exhausted(context.request, self.user)
        code: str = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type == Authenticator.Type.TOTP:
            spend(self.authenticator, code)
        return code


class LimitedAuthenticateForm(_Limited, AuthenticateForm):  # type: ignore[misc]
    """The second step of a log-in."""


class LimitedReauthenticateForm(_Limited, ReauthenticateForm):  # type: ignore[misc]
    """A confirmation in an open session."""
