"""An answer to « where is this address? », whoever gave it, and what its score is worth."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib.gis.geos import Point

from tenants.geocoding.models import GeocodedAddress

State = GeocodedAddress.State
Kind = GeocodedAddress.Kind
Source = GeocodedAddress.Source


@dataclass(frozen=True, slots=True)
class Query:
    """An address as it is looked for."""

    match_key: str
    number: str
    street: str
    postcode: str
    commune_code: str
    commune_name: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found. Score from 0 to 100; position in EPSG:2154."""

    source: str
    kind: str
    score: int
    label: str
    point: Point | None
    ban_id: str = ""
    entrance: bool = False


def state_of(query: Query, answer: Answer | None) -> str:
    """Applied, to be looked at, or nothing, by the thresholds of the settings.

    A place or a commune is never applied unseen, nor is a street for an address that has a number.
    """
    if answer is None or answer.point is None or answer.score < settings.ORSEN_GEOCODING_DOUBT:
        return str(State.NOTHING)
    precise = answer.kind == Kind.HOUSE_NUMBER or (answer.kind == Kind.STREET and not query.number)
    if precise and answer.score >= settings.ORSEN_GEOCODING_APPLY:
        return str(State.APPLIED)
    return str(State.DOUBTFUL)
