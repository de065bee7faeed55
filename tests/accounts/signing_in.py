"""Second factors of the tests: give one to a person, show it, look at what a session knows."""

from __future__ import annotations

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.core.cache import cache
from django.test import Client

from accounts.models import User

PASSWORD = "une-phrase-de-passe-assez-longue"
PERIOD = 30


def give_totp(user: User) -> str:
    """Set up an authenticator application. Returns its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def code_of(secret: str, *, step: int = 0) -> str:
    """The six digits that the application shows `step` periods from now; as if none had been used before."""
    cache.clear()
    for held in Authenticator.objects.filter(type=Authenticator.Type.TOTP):
        held.data.pop("spent", None)
        held.save()
    return format_hotp_value(hotp_value(secret, int(time.time()) // PERIOD + step))


def show_totp(client: Client, secret: str) -> None:
    """Confirm a second factor in an open session."""
    answer = client.post("/compte/2fa/reauthenticate/", {"code": code_of(secret)})
    assert answer.status_code == 302, answer.content.decode()


def age_second_factor(client: Client, seconds: float) -> None:
    """Let time pass since the session's second factor was shown."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= seconds
    session.save()
