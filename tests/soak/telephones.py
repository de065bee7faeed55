"""Telephones made of Python, over real HTTP: each keeps a rating until the server has named its key and its hash."""

from __future__ import annotations

import base64
import http.client
import json
import random
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from accounts.devices.gate import COOKIE
from tests.capture.telephone import ANSWERS, Item, make_item

PATIENCE = 20
OWN = "Résidence P"  # names of the sites that one telephone alone rates


@dataclass
class Given:
    """What a telephone has promised to its person to keep: (key, hash) of every rating, and the site of each."""

    items: list[tuple[str, str]] = field(default_factory=list)
    sites: list[str] = field(default_factory=list)


@dataclass
class PythonTelephone:
    """One of them. `code` gives a new activation secret: an answer lost at the activation costs one."""

    address: str
    code: Callable[[], str]
    seed: int
    given: Given = field(default_factory=Given)
    sendings: int = 0
    cookie: str = ""
    state: dict[str, Any] = field(default_factory=dict)

    def ask(self, name: str, said: object = None) -> tuple[int, dict[str, Any], str]:
        """(status, JSON, cookie). Raises OSError, HTTPException or ValueError when the network loses it."""
        parts = urlsplit(self.address)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
        headers = {"X-Orsen-Capture": "1", "Cookie": f"{COOKIE}={self.cookie}"}
        body = None
        if said is not None:
            headers["Content-Type"], body = "application/json", json.dumps(said)
        try:
            connection.request("POST" if body else "GET", f"/saisie/api/{name}", body, headers)
            answer = connection.getresponse()
            text = answer.read()
            given = str(answer.getheader("Set-Cookie", ""))
            return answer.status, json.loads(text), given
        finally:
            connection.close()

    def insist(self, name: str, said: Callable[[], object]) -> tuple[dict[str, Any], str]:
        """Ask until an answer comes through."""
        while True:
            try:
                status, answer, cookie = self.ask(name, said())
            except (OSError, http.client.HTTPException, ValueError):
                time.sleep(0.02)
                continue
            if status == 200:
                return answer, cookie

    def live(self, sites: int, *, twice: bool) -> None:
        """Activate, take the list, rate every site in any order, send in any portions, until nothing waits."""
        chance = random.Random(self.seed)
        _answer, cookie = self.insist("activer", lambda: {"secret": self.code()})
        self.cookie = cookie.split(";")[0].split("=", 1)[1]
        self.state, _cookie = self.insist("etat", lambda: None)
        public = base64.b64decode(self.state["seal"]["public"])
        (campaign,) = self.state["campaigns"]
        assert len(campaign["sites"]) == sites
        items = [
            make_item(public, self._body(campaign["key"], site["key"], chance.randint(1, 4)))
            for site in campaign["sites"]
        ]
        self.given.sites = [site["key"] for site in campaign["sites"]]
        if twice:  # a copy of the page restored from before: the same key says something else
            index, site = next(
                (index, site["key"])
                for index, site in enumerate(campaign["sites"])
                if site["name"].startswith(OWN)
            )
            items.append(
                make_item(
                    public, self._body(campaign["key"], site, 2, internal="Revu."), items[index].key
                )
            )
            self.given.sites.append(site)
        chance.shuffle(items)
        waiting: list[Item] = []
        while items or waiting:
            for item in items[: chance.randint(1, 8)]:
                items.remove(item)
                waiting.append(item)
                self.given.items.append((str(item.key), item.sha256))
            self._send(waiting, chance)

    def _body(self, campaign: str, site: str, answers: int, **said: object) -> dict[str, Any]:
        return {
            "campaign": campaign, "site": site, "member": self.state["member"]["id"], "criteria": ANSWERS[answers],
            "level": None, "salt": uuid.uuid4().hex, **said,
        }  # fmt: skip

    def _send(self, waiting: list[Item], chance: random.Random) -> None:
        batch = chance.sample(waiting, min(len(waiting), 10))
        self.sendings += 1
        try:
            status, answer, _cookie = self.ask(
                "cotations", {"items": [item.as_json() for item in batch]}
            )
        except (OSError, http.client.HTTPException, ValueError):
            return
        assert status == 200, answer
        for told in answer["outcomes"]:
            assert told["outcome"] in {"kept", "conflict"}, told
            for item in batch:
                if (str(item.key), item.sha256) == (told["key"], told["sha256"]):
                    waiting.remove(item)


def run_all(telephones: list[tuple[PythonTelephone, int]], at_once: int) -> list[BaseException]:
    """Let them live, so many at once. Returns what went wrong."""
    failures: list[BaseException] = []
    queue = list(telephones)
    lock = threading.Lock()

    def work() -> None:
        while True:
            with lock:
                if not queue:
                    return
                telephone, sites = queue.pop()
            try:
                telephone.live(sites, twice=True)
            except BaseException as failure:  # noqa: BLE001 -- told to whoever runs the soak
                failures.append(failure)

    threads = [threading.Thread(target=work) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures
