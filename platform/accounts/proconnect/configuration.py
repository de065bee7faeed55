"""What the settings say of the provider."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class Configuration:
    """An OpenID provider, and what is asked of its answers."""

    issuer: str
    client_id: str
    client_secret: str
    algorithm: str
    acr_values: tuple[str, ...]
    mfa_acr_values: tuple[str, ...]
    signed_userinfo: bool
    verified_email: bool
    scope: str
    pkce: bool


def is_configured() -> bool:
    """Whether the log-in page offers ProConnect."""
    return bool(settings.ORSEN_PROCONNECT_ISSUER and settings.ORSEN_PROCONNECT_CLIENT_ID)


def configuration() -> Configuration:
    """The settings, read at each use: tests and renewals of the secret change them."""
    return Configuration(
        issuer=settings.ORSEN_PROCONNECT_ISSUER,
        client_id=settings.ORSEN_PROCONNECT_CLIENT_ID,
        client_secret=settings.ORSEN_PROCONNECT_CLIENT_SECRET,
        algorithm=settings.ORSEN_PROCONNECT_ALGORITHM,
        acr_values=tuple(settings.ORSEN_PROCONNECT_ACR_VALUES),
        mfa_acr_values=tuple(settings.ORSEN_PROCONNECT_MFA_ACR_VALUES),
        signed_userinfo=settings.ORSEN_PROCONNECT_SIGNED_USERINFO,
        verified_email=settings.ORSEN_PROCONNECT_VERIFIED_EMAIL,
        scope=settings.ORSEN_PROCONNECT_SCOPE,
        pkce=settings.ORSEN_PROCONNECT_PKCE,
    )
