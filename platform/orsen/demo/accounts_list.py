"""The demonstration's accounts, with the code of the second factor at this instant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from allauth.mfa.utils import decrypt

from accounts.models import Membership
from orsen.demo.people import DOMAIN, PASSWORD


@dataclass(frozen=True)
class Account:
    """What one needs to log in. `code` holds for `code_seconds` more seconds; `secret` goes into an authenticator
    application (base 32)."""

    email: str
    password: str
    role: str
    role_code: str
    organisation: str
    organisation_kind: str
    code: str
    code_seconds: int
    secret: str

    def as_json(self) -> dict[str, Any]:
        """For `demo_accounts --json`."""
        return asdict(self)


def current_code(secret: str, now: float) -> str:
    """The six digits that an authenticator application shows for that secret at that instant (epoch seconds)."""
    counter = int(now) // app_settings.TOTP_PERIOD
    return str(auth.format_hotp_value(auth.hotp_value(secret, counter)))


def seconds_left(now: float) -> int:
    """How long the code of that instant is still accepted."""
    period: int = app_settings.TOTP_PERIOD
    tolerance: int = app_settings.TOTP_TOLERANCE
    return period * (1 + tolerance) - int(now) % period


def accounts(now: float) -> Iterator[Account]:
    """Every account, in the order in which they were made."""
    secrets = {
        authenticator.user_id: decrypt(authenticator.data["secret"])
        for authenticator in Authenticator.objects.filter(
            type=Authenticator.Type.TOTP, user__email__endswith=f"@{DOMAIN}"
        )
    }
    members = Membership.objects.live().filter(user_id__in=secrets).order_by("pk")
    for member in members.select_related("user", "organisation"):
        yield Account(
            email=member.user.email, password=PASSWORD, role=str(member.role.label), role_code=member.role_code,
            organisation=member.organisation.name, organisation_kind=member.organisation.kind,
            code=current_code(secrets[member.user_id], now),
            code_seconds=seconds_left(now), secret=secrets[member.user_id],
        )  # fmt: skip


def one_of_each(every: list[Account]) -> list[Account]:
    """The accounts that show the product from every side: each role of the first landlord, every other organisation."""
    landlord = next(
        (account.organisation for account in every if account.organisation_kind == "landlord"), ""
    )
    return [
        account
        for account in every
        if account.organisation_kind != "landlord" or account.organisation == landlord
    ]
