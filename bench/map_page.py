"""How soon the map's page can be used on a slow phone: python -m bench.map_page [ADDRESS] [ROUNDS].

Against the running demonstration (`make up`), whose accounts it uses: Debian's Chromium with an empty cache, the CPU four
times slower and the network of DevTools' « slow 4G » (562.5 ms a request, 1.44 Mbit/s down). Prints the median of the
rounds: the list is usable when its items are painted and its script answers; the map is there when everything in view is
drawn. The last line is one JSON object.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

PHONE: Final = 390
FLAGS: Final = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
ACCOUNT: Final = "administration.orsen-habitat@val-dorsen.test"
PASSWORD: Final = "val-dorsen-demonstration"  # noqa: S105 -- the demonstration's own, printed by `make up`
SLOW_CPU: Final = 4
SLOW_4G: Final = {
    "offline": False,
    "latency": 562.5,  # ms a request
    "downloadThroughput": 1.44e6 / 8,  # bytes a second
    "uploadThroughput": 675e3 / 8,
}
LIST_S, MAP_S = 2.0, 5.0
# Says when the list answers and when the map is drawn, in ms since the navigation began.
WATCH: Final = """
window.__seen = {};
new MutationObserver(() => {
  const map = document.getElementById('map');
  for (const [name, mark] of [['list', 'usable'], ['map', 'ready']])
    if (map?.dataset[mark] && !(name in window.__seen)) window.__seen[name] = performance.now();
}).observe(document, {attributes: true, subtree: true, childList: true});
"""


def code_of(account: str) -> str:
    """The account's one-time code, as the demonstration prints it."""
    said = subprocess.run(
        [sys.executable, "manage.py", "demo_accounts"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "orsen.settings.demo"},
    ).stdout
    found = re.search(re.escape(account) + r"\s+(\d{6})", said)
    if found is None:
        raise SystemExit(f"The demonstration has no account {account}: run `make up` first.")
    return found[1]


def signed_in(browser: Browser, address: str) -> Any:
    """The cookies of the account."""
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    page.goto(address)
    page.locator("input[name=login]").fill(ACCOUNT)
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator("input[name=code]").fill(code_of(ACCOUNT))
    page.keyboard.press("Enter")
    page.wait_for_url("**/tableau-de-bord/")
    return context.storage_state()


def once(browser: Browser, address: str, state: Any) -> dict[str, float]:
    """Seconds until the first paint, the list, the map; kilobytes of script that came over the wire."""
    context = browser.new_context(
        storage_state=state, locale="fr-FR", viewport={"width": PHONE, "height": 844}, is_mobile=True, has_touch=True
    )  # fmt: skip
    page: Page = context.new_page()
    page.add_init_script(WATCH)
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send("Network.emulateNetworkConditions", SLOW_4G)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_CPU})
    page.goto(f"{address}carte/", wait_until="commit")
    page.wait_for_selector("#map[data-ready]", state="attached", timeout=60_000)
    seen: dict[str, float] = page.evaluate("window.__seen")
    paint, scripts = page.evaluate(
        """[performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
            performance.getEntriesByType('resource').filter(e => /\\.m?js/.test(e.name))
              .reduce((total, e) => total + e.transferSize, 0)]"""
    )
    context.close()
    return {
        "paint_s": paint / 1000,
        "list_s": max(paint, seen["list"]) / 1000,
        "map_s": seen["map"] / 1000,
        "script_kb": scripts / 1000,
    }


def main() -> int:
    """Print the figures; 1 when the page is later than it must be."""
    address = sys.argv[1].rstrip("/") + "/" if len(sys.argv) > 1 else "http://127.0.0.1:8000/"
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        state = signed_in(browser, address)
        measured = [once(browser, address, state) for _round in range(rounds)]
        browser.close()
    figures = {
        name: round(statistics.median(each[name] for each in measured), 2) for name in measured[0]
    }
    for name, value in figures.items():
        print(f"{name:<10} {value:8.2f}   ({', '.join(f'{each[name]:.2f}' for each in measured)})")
    met = figures["list_s"] < LIST_S and figures["map_s"] < MAP_S
    print(json.dumps({**figures, "list_target_s": LIST_S, "map_target_s": MAP_S, "met": met}))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
