"""The French GeoCodeJSON service (addok): public or self-hosted, by ORSEN_GEOCODER_URL; without one nothing leaves.

Requests are spaced, bounded in time and size, follow no redirect, use no proxy of the environment; 429 and 5xx are tried
again with growing pauses.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _
from urllib3.exceptions import HTTPError

from gis.territories.codes import commune_of
from tenants.geocoding.answers import Answer, Kind, Query, Source
from tenants.imports.cleaning.positions import (
    LAMBERT_93,
    WGS_84,
    BadPositionError,
    in_lambert_93,
)

MOST_BYTES: Final = 256 * 1024
ATTEMPTS: Final = 5
FIRST_PAUSE: Final = 0.5  # seconds, doubled each time
LONGEST_PAUSE: Final = 30.0
TOO_MANY: Final = 429
SERVER_ERROR: Final = 500
REFUSED: Final = 400
OTHER_COMMUNE: Final = 60  # the most that an answer in another commune is worth


class GeocoderError(Exception):
    """The service does not answer as it should; the text is for the person who asked."""


class _AgainError(Exception):
    """Worth another try, after so many seconds where the service says it."""

    def __init__(self, reason: str, after: float = 0.0) -> None:
        super().__init__(reason)
        self.after = after


def host() -> str:
    """Where addresses would be sent; empty when nothing may leave."""
    return urlsplit(settings.ORSEN_GEOCODER_URL).netloc


class Geocoder:
    """One service, asked no faster than ORSEN_GEOCODER_RATE times a second."""

    def __init__(self, *, sleep: Callable[[float], None] = time.sleep) -> None:
        """Raises GeocoderError when no service is set."""
        self._url = settings.ORSEN_GEOCODER_URL.rstrip("/")
        if urlsplit(self._url).scheme not in {"http", "https"}:
            raise GeocoderError(_("Aucun service de géocodage n’est configuré."))
        self._sleep = sleep
        self._next = 0.0
        self._session = requests.Session()
        self._session.trust_env = False

    def search(self, query: Query) -> Answer | None:
        """The best answer for one address; None when the service has none. Raises GeocoderError."""
        asked = {
            "q": f"{query.number} {query.street} {query.commune_name}".strip(),
            "limit": "1",
            "autocomplete": "0",
        }
        if query.postcode:
            asked["postcode"] = query.postcode
        reason, pause = "", FIRST_PAUSE
        for attempt in range(ATTEMPTS):
            self._wait_for_turn()
            try:
                return _read(query, self._get(asked))
            except _AgainError as again:
                reason = str(again)
                if attempt + 1 < ATTEMPTS:
                    self._sleep(min(max(pause, again.after), LONGEST_PAUSE))
                pause *= 2
        raise GeocoderError(
            _(
                "Le service de géocodage ne répond pas (%(reason)s). Relancez plus tard : rien n’est perdu."
            )
            % {"reason": reason}
        )

    def _wait_for_turn(self) -> None:
        now = time.monotonic()
        if now < self._next:
            self._sleep(self._next - now)
        self._next = max(now, self._next) + 1 / max(settings.ORSEN_GEOCODER_RATE, 1)

    def _get(self, asked: dict[str, str]) -> Any:
        limit = settings.ORSEN_GEOCODER_TIMEOUT_SECONDS
        deadline = time.monotonic() + limit
        try:
            with self._session.get(
                f"{self._url}/search/",
                params=asked,
                timeout=limit,
                allow_redirects=False,
                stream=True,
            ) as answer:
                if answer.status_code == TOO_MANY or answer.status_code >= SERVER_ERROR:
                    raise _AgainError(
                        str(answer.status_code), _seconds(answer.headers.get("Retry-After", ""))
                    )
                if (
                    answer.status_code == REFUSED
                ):  # the service does not understand this one address
                    return {"features": []}
                if answer.status_code != requests.codes.ok:
                    raise GeocoderError(
                        _(
                            "Le service de géocodage a répondu %(status)d : prévenez l’exploitant de la plateforme."
                        )
                        % {"status": answer.status_code}
                    )
                body = b""
                # What has come, however little: reading full pieces would wait for one that drips in.
                while piece := answer.raw.read1(16 * 1024, decode_content=True):
                    body += piece
                    if len(body) > MOST_BYTES or time.monotonic() > deadline:
                        raise GeocoderError(
                            _(
                                "Le service de géocodage a répondu trop longuement : sa réponse n’a pas été lue."
                            )
                        )
        except (requests.RequestException, HTTPError) as error:
            raise _AgainError(type(error).__name__) from error
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise _unreadable() from error


def _unreadable() -> GeocoderError:
    return GeocoderError(
        _(
            "La réponse du service de géocodage n’est pas lisible : prévenez l’exploitant de la plateforme."
        )
    )


def _seconds(text: str) -> float:
    return float(text) if text.isdigit() and len(text) < 6 else 0.0


def _read(query: Query, body: Any) -> Answer | None:
    """The first feature. Raises GeocoderError for what is no GeoCodeJSON."""
    try:
        features = body["features"]
        if not features:
            return None
        found = features[0]["properties"]
        longitude, latitude = map(float, features[0]["geometry"]["coordinates"][:2])
        score = float(found["score"])
        kind, label = str(found["type"]), str(found["label"])[:240]
        commune = str(found.get("citycode", ""))
        identifier = str(found.get("id", ""))[:40]
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise _unreadable() from error
    if not math.isfinite(score) or kind not in Kind.values:
        return None
    points = round(100 * min(max(score, 0.0), 1.0))
    if query.commune_code and commune_of(commune) != commune_of(query.commune_code):
        points = min(points, OTHER_COMMUNE)
    point = lambert_93(longitude, latitude)
    number = identifier if kind == Kind.HOUSE_NUMBER else ""
    return Answer(str(Source.SERVICE), kind, points, label, point, number) if point else None


def lambert_93(longitude: float, latitude: float) -> Point | None:
    """A position in degrees as EPSG:2154; None for one that is not in France (the extent that imports accept)."""
    try:
        x, y = in_lambert_93(WGS_84, longitude, latitude)
    except BadPositionError:
        return None
    return Point(x, y, srid=LAMBERT_93)
