"""`make phone`: how soon the capture page answers a finger on a slow telephone, and how much script it loads.

Slow 4G as Chromium's developer tools mean it (562 ms a request, 1.4 Mbit/s down), processor four times slower, files
compressed as an installation serves them. Prints its figures; the last line is one JSON object. Exit status 1 beyond
the targets: interactive in 2 s, 150 kB of compressed script, six taps a rating.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

from tests.soak.__main__ import database, server  # sets the settings module before Django is set up

import django  # isort: skip
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CODE = "250719"
LATENCY_MS, DOWN, UP = 562.5, 1_474_560 / 8, 691_200 / 8  # bytes a second
SLOWER = 4
ROUNDS = 5
SCRIPTS = ("capture.js", "capture-sw.js")
MOST_SECONDS, MOST_BYTES, MOST_TAPS = 2.0, 150_000, 6
# When the first screen stands and a finger would be heard: drawn, and the main thread free again.
WATCH = """new MutationObserver((_all, observer) => {
  if (!document.querySelector('main[data-ready]')) return;
  observer.disconnect();
  requestAnimationFrame(() => setTimeout(() => { window.interactive = performance.now(); }, 0));
}).observe(document, {subtree: true, childList: true, attributes: true});"""


def slow_page(browser: Browser) -> Page:
    """A telephone's page on the slow network and the slow processor."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True, locale="fr-FR"
    )
    page = context.new_page()
    page.add_init_script(WATCH)
    link = context.new_cdp_session(page)
    link.send("Network.enable")
    conditions = {"offline": False, "latency": LATENCY_MS, "downloadThroughput": DOWN, "uploadThroughput": UP}  # fmt: skip
    link.send("Network.emulateNetworkConditions", conditions)
    link.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return page


def interactive(page: Page) -> float:
    """Seconds from the start of the navigation to the first screen that answers."""
    while (moment := page.evaluate("() => window.interactive ?? null")) is None:
        page.wait_for_timeout(20)
    return float(moment) / 1000


def measure(address: str, secrets: list[str], browser: Browser) -> dict[str, float]:
    """Medians over the rounds: first visit, later visits, code to list; taps of a rating."""
    first, later, opening, taps = [], [], [], 0
    for secret in secrets:
        page = slow_page(browser)
        page.goto(f"{address}/saisie/#activer={secret}")
        first.append(interactive(page))
        page.get_by_role("button", name="Activer ce téléphone").click()
        page.get_by_label("Votre code, six chiffres").fill(CODE)
        page.get_by_label("Le même, encore une fois").fill(CODE)
        page.get_by_role("button", name="Garder ce code").click()
        page.get_by_role("heading", name="Mes sites").wait_for()
        page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
        page.reload()
        later.append(interactive(page))
        start = float(page.evaluate("() => performance.now()"))
        page.get_by_label("Votre code").fill(CODE)
        page.get_by_role("heading", name="Mes sites").wait_for()
        opening.append((float(page.evaluate("() => performance.now()")) - start) / 1000)
        taps = max(taps, rate(page))
        page.context.close()
    return {
        "first_visit_seconds": round(statistics.median(first), 2),
        "later_visit_seconds": round(statistics.median(later), 2),
        "code_to_list_seconds": round(statistics.median(opening), 2),
        "taps": taps,
    }


def rate(page: Page) -> int:
    """Rate the first site; how many taps it took."""
    path = ["[data-left] [data-site]", *['[data-degree="2"]'] * 4, "[data-keep]"]
    for place in path:
        page.locator(place).first.tap()
        page.wait_for_timeout(
            700
        )  # a person reads; a second tap at once is taken for a double one, and ignored
    page.locator("[data-kept]").wait_for()
    return len(path)


def script_bytes() -> int:
    """Compressed script of the capture page, its service worker included."""
    return sum(
        len(gzip.compress((ROOT / "frontend/dist" / name).read_bytes(), 6)) for name in SCRIPTS
    )


def main() -> int:
    """Measure and print. Returns 0 within the targets."""
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"],
        check=True, cwd=ROOT, env=os.environ | {"DJANGO_SETTINGS_MODULE": "orsen.settings.demo"},
    )  # fmt: skip
    django.setup()
    from accounts.devices.services import offer
    from tests.soak.scene import make_scene

    with database(), server("orsen.settings.demo") as (host, port):
        scene = make_scene(ROUNDS + 1, 40, ROUNDS + 1)
        admin = scene.landlord.admin.principal
        secrets = [offer(admin, each.membership.pk)[1] for each in scene.caretakers]
        with sync_playwright() as playwright:
            path = shutil.which("chromium") or shutil.which("chromium-browser")
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            measure(f"http://{host}:{port}", secrets[:1], browser)  # warms the server
            figures: dict[str, object] = dict(
                measure(f"http://{host}:{port}", secrets[1:], browser)
            )
            browser.close()
    figures["script_bytes"] = script_bytes()
    figures["holds"] = (
        float(str(figures["first_visit_seconds"])) < MOST_SECONDS
        and float(str(figures["later_visit_seconds"])) < MOST_SECONDS
        and script_bytes() < MOST_BYTES
        and int(str(figures["taps"])) <= MOST_TAPS
    )
    for name, value in figures.items():
        print(f"{name.replace('_', ' '):<22} {value}")
    print(json.dumps(figures))
    return 0 if figures["holds"] else 1


if __name__ == "__main__":
    sys.exit(main())
