"""Nothing that the provider says is believed before its signature, issuer, audience, dates and nonce hold."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Any, Final

import jwt

from accounts.proconnect import provider
from accounts.proconnect.configuration import Configuration
from accounts.proconnect.refusals import Refusal

LEEWAY_SECONDS: Final = 30
# Signed with the provider's private key; a shared secret (HS256) could be forged by whoever reads our settings.
ALGORITHMS: Final = {"RS256", "PS256", "ES256"}


@dataclass(frozen=True)
class Identity:
    """What the provider vouches for."""

    issuer: str
    subject: str
    email: str
    siret: str
    acr: str
    auth_time: float | None
    id_token: str

    def counts_as_second_factor(self, configuration: Configuration) -> bool:
        """Whether the level of assurance means that a second factor was shown."""
        return self.acr in configuration.mfa_acr_values


def identity(configuration: Configuration, tokens: dict[str, Any], nonce: str) -> Identity:
    """The person, from the tokens of one log-in. Raises Refusal for anything absent, weak, foreign or forged."""
    id_token = tokens.get("id_token")
    access_token = tokens.get("access_token")
    if not isinstance(id_token, str) or not isinstance(access_token, str):
        raise Refusal("token", "a token is missing")
    claims = verified(
        configuration, id_token, required=["iss", "aud", "exp", "iat", "sub", "nonce"]
    )
    _same(str(claims["nonce"]), nonce, "nonce")
    acr = claims.get("acr")
    if not isinstance(acr, str) or acr not in configuration.acr_values:
        raise Refusal("acr", repr(acr))
    said = _userinfo(configuration, access_token, nonce)
    _same(str(said.get("sub", "")), str(claims["sub"]), "sub of userinfo")
    auth_time = claims.get("auth_time")
    return Identity(
        issuer=configuration.issuer,
        subject=str(claims["sub"]),
        email=_email(configuration, said),
        siret="".join(str(said.get("siret") or "").split()),
        acr=acr,
        auth_time=float(auth_time) if isinstance(auth_time, int | float) else None,
        id_token=id_token,
    )


def verified(configuration: Configuration, token: str, *, required: list[str]) -> dict[str, Any]:
    """The claims of a token signed by the provider, for us, now. Raises Refusal."""
    if configuration.algorithm not in ALGORITHMS:
        raise Refusal("token", f"{configuration.algorithm} is not accepted")
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") != configuration.algorithm:
            raise Refusal("token", f"signed with {header.get('alg')!r}")
        key = provider.signing_key(configuration, header.get("kid"))
        claims: dict[str, Any] = jwt.decode(
            token,
            key.key,
            algorithms=[configuration.algorithm],
            audience=configuration.client_id,
            issuer=configuration.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": required},
        )
    except jwt.PyJWTError as error:
        raise Refusal("token", f"{type(error).__name__}: {error}") from error
    except (TypeError, ValueError) as error:  # a key of another kind than the algorithm's
        raise Refusal("token", type(error).__name__) from error
    audience = claims["aud"]
    if isinstance(audience, list) and len(audience) > 1:
        _same(str(claims.get("azp", "")), configuration.client_id, "azp")
    return claims


def _userinfo(configuration: Configuration, access_token: str, nonce: str) -> dict[str, Any]:
    answer = provider.userinfo(configuration, access_token)
    if answer.content_type != "application/jwt":
        if configuration.signed_userinfo:
            raise Refusal("token", f"unsigned userinfo: {answer.content_type}")
        return answer.json()
    try:
        token = answer.body.decode("ascii")
    except UnicodeDecodeError as error:
        raise Refusal("token", "userinfo is no JWT") from error
    claims = verified(configuration, token, required=["iss", "aud", "sub"])
    if "nonce" in claims:
        _same(str(claims["nonce"]), nonce, "nonce of userinfo")
    return claims


def _email(configuration: Configuration, said: dict[str, Any]) -> str:
    email = said.get("email")
    if not isinstance(email, str) or "@" not in email:
        raise Refusal("email", "absent")
    vouched = said.get("email_verified")
    if vouched is False or (configuration.verified_email and vouched is not True):
        raise Refusal("email", f"email_verified={vouched!r}")
    return email.strip().lower()


def _same(found: str, wanted: str, name: str) -> None:
    if not wanted or not hmac.compare_digest(found.encode(), wanted.encode()):
        raise Refusal("token", f"wrong {name}")
