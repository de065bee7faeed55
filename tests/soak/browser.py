"""A telephone that is a real Chromium with a profile of its own, killed in the middle of its work and started again."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Error, Page, Playwright, sync_playwright
from playwright.sync_api import TimeoutError as TooLate

from accounts.devices.gate import COOKIE

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
         "--disable-background-networking", "--remote-debugging-port=0", "--window-size=390,844",
         "--accept-lang=fr-FR", "--lang=fr-FR"]  # fmt: skip
CODE = "250719"
START_SECONDS = 30
# Rates what is left, as a finger would, only faster; `kept` names what the page has said is kept.
DRIVE = """() => {
  const wait = test => new Promise(done => {
    const look = () => { const found = test(); found ? done(found) : setTimeout(look, 5); };
    look();
  });
  const find = selector => () => document.querySelector(selector);
  window.kept = []; window.over = false;
  (async () => {
    for (;;) {
      if (location.hash.length > 1) location.hash = '';
      await wait(() => document.querySelector('h1')?.textContent === 'Mes sites' && find('[data-to-send]')());
      const site = document.querySelector('[data-left] [data-site]');
      if (!site) break;
      const key = site.dataset.site;
      site.click();
      for (let step = 0; step < 4; step += 1) {
        const before = document.querySelector('h1').textContent;
        (await wait(find(`[data-degree="${1 + Math.floor(Math.random() * 4)}"]`))).click();
        await wait(() => document.querySelector('h1').textContent !== before);
      }
      (await wait(find('[data-keep]'))).click();
      await wait(find(`[data-kept="${key}"]`));
      window.kept.push(key);
      document.querySelector('[data-kept] ~ .telephone__foot button').click();
    }
    window.over = true;
  })();
}"""
# The network comes back every so often: the page sends at once instead of waiting for its next try.
AWAKE = "() => { window.awake = setInterval(() => dispatchEvent(new Event('online')), 400); }"


@dataclass
class BrowserTelephone:
    """One of them. `kept`: the sites that its page has said are kept, as far as was seen before a kill."""

    address: str
    profile: Path
    code: Callable[[], str]
    kills: int
    seed: int
    kept: set[str] = field(default_factory=set)
    killed: int = 0
    starts: int = 0
    again: int = 0  # activations after the first, for a cookie that a kill took

    def live(self) -> None:
        """Activate; rate and be killed, `kills` times; finish; wait until nothing is left to send."""
        chance = random.Random(self.seed)
        with sync_playwright() as playwright:
            for number in range(self.kills + 1):
                process, page = self._start(playwright)
                try:
                    self._enter(page)
                    page.evaluate(DRIVE)
                    if number < self.kills:
                        self._watch(page, chance.uniform(0.3, 1.6))
                        self._kill(process)
                    else:
                        self._finish(page)
                finally:
                    self._end(process)

    def _start(self, playwright: Playwright) -> tuple[subprocess.Popen[bytes], Page]:
        path = next((found for name in CHROMIUMS if (found := shutil.which(name))), None)
        if path is None:
            raise RuntimeError("Chromium is not installed: make test installs it.")
        port = self.profile / "DevToolsActivePort"
        port.unlink(missing_ok=True)
        process = subprocess.Popen(
            [path, *FLAGS, f"--user-data-dir={self.profile}", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        self.starts += 1
        deadline = time.monotonic() + START_SECONDS
        while not (port.exists() and port.read_text().strip()):
            if time.monotonic() > deadline or process.poll() is not None:
                self._end(process)
                raise RuntimeError("Chromium does not start")
            time.sleep(0.05)
        browser = playwright.chromium.connect_over_cdp(
            f"http://127.0.0.1:{port.read_text().splitlines()[0]}"
        )
        return process, browser.contexts[0].pages[0]

    def _enter(self, page: Page) -> None:
        """Give the code; before that, activate. Again after a kill that came before Chromium wrote the cookie down."""
        page.goto(f"{self.address}/saisie/")
        self._open(page)
        page.evaluate(AWAKE)
        deadline = time.monotonic() + START_SECONDS
        while not self._has_session(page):
            if page.get_by_text("n’est pas activé").is_visible():  # the page says what to do
                self.again += 1
                self._activate(page)
                self._open(page)
                page.evaluate(AWAKE)
            elif time.monotonic() > deadline:
                shown = page.locator("main").inner_text()
                raise RuntimeError(f"start {self.starts} without a session: {shown[:200]}")
            page.wait_for_timeout(50)
        page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")

    def _has_session(self, page: Page) -> bool:
        return any(
            each.get("name") == COOKIE for each in page.context.cookies(f"{self.address}/saisie/")
        )

    def _activate(self, page: Page) -> None:
        """Scan a new code. The answer may be lost, and the session with it."""
        page.goto("about:blank")
        page.goto(f"{self.address}/saisie/#activer={self.code()}")
        page.get_by_role("button", name="Activer ce téléphone").click()
        page.wait_for_timeout(300)
        if page.get_by_role("button", name="Activer ce téléphone").is_visible():
            page.goto("about:blank")
            page.goto(f"{self.address}/saisie/")

    def _open(self, page: Page) -> None:
        """Reach the list. Every step may lose its answer and is tried again."""
        again = page.get_by_role("button", name="Réessayer")
        known = page.get_by_label("Votre code", exact=True)
        new = page.get_by_label("Votre code, six chiffres")
        offered = page.get_by_role("heading", name="Téléphone à activer")
        try:
            for _attempt in range(60):
                known.or_(new).or_(again).or_(offered).first.wait_for()
                if new.is_visible():
                    new.fill(CODE)
                    page.get_by_label("Le même, encore une fois").fill(CODE)
                    page.get_by_role("button", name="Garder ce code").click()
                    break
                if known.is_visible():
                    known.fill(CODE)
                    break
                if again.is_visible():
                    with suppress(TooLate):  # the answer came meanwhile, and the next screen
                        again.click(timeout=500)
                    page.wait_for_timeout(100)
                    continue
                self._activate(page)
            page.get_by_role("heading", name="Mes sites").wait_for()
        except Error as failure:
            shown = page.locator("main").inner_text()
            raise RuntimeError(f"start {self.starts}, {page.url}: {shown}") from failure

    def _watch(self, page: Page, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.kept |= set(page.evaluate("() => window.kept"))

    def _finish(self, page: Page) -> None:
        page.wait_for_selector(
            'main:has([data-to-send="0"]):not(:has([data-left]))', timeout=120_000
        )
        self.kept |= set(page.evaluate("() => window.kept"))

    def _kill(self, process: subprocess.Popen[bytes]) -> None:
        """The whole browser at once, as a battery that dies does."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)
        self.killed += 1

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=10)


def run_in_turn(telephones: list[BrowserTelephone]) -> list[BaseException]:
    """One after the other in this thread. Returns what went wrong."""
    failures: list[BaseException] = []
    for telephone in telephones:
        try:
            telephone.live()
        except (Error, RuntimeError, AssertionError, OSError) as failure:
            failures.append(failure)
    return failures
