"""Call an operation with what Schemathesis makes up, as one reader, and hold each answer against the description.

Each call is rolled back: the day's limits and the journal stay as they were, and a case never depends on another.
"""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode, Response
from schemathesis.core.failures import FailureGroup

from tests.contract.schemas import CHECKS, Described

REFUSED_FAULTS = 20


@dataclass
class Tally:
    """What was tried and what was found."""

    cases: int = 0
    server_errors: int = 0
    undocumented: int = 0
    other_faults: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    answered: set[str] = field(default_factory=set)
    faults: dict[str, str] = field(default_factory=dict)

    def note(self, who: str, case: Any, response: Response, failures: list[Any]) -> None:
        """Count one answer."""
        self.cases += 1
        self.statuses[str(response.status_code)] += 1
        if response.status_code == 200:
            self.answered.add(case.operation.label)
        if response.status_code >= 500:
            self.server_errors += 1
        for each in failures:
            name = type(each).__name__
            if name == "UndefinedStatusCode":
                self.undocumented += 1
            elif response.status_code < 500:
                self.other_faults += 1
            if len(self.faults) < REFUSED_FAULTS:
                what = f"{name} {case.operation.label} {response.status_code} {each.title}"
                self.faults.setdefault(
                    what,
                    f"{who}: {response.request.url} {each.message[:400]} | {response.content[:200]!r}",
                )

    def figures(self) -> dict[str, Any]:
        """For the last line of the command."""
        return {
            "cases": self.cases, "server_errors": self.server_errors, "undocumented_statuses": self.undocumented,
            "other_faults": self.other_faults, "statuses": dict(sorted(self.statuses.items())),
        }  # fmt: skip


def call(client: Client, case: Any, described: Described) -> Response:
    """The answer to a case, in this process, undone afterwards."""
    asked = case.as_transport_kwargs(base_url=described.base, headers=described.headers)
    wanted = ("method", "url", "headers", "params", "cookies", "data", "json")
    prepared = requests.Request(**{name: asked[name] for name in wanted if name in asked}).prepare()
    parts = urlsplit(str(prepared.url))
    # The reader's own session stands, not one that is made up: every answer would be the stranger's.
    headers = {
        name: _text(value) for name, value in prepared.headers.items() if name.lower() != "cookie"
    }
    with undone():
        answer = client.generic(
            str(prepared.method), parts.path, prepared.body or b"", QUERY_STRING=parts.query, headers=headers,
        )  # fmt: skip
        content = answer.getvalue()
    told = {name: [value] for name, value in answer.items()}
    return Response(answer.status_code, told, content, prepared, 0.0, verify=False)


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


@contextlib.contextmanager
def undone() -> Any:
    """Take back what happens inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def try_operation(
    tally: Tally, who: str, client: Client, described: Described, operation: Any, keys: list[str], examples: int, drawn: int = 0,
) -> None:  # fmt: skip
    """Call one operation `examples` times: valid and invalid parameters by turns, real keys in half of the paths."""
    made = st.one_of(
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    )

    @seed(drawn)
    @settings(
        max_examples=examples, database=None, deadline=None, suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )  # fmt: skip
    @given(case=made, key=st.sampled_from(keys) if keys else st.none(), real=st.booleans())
    def each(case: Any, key: str | None, real: bool) -> None:
        if key and real and case.path_parameters:
            case.path_parameters = dict.fromkeys(case.path_parameters, key)
        response = call(client, case, described)
        failures: list[Any] = []
        try:
            case.validate_response(response, checks=CHECKS)
        except FailureGroup as found:
            failures = list(found.exceptions)
        except json.JSONDecodeError as error:
            failures = [error]
        tally.note(who, case, response, failures)

    each()
