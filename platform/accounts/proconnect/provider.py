"""The provider's end: its addresses and keys, the exchange of a code for tokens, what it says of the person.

Every answer is read within TIMEOUT_SECONDS and MOST_BYTES, redirects are not followed, and nothing in it is believed
before `tokens.verified` has seen its signature.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

import jwt
import requests

from accounts.proconnect.configuration import Configuration
from accounts.proconnect.refusals import Refusal

TIMEOUT_SECONDS: Final = 5
MOST_BYTES: Final = 256 * 1024
KEPT_SECONDS: Final = 600
LOOPBACK: Final = {"127.0.0.1", "localhost", "::1"}
ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")

_kept: dict[str, tuple[float, dict[str, Any]]] = {}
_lock = threading.Lock()


@dataclass(frozen=True)
class Answer:
    """Body of an answer, and what it says it is."""

    content_type: str
    body: bytes

    def json(self) -> dict[str, Any]:
        """The object in it. Raises Refusal when it holds none."""
        try:
            found = json.loads(self.body)
        except ValueError as error:
            raise Refusal("provider", "not JSON") from error
        if not isinstance(found, dict):
            raise Refusal("provider", "not a JSON object")
        return found


def metadata(configuration: Configuration) -> dict[str, Any]:
    """The provider's own description. Raises Refusal when it is another issuer's, or speaks without TLS."""
    url = configuration.issuer.rstrip("/") + "/.well-known/openid-configuration"
    found = _remembered(url)
    if found.get("issuer") != configuration.issuer:
        raise Refusal("provider", "the description is of another issuer")
    for name in ENDPOINTS:
        _must_be_private(str(found.get(name, "")))
    return found


def signing_key(configuration: Configuration, key_id: str | None) -> jwt.PyJWK:
    """The provider's key of that id; the list is fetched again once for an id it does not hold. Raises Refusal."""
    url = str(metadata(configuration)["jwks_uri"])
    for fresh in (False, True):
        for key in _keys(_remembered(url, fresh=fresh)):
            if key_id is not None and key.key_id == key_id:
                return key
    raise Refusal("token", "unknown key")


def exchange(
    configuration: Configuration, *, code: str, redirect_uri: str, verifier: str
) -> dict[str, Any]:
    """Tokens for an authorisation code. Raises Refusal."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "client_id": configuration.client_id,
        "client_secret": configuration.client_secret,
    }
    if configuration.pkce:
        form["code_verifier"] = verifier
    return _call("POST", str(metadata(configuration)["token_endpoint"]), data=form).json()


def userinfo(configuration: Configuration, access_token: str) -> Answer:
    """What the provider says of the person, signed or not. Raises Refusal."""
    url = str(metadata(configuration)["userinfo_endpoint"])
    return _call("GET", url, headers={"Authorization": f"Bearer {access_token}"})


def forget() -> None:
    """Ask for descriptions and keys again next time."""
    with _lock:
        _kept.clear()


def _keys(found: dict[str, Any]) -> list[jwt.PyJWK]:
    try:
        return jwt.PyJWKSet.from_dict(found).keys
    except jwt.PyJWTError as error:
        raise Refusal("provider", "no usable key") from error


def _remembered(url: str, *, fresh: bool = False) -> dict[str, Any]:
    with _lock:
        at, found = _kept.get(url, (0.0, {}))
    if found and not fresh and time.monotonic() - at < KEPT_SECONDS:
        return found
    found = _call("GET", url).json()
    with _lock:
        _kept[url] = (time.monotonic(), found)
    return found


def _must_be_private(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise Refusal("provider", f"not behind TLS: {url}")


def _call(method: str, url: str, **arguments: Any) -> Answer:
    _must_be_private(url)
    try:
        with requests.request(
            method, url, timeout=TIMEOUT_SECONDS, allow_redirects=False, stream=True, **arguments
        ) as answer:
            body = answer.raw.read(MOST_BYTES + 1, decode_content=True)
            status = answer.status_code
            content_type = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    except (requests.RequestException, OSError) as error:
        raise Refusal("unavailable", f"{url}: {type(error).__name__}") from error
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Refusal("unavailable", f"{url}: {status}")
    if status != HTTPStatus.OK or len(body) > MOST_BYTES:
        raise Refusal("provider", f"{url}: {status}, {len(body)} bytes")
    return Answer(content_type, body)
