"""Addresses found in the imported BAN: nothing is sent to anybody.

Scores are this project's own. 100: commune, street, number and repetition are the same; 95: the articles differ. To be
looked at by a person: 75, the number without its repetition, or the first of « 1-5 »; 60, homonyms that lie apart, or
the nearest number of the street; 55, the middle of the street for an address without a number.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from django.contrib.gis.geos import Point

from gis.territories.codes import commune_of
from tenants.geocoding.answers import Answer, Kind, Query, Source
from tenants.geocoding.models import BanAddress
from tenants.imports.cleaning.streets import comparable, read_house_number
from tenants.imports.cleaning.text import fold

ARTICLES: Final = frozenset(
    ("DE", "DU", "DES", "D", "LA", "LE", "LES", "L", "ET", "A", "AU", "AUX")
)
SAME_PLACE_METRES: Final = 50.0


def street_key(commune_code: str, street: str) -> str:
    """The whole commune and the words of the street; empty when one of them is missing."""
    words = " ".join(word for word in comparable(street).split() if word not in ARTICLES)
    return f"{commune_of(commune_code)}|{words}"[:200] if commune_code and words else ""


def number_key(number: str) -> str:
    """« 7bis », « 7 bis » → 7 BIS."""
    return fold(read_house_number(number) or number)[:12]


def match(queries: Iterable[Query]) -> dict[str, Answer]:
    """What the BAN says of these addresses, by their key; an address that it does not know is left out."""
    asked = [(each, street_key(each.commune_code, each.street)) for each in queries]
    keys = {key for _query, key in asked if key}
    streets: dict[str, list[BanAddress]] = defaultdict(list)
    for row in BanAddress.objects.filter(street_key__in=keys).order_by("pk"):
        streets[row.street_key].append(row)
    found = ((query, _best(query, streets[key])) for query, key in asked if streets.get(key))
    return {query.match_key: answer for query, answer in found if answer is not None}


def _best(query: Query, rows: list[BanAddress]) -> Answer | None:
    # Communes that merged keep their homonyms: the postcode tells them apart where it can.
    near = [row for row in rows if row.postcode == query.postcode] or rows
    number = number_key(query.number)
    if not number:
        ordered = sorted(near, key=lambda row: (_first(row.number), row.number))
        return _answer(ordered[len(ordered) // 2], 55, Kind.STREET)
    exact = [row for row in near if row.number == number]
    if exact:
        spelt = [row for row in exact if comparable(row.street) == comparable(query.street)]
        if _apart(spelt or exact):
            return _answer((spelt or exact)[0], 60, Kind.HOUSE_NUMBER)
        return _answer((spelt or exact)[0], 100 if spelt else 95, Kind.HOUSE_NUMBER)
    first = [row for row in near if row.number == str(_first(number))]
    if first and _first(number):
        return _answer(first[0], 60 if _apart(first) else 75, Kind.HOUSE_NUMBER)
    nearest = min(near, key=lambda row: (abs(_first(row.number) - _first(number)), row.number))
    return _answer(nearest, 60, Kind.STREET)


def _first(number: str) -> int:
    found = re.match(r"\d+", number)
    return int(found[0]) if found else 0


def _apart(rows: list[BanAddress]) -> bool:
    return any(row.geom.distance(rows[0].geom) > SAME_PLACE_METRES for row in rows[1:])


def _answer(row: BanAddress, score: int, kind: str) -> Answer:
    number = row.number.capitalize() if row.number[:1].isalpha() else row.number.lower()
    label = f"{number} {row.street}, {row.postcode} {row.commune_name}".strip()
    return Answer(
        str(Source.BAN), str(kind), score, label[:240], Point(row.geom.x, row.geom.y, srid=2154), row.ban_id, row.entrance
    )  # fmt: skip
