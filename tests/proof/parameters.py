"""What stands behind the question mark: every parameter that a view reads, filled with what is somebody else's.

The names are heard while the pages are asked, and read from the OpenAPI schema; one that is declared nowhere fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from unittest.mock import patch
from urllib.parse import urlencode

from django.http import QueryDict
from drf_spectacular.generators import SchemaGenerator

from tests.proof.matrix import MATRIX, Row
from tests.proof.objects import candidates, is_within, path_of
from tests.proof.probing import Prober, ask, bare
from tests.proof.world import Reader, World

# Kind of each parameter: what is put into it. `text` is a search: it must answer as it answers nonsense.
PARAMETERS: Final[dict[str, str]] = {
    "q": "text", "secteur": "text", "page": "page", "page_size": "page", "limit": "page", "offset": "page", "tri": "sort",
    "niveaux": "levels", "niveau": "levels", "bailleur": "landlord", "agence": "row", "ligne": "row", "version": "row",
    "lecteur": "row", "territoire": "row", "commune": "code", "qpv": "code", "iris": "code", "departement": "code",
    "bbox": "box", "in_bbox": "box", "perimetre": "scope", "travail": "key", "site": "key", "famille": "word",
    "periode": "word", "etat": "word", "suite": "word", "mois": "word", "millesime": "word", "parts": "word",
    "format": "word", "next": "word", "lang": "word", "nature": "word", "vue": "word", "fait": "word", "couche": "word",
    "contenu": "word", "croisement": "word", "forme": "word",
    "anneau": "word", "campagne": "campaign", "de": "campaign", "a": "campaign",
    # the sentence of an annex's line, before it is written
    "detail": "word", "min_level": "word", "reader": "word", "territory": "row", "levier": "word",
    "destinataire": "key", "annee": "word",
}  # fmt: skip


@contextmanager
def listening(heard: set[str]) -> Iterator[None]:
    """Note every name that a view looks up in a query."""

    def noting(name: str) -> Any:
        real = getattr(QueryDict, name)

        def look(self: QueryDict, key: Any, *rest: Any, **more: Any) -> Any:
            if isinstance(key, str) and not self._mutable:  # type: ignore[attr-defined]
                heard.add(key)
            return real(self, key, *rest, **more)

        return patch.object(QueryDict, name, look)

    with noting("get"), noting("getlist"), noting("__getitem__"), noting("__contains__"):
        yield


def values(kind: str, world: World, foreign: str) -> list[str]:
    """What is put into a parameter of that kind: rows, keys and words of somebody else."""
    site, landlord = world.rows[foreign]["tenants_site"], world.landlords[foreign]
    point = site.geom.transform(4326, clone=True)
    return {
        "text": [site.name, site.address, str(site.key), "%"],
        "page": ["2", "9999999", "-1", "x"],
        "sort": ["nom", "-logements", "landlord__name", "published_level", "internal_comment"],
        "levels": ["34", "1234", "x"],
        "landlord": [str(landlord.pk), landlord.short_name, "x"],
        "row": [str(site.pk), str(world.rows[foreign]["tenants_agency"].pk), "1", "x"],
        "code": ["99001", "QN09901M", "99", "x"],
        "box": [f"{point.x - 0.01},{point.y - 0.01},{point.x + 0.01},{point.y + 0.01}", "x", "0,0,0"],
        "scope": ["partages", "tous", "x"],
        "word": ["1", site.name, str(landlord.pk)],
        "key": [str(site.key), "x"],
        "campaign": [str(world.rows[foreign]["tenants_campaign"].key), "x"],
    }[kind]  # fmt: skip


def probe_parameters(prober: Prober, readers: tuple[str, ...], foreign: str) -> int:
    """Fill every parameter of every page. Returns how many parameters were found."""
    count = 0
    for route, row in MATRIX.items():
        if "GET" not in row.verbs:
            continue
        for name in readers:
            reader = prober.world.readers[name]
            if row.admits(reader.letter):
                count += _page(prober, route, row, reader, foreign)
    return count


def _page(prober: Prober, route: str, row: Row, reader: Reader, foreign: str) -> int:
    inside = [
        (label, found) for label, found in candidates(row.object, prober.world, reader)
        if is_within(row.reach_of(reader.letter), row.object, label, reader, prober.world)
    ]  # fmt: skip
    if not inside:
        return 0
    label, found = inside[0]
    heard: set[str] = set()
    with listening(heard):
        ask(prober.clients[reader.label], "GET", path_of(route, found))
    count = 0
    for parameter in sorted(heard | of_the_schema(route)):
        if parameter.startswith("_") or parameter == "csrfmiddlewaretoken":
            continue
        kind = PARAMETERS.get(parameter) or ("row" if "form" in row.verbs else None)
        if kind is None:
            if f"{route}?{parameter}" not in prober.proof.undeclared:
                prober.proof.undeclared.append(f"{route}?{parameter}")
            continue
        count += 1
        _fill(prober, route, row, reader, label, found, parameter, kind, foreign)
    return count


def _fill(
    prober: Prober, route: str, row: Row, reader: Reader, label: str, found: dict[str, str],
    parameter: str, kind: str, foreign: str,
) -> None:  # fmt: skip
    for value in values(kind, prober.world, foreign):
        query = urlencode({parameter: value})
        answer = prober.probe(reader.label, reader, route, row, "GET", label, found, query=query)
        if kind != "text" or value == "%":
            continue
        nonsense = "".join(chr(ord("a") + (ord(letter) * 7) % 26) for letter in value)
        silly = f"{path_of(route, found)}?{urlencode({parameter: nonsense})}"
        other = ask(prober.clients[reader.label], "GET", silly)
        said = (f"/{value}/", f"/{nonsense}/")
        told = bare(answer, *said).replace(value, "·") != bare(other, *said).replace(nonsense, "·")
        if told and answer.status == 200:
            prober.proof.leak(
                "search",
                route,
                "GET",
                reader.label,
                foreign,
                f"{parameter}={value} answers unlike nonsense",
            )


_SCHEMA: dict[str, set[str]] = {}


def of_the_schema(route: str) -> set[str]:
    """The query parameters that the OpenAPI schema gives for a route."""
    if not _SCHEMA:
        schema = SchemaGenerator().get_schema(request=None, public=True)
        for path, operations in schema["paths"].items():
            plain = path.lstrip("/").replace("{key}", "<uuid:key>")
            named = [each for operation in operations.values() for each in operation.get("parameters", [])]  # fmt: skip
            _SCHEMA[plain] = {each["name"] for each in named if each["in"] == "query"}
    return _SCHEMA.get(route, set())


def undeclared_operations() -> list[str]:
    """Paths of the OpenAPI schema that the matrix does not know."""
    of_the_schema("")
    return sorted(_SCHEMA.keys() - MATRIX.keys())
