"""Every page of the product for every role, from the URL resolver and the proof's matrix; and what is no page, and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from tenants.calibration.models import Vignette
from tests.proof.matrix import row_of
from tests.proof.objects import MISSING, Values, candidates, is_within, path_of
from tests.proof.probing import every_route, is_library
from tests.proof.world import Reader, World

# Routes that answer GET and are no page, by the beginning of their path. Each says what it is.
DATA: Final = "data that a page or a program reads, not a page"
FILE: Final = "a file"
PART: Final = "a part of a page, opened with the page that asks for it"
SENDS_ON: Final = "sends on to a page that is listed"
SECOND_FACTOR: Final = "wants a second factor, or a session confirmed just now, which nobody of this world has; not opened here"
NO_PROVIDER: Final = "answers where ProConnect is configured; sends on to it"
NOT_PAGES: Final[dict[str, str]] = {
    "": SENDS_ON,
    "healthz": DATA,
    "guide/pdf/": FILE,
    "guide/images/<slug:name>.png": FILE,
    "photographies/<uuid:key>.jpg": FILE,
    "barometres/<int:pk>/profil.json": FILE,
    "barometres/<int:pk>/<uuid:key>.<str:extension>": FILE,
    "fichiers-preremplis/<uuid:key>.xlsx": FILE,
    "tuiles/…": DATA,
    "carte/tuiles/…": DATA,
    "partage/tuiles/…": DATA,
    "carte/interventions/": DATA,
    "carte/liste/": PART,
    "carte/chercher/": PART,
    "carte/fiche/<int:pk>/": PART,
    "carte/imprimer/": FILE,
    "partage/carte/liste/": PART,
    "partage/zones/carte/liste/": PART,
    "partage/zones/carte/<int:pk>/": PART,
    "partage/carte/chercher/": PART,
    "partage/carte/fiche/<int:number>/": PART,
    "partage/carte/imprimer/": FILE,
    "partage/sites/<uuid:key>/carte/": PART,
    "conventions/<uuid:key>/annexe/<int:number>/phrase/": PART,
    "personnes/telephones/activation/<int:pk>/": PART,
    "conventions/documents/<uuid:key>/": FILE,
    "rapports/<uuid:key>/fichier/": FILE,
    "copies/<uuid:key>/fichier/": FILE,
    "imports/<uuid:key>/essai.xlsx": FILE,
    "imports/<uuid:key>/remarques.csv": FILE,
    "imports/<uuid:key>/": "sends on by the state of the import: every state is opened in tests/browser/test_import.py",
    "imports/<uuid:key>/colonnes/": "the same",
    "saisie/sw.js": FILE,
    "saisie/manifest.webmanifest": DATA,
    "saisie/api/…": DATA,
    "invitation/<str:secret>/": "wants a live invitation, whose secret is nowhere kept; not opened here",
    "ogc…": DATA,
    "api/v1/schema/": FILE,
    "api/v1/sites/": DATA,
    "api/v1/sites/<uuid:key>/": DATA,
    "api/v1/donnees/sites/": DATA,
    "api/v1/donnees/historique/": DATA,
    "api/v1/points/": DATA,
    "api/v1/territoires/": DATA,
    "api/v1/conventions/": DATA,
    "langue/…": SENDS_ON,
    "compte/confirmer/": SENDS_ON,
    "compte/reauthenticate/": SECOND_FACTOR,
    "compte/password/change/": SECOND_FACTOR,
    "compte/login/code/confirm/": "codes by mail are not used to log in: sends on to the log-in",
    "compte/2fa/authenticate/": SECOND_FACTOR,
    "compte/2fa/reauthenticate/": SECOND_FACTOR,
    "compte/2fa/totp/…": SECOND_FACTOR,
    "compte/2fa/recovery-codes/": SECOND_FACTOR,
    "compte/2fa/recovery-codes/download/": FILE,
    "compte/2fa/webauthn/add/": "opened with a security key in tests/browser/test_passkeys.py",
    "compte/2fa/webauthn/reauthenticate/": SECOND_FACTOR,
    "compte/2fa/webauthn/keys/…": "wants a registered key: tests/browser/test_passkeys.py",
    "compte/proconnect/…": NO_PROVIDER,
    "exploitation/…": "Django's own administration, for whoever runs the installation: the library's pages, not the product's",
}
DRAFT: Final = (
    7999  # the version of the situations in preparation that the fixture of these tests adds
)
# Pages that open for some objects only, which the proof's candidates are not.
OPEN_ONES: Final[dict[str, Callable[[World], Values]]] = {
    "etalonnage-des-bailleurs/versions/<int:number>/situations/nouvelle/": lambda _world: {"number": str(DRAFT)},
    "etalonnage-des-bailleurs/versions/<int:number>/situations/<int:pk>/": lambda _world: {
        "number": str(DRAFT), "pk": str(Vignette.objects.using("owner").get(vignette_set__version=DRAFT).pk),
    },
    "regards/quartier/<int:pk>/": lambda world: {
        "pk": next(str(each.pk) for each in world.territories if each.kind == "qpv"),
    },
}  # fmt: skip
# Readers who are refused nearly everything: what they meet are the pages of « nobody ».
SHUT_OUT: Final = "ns"


@dataclass(frozen=True)
class Place:
    """One page as one reader opens it."""

    route: str
    reader: str
    path: str


def why_no_page(route: str) -> str:
    """Why a route is no page; empty for one that is."""
    return next((why for entry, why in NOT_PAGES.items() if _names(entry, route)), "")


def _names(entry: str, route: str) -> bool:
    """Whether an entry of NOT_PAGES names the route; « … » stands for any end."""
    return route.startswith(entry[:-1]) if entry.endswith("…") else route == entry


def places(world: World) -> Iterator[Place]:
    """Every page for every reader whom it admits, filled with an object of the reader's own."""
    for route, _pattern in every_route():
        if "GET" not in row_of(route).verbs.split() or why_no_page(route):
            continue
        for name, reader in world.readers.items():
            path = _path(route, reader, world)
            if path is not None:
                yield Place(route, name, path)


def _path(route: str, reader: Reader, world: World) -> str | None:
    row = row_of(route)
    if is_library(route):
        admitted = reader.letter == "O" if route.startswith("exploitation/") else reader.letter in "-A"  # fmt: skip
        return path_of(route, {}) if admitted and reader.bound | (reader.letter == "-") else None
    if reader.letter in SHUT_OUT or not row.admits(reader.letter):
        return None
    if route in OPEN_ONES:
        return path_of(route, OPEN_ONES[route](world))
    for label, values in candidates(row.object, world, reader):
        if label != MISSING and is_within(row.reach_of(reader.letter), row.object, label, reader, world):  # fmt: skip
            return path_of(route, values)
    return None


def get_routes() -> list[str]:
    """Every route that answers GET."""
    return [route for route, _pattern in every_route() if "GET" in row_of(route).verbs.split()]


def unknown_entries() -> list[str]:
    """Entries of NOT_PAGES that name no route any more."""
    routes = [route for route, _pattern in every_route()]
    return [entry for entry in NOT_PAGES if not any(_names(entry, route) for route in routes)]


MAIN: Final = re.compile(r"<main\b.*?</main>", re.DOTALL)
DRAWN_ANEW: Final = re.compile(r'(csrfmiddlewaretoken" value="|nonce[-=]"?)[^"]+')


def content_of(page: str) -> str:
    """What stands in the page's main part, without what is drawn anew at each request: two readers may share it."""
    found = MAIN.search(page)
    return DRAWN_ANEW.sub("", found[0] if found else page)
