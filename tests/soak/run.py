"""Run a soak against a server, then compare what the telephones promised with what the database holds."""

from __future__ import annotations

import re
import tempfile
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from accounts.devices.services import offer
from tenants.access import landlord_scope
from tenants.campaigns.models import Assessment
from tenants.capture.models import Arrival
from tests.soak.browser import BrowserTelephone, run_in_turn
from tests.soak.proxy import Proxy
from tests.soak.scene import Scene, make_scene
from tests.soak.telephones import PythonTelephone, run_all


@dataclass(frozen=True)
class Plan:
    """How many telephones, ratings of each, browsers among them, kills of browsers; how many run at once."""

    telephones: int
    ratings: int
    browsers: int
    kills: int
    browsers_at_once: int = 2
    others_at_once: int = 8
    answers_lost: float = 0.3
    requests_lost: float = 0.1
    seed: int = 20261122


@dataclass(frozen=True)
class Figures:
    """What came out. `lost`: promised and absent; `double`: one rating that became two rows.

    `conflicts`: sites of which two ratings were given; `listed_wrongly`: others on the arbitration page.
    """

    telephones: int
    rows: int
    expected_rows: int
    lost: int
    double: int
    conflicts: int
    conflicts_listed: int
    listed_wrongly: int
    browser_kills: int
    browser_starts: int
    activated_again: int
    requests: int
    requests_lost: int
    answers: int
    answers_lost: int
    failures: list[str]
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether the promise was kept."""
        return (
            not self.failures
            and self.rows == self.expected_rows
            and self.lost == self.double == 0
            and self.conflicts == self.conflicts_listed
            and self.listed_wrongly == 0
        )

    def as_json(self) -> dict[str, object]:
        """For the last line."""
        return asdict(self) | {"holds": self.holds}


class Codes:
    """Activation codes, as the administrator shows them: one at a time, whichever telephone asks."""

    def __init__(self, scene: Scene) -> None:
        """An answer lost at the activation costs a code, as in life."""
        self._lock = threading.Lock()
        self._scene = scene

    def of(self, number: int) -> str:
        """A new code for the n-th caretaker; the one before is worth nothing any more."""
        from django.db import connection

        with self._lock:
            try:
                caretaker = self._scene.caretakers[number]
                return offer(self._scene.landlord.admin.principal, caretaker.membership.pk)[1]
            finally:
                if threading.current_thread() is not threading.main_thread():
                    connection.close()


def soak(upstream: tuple[str, int], plan: Plan) -> Figures:
    """Make the scene, let the telephones live behind the proxy, count. The database is the one of the server."""
    started = time.monotonic()
    scene = make_scene(plan.telephones, plan.ratings, plan.browsers)
    codes = Codes(scene)
    proxy = Proxy(upstream, plan.answers_lost, plan.requests_lost, plan.seed)
    address = proxy.start()
    kills = spread(plan.kills, plan.browsers)
    with tempfile.TemporaryDirectory(prefix="orsen-soak-", ignore_cleanup_errors=True) as folder:
        browsers = [
            BrowserTelephone(
                address, _profile(folder, number), lambda number=number: codes.of(number), kills[number],
                plan.seed + number,
            )
            for number in range(plan.browsers)
        ]  # fmt: skip
        others = [
            PythonTelephone(address, lambda number=number: codes.of(number), plan.seed + number)
            for number in range(plan.browsers, plan.telephones)
        ]
        failures = _live(plan, scene, browsers, others)
    proxy.stop()
    return _count(scene, plan, proxy, browsers, others, failures, started)


def spread(kills: int, browsers: int) -> list[int]:
    """Kills of each browser, as even as can be."""
    return [kills // browsers + (number < kills % browsers) for number in range(browsers)]


def _profile(folder: str, number: int) -> Path:
    path = Path(folder) / f"profile-{number}"
    path.mkdir()
    return path


def _live(
    plan: Plan, scene: Scene, browsers: list[BrowserTelephone], others: list[PythonTelephone]
) -> list[BaseException]:
    failures: list[BaseException] = []
    groups = [browsers[start :: plan.browsers_at_once] for start in range(plan.browsers_at_once)]
    threads = [
        threading.Thread(target=lambda group=group: failures.extend(run_in_turn(group)))
        for group in groups
        if group
    ]
    for thread in threads:
        thread.start()
    sites = scene.sites[plan.browsers :]
    failures += run_all(
        [(each, len(own)) for each, own in zip(others, sites, strict=True)], plan.others_at_once
    )
    for thread in threads:
        thread.join()
    return failures


def _count(
    scene: Scene, plan: Plan, proxy: Proxy, browsers: list[BrowserTelephone], others: list[PythonTelephone],
    failures: list[BaseException], started: float,
) -> Figures:  # fmt: skip
    admin = scene.landlord.admin
    with landlord_scope(admin.principal):
        rows = list(Assessment.objects.values_list("rated_by_id", "site__key", "pk"))
        arrived = {
            (str(key), sha256): row
            for key, sha256, row in Arrival.objects.values_list("key", "body_sha256", "assessment")
        }
    per_pair = Counter((user, str(site)) for user, site, _row in rows)
    lost = double = 0
    for number, browser in enumerate(browsers):
        user = scene.caretakers[number].user.pk
        wanted = set(scene.sites[number]) | browser.kept
        lost += sum(per_pair[user, site] == 0 for site in wanted)
        double += sum(max(per_pair[user, site] - 1, 0) for site in wanted)
    for number, phone in enumerate(others, plan.browsers):
        given = phone.given.items
        user = scene.caretakers[number].user.pk
        lost += sum(pair not in arrived for pair in given)
        kept = {arrived[pair] for pair in given if pair in arrived}
        double += sum(pair_user == user for pair_user, _site, _row in rows) - len(kept)
    times = Counter(site for phone in others for site in phone.given.sites)
    rivals = {site for site, count in times.items() if count > 1}
    shown = listed(scene)
    losses = proxy.losses
    return Figures(
        telephones=plan.telephones,
        rows=len(rows),
        expected_rows=plan.telephones * plan.ratings,
        lost=lost,
        double=double,
        conflicts=len(rivals),
        conflicts_listed=len(rivals & shown),
        listed_wrongly=len(shown - rivals),
        browser_kills=sum(each.killed for each in browsers),
        browser_starts=sum(each.starts for each in browsers),
        activated_again=sum(each.again for each in browsers),
        requests=losses.requests,
        requests_lost=losses.requests_lost,
        answers=losses.answers,
        answers_lost=losses.answers_lost,
        failures=[repr(each)[:300] for each in failures],
        seconds=round(time.monotonic() - started, 1),
    )


def listed(scene: Scene) -> set[str]:
    """Keys of the sites that the arbitration page lists, page after page."""
    client = scene.landlord.security.client()
    found: set[str] = set()
    page = 1
    while True:
        answer = client.get(f"/campagnes/{scene.campaign.key}/a-arbitrer/?page={page}")
        assert answer.status_code == 200
        shown = set(re.findall(r'id="site-([0-9a-f-]{36})"', answer.content.decode()))
        if shown <= found:  # past the last page, the last one is shown again
            break
        found |= shown
        page += 1
    return found
