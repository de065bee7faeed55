"""A small soak in the suite, and the faults that it has to find; `make soak` runs the whole of it."""

from __future__ import annotations

import http.client
import random
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from accounts.devices.services import Device
from tenants.access import landlord_scope
from tenants.campaigns.services import submit_assessment
from tenants.capture import receiving
from tenants.capture.reading import read_body
from tests.browser.conftest import server
from tests.capture.telephone import Item
from tests.soak.browser import BrowserTelephone
from tests.soak.run import Figures, Plan, soak
from tests.soak.telephones import PythonTelephone

__all__ = ["server"]

pytestmark = [pytest.mark.browser, pytest.mark.commits]
# A small run sends little: enough of it must be lost for every seed and every turn of the threads.
PHONES = Plan(
    telephones=4, ratings=8, browsers=0, kills=0, browsers_at_once=1, others_at_once=2, requests_lost=0.3
)  # fmt: skip
BROWSER = replace(PHONES, telephones=1, ratings=6, browsers=1)


@pytest.fixture
def run(server: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[Plan], Figures]:
    """Soak the product served here."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    parts = urlsplit(server)
    return lambda plan: soak((parts.hostname or "", parts.port or 0), plan)


def test_nothing_is_lost_and_nothing_is_double(run: Callable[[Plan], Figures]) -> None:
    """Five telephones, one of them a browser that is killed once, behind a network that loses answers."""
    figures = run(replace(PHONES, telephones=5, browsers=1, kills=1))
    assert figures.failures == []
    assert (figures.rows, figures.lost, figures.double) == (40, 0, 0)
    assert figures.conflicts_listed == figures.conflicts == 12
    assert figures.browser_kills == 1
    assert figures.answers_lost > 0
    assert figures.requests_lost > 0
    assert figures.holds


def test_a_telephone_that_does_not_send_again_is_found(
    run: Callable[[Plan], Figures], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PythonTelephone, "_send", _once)
    figures = run(replace(PHONES, requests_lost=0.4))
    assert figures.lost > 0
    assert figures.rows < figures.expected_rows
    assert not figures.holds


def _once(self: PythonTelephone, waiting: list[Item], chance: random.Random) -> None:
    """Takes what it has sent for received, whatever comes back."""
    batch = waiting[:10]
    del waiting[:10]
    try:
        self.ask("cotations", {"items": [item.as_json() for item in batch]})
    except (OSError, http.client.HTTPException, ValueError):
        self.sendings += 1


def test_a_server_that_takes_an_item_twice_is_found(
    run: Callable[[Plan], Figures], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "_take", _again)
    monkeypatch.setattr(PythonTelephone, "ask", _deaf_to_the_first_answer(PythonTelephone.ask))
    figures = run(PHONES)
    assert figures.rows > figures.expected_rows
    assert figures.double > 0
    assert not figures.holds


def _deaf_to_the_first_answer(ask: Callable[..., Any]) -> Callable[..., Any]:
    """Every telephone misses one answer to its ratings: where the proxy's losses fall, chance decides."""
    missed: set[int] = set()

    def asking(self: PythonTelephone, name: str, said: object = None) -> Any:
        answer = ask(self, name, said)
        if name == "cotations" and self.seed not in missed:
            missed.add(self.seed)
            raise ConnectionResetError
        return answer

    return asking


def _again(device: Device, item: Any) -> receiving.Outcome:
    """Keeps every arrival as a rating of its own, and answers as if it were the first."""
    key, sha256, plain = receiving.open_item(item)
    body = read_body(plain)
    line = receiving.line_of(body)
    assert device.principal is not None
    with landlord_scope(device.principal):
        said = replace(body.submission, key=uuid.uuid4())
        submit_assessment(device.principal, line.campaign, line.site, said)
    return receiving.Outcome(str(key), sha256, "kept")


# A page that takes the absence of an answer for the answer « kept ».
TRUSTING = """{
  const real = window.fetch;
  window.fetch = async (address, request) => {
    const claimed = () => new Response(JSON.stringify({outcomes: JSON.parse(request.body).items.map(
      ({key, sha256}) => ({key, sha256, outcome: 'kept', code: '', message: '', receipt: key}))}), {status: 200});
    if (!String(address).endsWith('/cotations')) return real(address, request);
    try {
      const answer = await real(address, request);
      await answer.clone().text();
      return answer;
    } catch { return claimed(); }
  };
}"""


def test_a_page_that_forgets_before_the_answer_is_found(
    run: Callable[[Plan], Figures], monkeypatch: pytest.MonkeyPatch
) -> None:
    enter = BrowserTelephone._enter

    def trusting(self: BrowserTelephone, page: Page) -> None:
        page.add_init_script(TRUSTING)
        enter(self, page)

    monkeypatch.setattr(BrowserTelephone, "_enter", trusting)
    figures = run(replace(BROWSER, requests_lost=0.6, answers_lost=0.0))
    assert figures.lost > 0
    assert not figures.holds
