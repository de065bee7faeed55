"""What opens without a log-in: the token of a GIS program, which names one convention, and a telephone's own secret.

Tokens are planted for every convention in every hand, also where the product would make none: a party's of a convention
that has ended, a stranger's, a caretaker's. Each opens the sites of its own convention, to whoever reads them, or nothing.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Iterator

from django.test import Client
from django.utils import timezone

from accounts.devices.gate import COOKIE, HEADER
from accounts.devices.models import DeviceSession
from accounts.devices.services import digest
from sharing.ogc.models import LayerToken
from sharing.ogc.tokens import PREFIX, digest_of
from tests.proof.canary import Canary
from tests.proof.planting import OWNER
from tests.proof.probing import Answer, Prober, ask
from tests.proof.world import LIVE, READS_SITES, Reader, World

LAYER = "/ogc/collections/sites/items"
ROUTES = (
    "/ogc",
    "/ogc/",
    "/ogc/api",
    "/ogc/conformance",
    "/ogc/collections",
    "/ogc/collections/sites",
    LAYER,
)
# Filters that say as much as the rows when they reach further than those.
NARROWED = (
    "?limit=1000",
    "?bbox=-180,-90,180,90",
    "?crs=http://www.opengis.net/def/crs/EPSG/0/2154",
)
DEVICE_ROUTES = (("GET", "/saisie/api/etat"), ("POST", "/saisie/api/cotations"), ("POST", "/saisie/api/quitter"))  # fmt: skip


def probe_tokens(prober: Prober, only: frozenset[str] = frozenset()) -> set[Canary]:
    """Every token on every route of the layer; returns what was met. Leaks and differences go to the prober's proof.

    `only`: relations, all without.
    """
    world = prober.world
    met: set[Canary] = set()
    for reader in prober.asking:
        if reader.membership is None:
            continue
        for relation in world.conventions:
            if not only or relation in only:
                met |= _token(prober, reader, relation)
    return met


def _token(prober: Prober, reader: Reader, relation: str) -> set[Canary]:
    world = prober.world
    met: set[Canary] = set()
    text = PREFIX + secrets.token_urlsafe(32)
    convention = world.conventions[relation]["convention"]
    LayerToken(
        digest=digest_of(text), hint=text[-4:], label="", membership=reader.membership,
        convention_key=convention.key, convention_name="",
    ).save(using=OWNER)  # fmt: skip
    client = Client(raise_request_exception=False, HTTP_AUTHORIZATION=f"Bearer {text}")
    for path in _paths(world):
        answer = ask(client, "GET", path)
        prober.proof.probes += 1
        met |= _judge(prober, reader, relation, path, answer)
    return met


def _paths(world: World) -> Iterator[str]:
    yield from ROUTES
    yield from (LAYER + query for query in NARROWED)
    for rows in world.rows.values():
        yield f"{LAYER}/{rows['tenants_site'].key}"
    yield f"{LAYER}/{uuid.uuid4()}"


def opens(reader: Reader, relation: str) -> bool:
    """Whether a token of that convention opens the layer to that reader today."""
    if reader.letter not in "ASDCR":  # whose role reads what is shared
        return False
    if relation == "stranger":
        return not reader.bound and reader.letter == "A"
    return reader.bound and relation in LIVE


def _judge(prober: Prober, reader: Reader, relation: str, path: str, answer: Answer) -> set[Canary]:
    proof, said = prober.proof, (path, "GET", reader.label, f"token of {relation}")
    if answer.outcome == "error":
        proof.differ("error", *said, str(answer.status))
    if answer.outcome == "given" and not opens(reader, relation):
        proof.leak("token", *said, f"given ({answer.status})")
    before = set(proof.met)
    prober._look(answer, reader, said, echoed=path)
    met = set(prober.world.book.met(answer.text, echoed=path))
    for canary in met:
        if canary.owner in prober.world.rows and prober.world.relation(canary.owner) != relation:
            proof.leak("token", *said, f"of another convention: {canary}")
        elif canary.owner in prober.world.rows and relation not in {*READS_SITES, "stranger"}:
            proof.leak("token", *said, f"finer than the annex: {canary}")
    proof.met = before | proof.met
    return met


def probe_telephones(prober: Prober) -> set[Canary]:
    """A telephone in the name of every reader: what it is sent is what that person may meet; returns what was met."""
    met: set[Canary] = set()
    for reader in prober.asking:
        if reader.membership is None:
            continue
        token = secrets.token_urlsafe(32)
        DeviceSession(
            membership=reader.membership, secret_sha256=digest(token), label="",
            expires_at=timezone.now() + dt.timedelta(days=1),
        ).save(using=OWNER)  # fmt: skip
        for verb, path in DEVICE_ROUTES:
            client = Client(raise_request_exception=False, headers={HEADER: "1"})
            client.cookies[COOKIE] = token
            answer = ask(client, verb, path)
            said = (path, verb, reader.label, "her telephone")
            prober.proof.probes += 1
            if answer.outcome == "error":
                prober.proof.differ("error", *said, str(answer.status))
            prober._look(answer, reader, said, echoed=path)
            met |= set(prober.world.book.met(answer.text, echoed=path))
    return met
