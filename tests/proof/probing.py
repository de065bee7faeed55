"""Ask every route as everybody, about everybody's objects, with every verb; compare with the declared matrix."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any, Final
from urllib.parse import unquote_plus

from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tenants.wall import statements
from tests.proof.allowed import may_meet
from tests.proof.canary import TEXT, Canary
from tests.proof.matrix import LIBRARIES, Row, UndeclaredRouteError, row_of
from tests.proof.objects import MISSING, Values, candidates, is_within, path_of
from tests.proof.reading import readable
from tests.proof.world import Reader, World

VERBS: Final = ("GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE")
SAFE: Final = ("GET", "POST")
MOST_OBJECTS, FEW_OBJECTS = 33, 5
LOG_IN: Final = ("/compte/", "/exploitation/login/")
# Tables whose figures are released ones, and those that say who asks and what the convention is.
MAY_FEED_FIGURES: Final = frozenset({
    "sharing_release", "sharing_releasedneighbourhood", "sharing_report", "sharing_reportfile", "sharing_convention",
    "sharing_party", "sharing_signature", "sharing_annex", "sharing_annexline", "sharing_campaignround", "sharing_receipt",
    "sharing_journalentry", "territory_territory", "accounts_user", "accounts_membership", "accounts_organisation",
    "django_session", "django_content_type", "tenants_job",
})  # fmt: skip
TABLE: Final = re.compile(r'(?:FROM|JOIN|INTO|UPDATE)\s+"?((?:shared"?\.?"?)?[a-z_]+)"?', re.IGNORECASE)  # fmt: skip
CHANGES_SCOPE: Final = re.compile(
    r"set_config|\bset\s+(local\s+|session\s+)?(role|session|orsen)|reset\s+role", re.IGNORECASE
)


@dataclass(frozen=True)
class Finding:
    """Something that the proof refuses: a leak, or an answer that the matrix does not declare."""

    kind: str
    route: str
    verb: str
    reader: str
    label: str
    said: str


@dataclass
class Proof:
    """What was asked and what came of it."""

    probes: int = 0
    routes: set[str] = field(default_factory=set)
    routes_total: int = 0
    leaks: list[Finding] = field(default_factory=list)
    differences: list[Finding] = field(default_factory=list)
    undeclared: list[str] = field(default_factory=list)
    met: set[Canary] = field(default_factory=set)
    # (route, reader) → outcome → how often, on GET and POST
    outcomes: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)

    def leak(self, *said: str) -> None:
        self.leaks.append(Finding(*said))

    def differ(self, *said: str) -> None:
        self.differences.append(Finding(*said))


@dataclass(frozen=True)
class Answer:
    """One answer, decoded."""

    status: int
    outcome: str
    text: str
    sql: list[str]
    location: str


def every_route(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:  # fmt: skip
    """Every route that the resolver knows, libraries' included, as (path, pattern)."""
    for pattern in (resolver or get_resolver()).url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from every_route(pattern, path)
        else:
            yield path, pattern


def ask(client: Client, verb: str, path: str, data: Any = None) -> Answer:
    """One request, undone afterwards. Mails that it sends are part of the answer."""
    heard: list[str] = []

    def listen(execute: Callable[..., Any], sql: str, params: Any, many: Any, context: Any) -> Any:
        heard.append(sql)
        return execute(sql, params, many, context)

    mail.outbox = []
    with transaction.atomic(), connection.execute_wrapper(listen):
        response = client.generic(verb, path) if verb != "POST" else client.post(path, data or {})
        text = readable(response)
        transaction.set_rollback(True)
    text += "\n".join(str(each.message()) for each in mail.outbox)
    location = response.get("Location", "")
    return Answer(response.status_code, outcome_of(response.status_code, location), text, heard, location)  # fmt: skip


def is_library(route: str) -> bool:
    """Whether a route is a library's page."""
    return route.startswith(tuple(LIBRARIES))


def outcome_of(status: int, location: str) -> str:
    """« given », « absent », « refused », « log in », « verb », « error »."""
    if status in {301, 302, 303, 307} and location.startswith(LOG_IN):
        return "log in"
    by_status = {401: "log in", 403: "refused", 404: "absent", 405: "verb"}
    if status in by_status:
        return by_status[status]
    return (
        "error" if status == 500 else "given"
    )  # 503 is what /healthz answers when something is down


def expected(row: Row, route: str, verb: str, reader: Reader, label: str, world: World) -> frozenset[str]:  # fmt: skip
    """The outcomes that the matrix admits."""
    if is_library(route) and row.admits(reader.letter):
        return frozenset({"given", "absent", "refused", "verb", "log in"})
    if not row.admits(reader.letter):
        return frozenset({"refused", "log in", "verb", "absent"})
    inside = is_within(row.reach_of(reader.letter), row.object, label, reader, world)
    if verb in row.verbs.split():
        if inside:
            return frozenset({"given", "absent", "refused"} if row.or_absent else {"given"})
        return frozenset({"absent", "refused"})
    # Another verb gives no more than the declared ones; the API describes itself on OPTIONS without looking.
    more = {"given"} if inside or (verb == "OPTIONS" and route.startswith("api/")) else set()
    return frozenset({"verb", "absent", "refused", *more})


# Tokens and nonces drawn anew, moments, and lengths that follow from what is echoed.
VARYING: Final = re.compile(
    r"""(csrfmiddlewaretoken" value="|X-CSRFToken": "|nonce[-=]"?|csrftoken=|sessionid=)[^"';\s]+"""
    r"|(Date|Expires|Content-Length|Last-Modified|ETag): [^\n]+|expires=[^;]+",
    re.IGNORECASE,
)


# Messages for the next page travel in a cookie whose signature holds the second.
STAMPED: Final = re.compile(r"""(messages="?[^:;\s]+):[^;"\s]+""")


def bare(answer: Answer, *asked: str) -> str:
    """An answer without what is drawn anew for each, and without the numbers and keys that were asked for."""
    text = VARYING.sub("", f"{answer.location}\n{answer.text}")
    text = STAMPED.sub(r"\1", text)
    said = {
        part
        for path in asked
        for part in path.split("/")
        if any(map(str.isdigit, part)) or TEXT.fullmatch(part)
    }
    for part in sorted(said, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", "·", text)
    return text


class Prober:
    """Walks the routes as the world's readers."""

    def __init__(self, world: World, *, thorough: bool = True, readers: Sequence[str] = ()) -> None:
        self.world = world
        self.asking = [world.readers[name] for name in readers] or list(world.readers.values())
        self.thorough = thorough
        self.proof = Proof()
        logging.getLogger("django.request").setLevel(
            logging.CRITICAL
        )  # refusals are what is asked for
        self.clients = {label: reader.client() for label, reader in world.readers.items()}
        self.cookies = {label: client.cookies.output(header="") for label, client in self.clients.items()}  # fmt: skip

    def walk(self, only: Callable[[str], bool] = lambda route: True) -> Proof:
        """Ask every route that `only` admits."""
        known = list(every_route())
        self.proof.routes_total = len(known)
        for route, _pattern in known:
            try:
                row = row_of(route)
            except UndeclaredRouteError:
                self.proof.undeclared.append(route)
                continue
            if not only(route):
                continue
            self.proof.routes.add(route)
            for reader in self.asking:
                self._as(reader.label, reader, route, row)
        return self.proof

    def _as(self, label: str, reader: Reader, route: str, row: Row) -> None:
        admitted = row.admits(reader.letter)
        for number, (whose, values) in enumerate(self._objects(row, reader, admitted=admitted)):
            for verb in VERBS:
                if self._tries(route, row, verb, number, whose, admitted=admitted):
                    self.probe(label, reader, route, row, verb, whose, values)

    def _objects(self, row: Row, reader: Reader, *, admitted: bool) -> list[tuple[str, Values]]:
        """Every object for whom the gate lets in; for the others a first and a missing one say it all."""
        found = list(candidates(row.object, self.world, reader))
        if not admitted:
            return found[:1] if len(found) < 3 or not self.thorough else [found[0], found[-1]]
        most = MOST_OBJECTS if self.thorough else FEW_OBJECTS
        return found if len(found) <= most else [*found[: most - 2], *found[-2:]]

    def _tries(
        self, route: str, row: Row, verb: str, number: int, whose: str, *, admitted: bool
    ) -> bool:
        """Declared verbs on every object; the others on the first and on one that is not there.

        The small proof leaves libraries' pages and undeclared verbs out.
        """
        if verb in row.verbs.split():
            return self.thorough or not is_library(route)
        if not self.thorough or is_library(route):
            return False
        return number == 0 or (whose == MISSING and admitted)

    def probe(
        self,
        label: str,
        reader: Reader,
        route: str,
        row: Row,
        verb: str,
        whose: str,
        values: Values,
        *,
        query: str = "",
    ) -> Answer:
        """One request, judged."""
        path = f"{path_of(route, values)}?{query}" if query else path_of(route, values)
        client = self.clients[label]
        client.cookies = SimpleCookie(
            self.cookies[label]
        )  # whatever the last answer set or took away
        answer = ask(client, verb, path)
        proof = self.proof
        proof.probes += 1
        if verb in SAFE:
            cell = proof.outcomes.setdefault((route, label), Counter())
            cell[answer.outcome] += 1
        may = expected(row, route, verb, reader, whose, self.world)
        said = (route, verb, label, whose)
        if answer.outcome == "error":
            proof.differ("error", *said, f"{answer.status}")
        elif query:
            pass  # any answer but a failure will do: what it holds is looked at
        elif answer.outcome not in may:
            words = f"{answer.outcome} ({answer.status}), declared: {', '.join(sorted(may))}"
            if answer.outcome != "given":
                proof.differ("not declared", *said, words)
            elif not self._as_for_nothing(answer, reader, route, row, verb, whose, path):
                proof.leak("not declared", *said, words)
        self._look(answer, reader, said, echoed=unquote_plus(path))
        self._listen(answer, row, reader, said)
        return answer

    def _as_for_nothing(
        self, answer: Answer, reader: Reader, route: str, row: Row, verb: str, whose: str, path: str
    ) -> bool:
        """Whether the answer is the very one that an object which does not exist gets: it says nothing."""
        if is_library(route) and not row.admits(reader.letter):
            return answer.location.startswith(
                "/exploitation/"
            )  # the operator's pages add a slash, then refuse
        if whose == MISSING or not row.admits(reader.letter):
            return whose == MISSING and answer.outcome == "given" and row.admits(reader.letter)
        *_others, (_missing, values) = candidates(row.object, self.world, reader)
        nothing = path_of(route, values)
        client = self.clients[reader.label]
        client.cookies = SimpleCookie(self.cookies[reader.label])
        other = ask(client, verb, nothing)
        return answer.status == other.status and bare(answer, path, nothing) == bare(
            other, path, nothing
        )

    def _look(self, answer: Answer, reader: Reader, said: tuple[str, ...], *, echoed: str) -> None:
        for canary in self.world.book.met(answer.text, echoed=echoed):
            self.proof.met.add(canary)
            if not may_meet(canary, reader, self.world):
                self.proof.leak("canary", *said, str(canary))

    def _listen(self, answer: Answer, row: Row, reader: Reader, said: tuple[str, ...]) -> None:
        """No statement of a view changes the scope; shared figures come from releases."""
        for sql in answer.sql:
            if sql not in statements.OWN and CHANGES_SCOPE.search(sql):
                self.proof.leak("scope", *said, sql[:120])
        if row.figures and reader.letter in "CR":
            tables = {found.replace('"', "") for sql in answer.sql for found in TABLE.findall(sql)}
            wrong = {t for t in tables if t.startswith(("tenants_", "shared")) and t not in MAY_FEED_FIGURES}  # fmt: skip
            if wrong:
                self.proof.leak("figure", *said, ", ".join(sorted(wrong)))
