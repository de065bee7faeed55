"""The OpenID provider of `provider.mjs`, running on the loopback; and a browser's walk through it."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import requests

FOLDER = Path(__file__).parent
CLIENT_ID = "orsen-tests"
CLIENT_SECRET = "secret-des-essais-secret-des-essais"
SIRET = "82161143100015"  # invented; its check digit holds


@dataclass
class RunningProvider:
    """Where it listens, and what it was told."""

    issuer: str

    def tell(
        self, *, sub: str = "sujet-1", acr: str = "eidas1", lie: str = "", **told: object
    ) -> None:
        """Who is at the keyboard, at which level; `lie` as "id_token: expired" (see `lies`)."""
        account = {"sub": sub} | {
            name: told.pop(name) for name in ("email", "siret", "email_verified") if name in told
        }
        answer = requests.post(
            f"{self.issuer}/test",
            json={"account": account, "acr": acr, "lie": lie, "age": 0, **told},
            timeout=5,
        )
        answer.raise_for_status()

    def walk(self, url: str, browser: requests.Session | None = None) -> str:
        """Follow the provider's redirections from its log-in address to the address it sends back to."""
        browser = browser or requests.Session()
        for _step in range(8):
            answer = browser.get(url, allow_redirects=False, timeout=5)
            if "Location" not in answer.headers:
                raise AssertionError(f"{url}: {answer.status_code} {answer.text[:500]}")
            url = urljoin(url, answer.headers["Location"])
            if not url.startswith(self.issuer):
                return url
        raise AssertionError(f"The provider goes round in circles: {url}")

    def leave(self, url: str, browser: requests.Session) -> str:
        """Confirm the provider's own log-out, and return the address it sends back to."""
        page = browser.get(url, timeout=5)
        form = re.search(r'<form[^>]*action="([^"]+)"', page.text)
        assert form, page.text
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.text))
        answer = browser.post(form[1], data=fields, allow_redirects=False, timeout=5)
        return answer.headers["Location"]


@contextmanager
def running(callback: str, after_logout: str) -> Iterator[RunningProvider]:
    """Start it for a product that listens at these addresses; end it with the block."""
    if not (FOLDER / "node_modules").is_dir():
        raise RuntimeError(
            "The OpenID provider is not installed: run `make test`, or `npm ci` in tests/oidc/."
        )
    process = subprocess.Popen(
        ["node", "provider.mjs", callback, after_logout],
        cwd=FOLDER,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise RuntimeError("The OpenID provider did not start: run node provider.mjs by hand.")
        yield RunningProvider(json.loads(line)["issuer"])
    finally:
        process.terminate()
        process.wait(timeout=10)
        assert process.stdout is not None
        process.stdout.close()
