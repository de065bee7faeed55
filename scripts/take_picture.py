"""Take the README's picture of the product from the running demonstration.

    python -m scripts.take_picture [--port N] [--email ADDRESS] [--path PATH] [--output FILE]

Signs in as one of the demonstration's accounts, second factor included, and saves what a desk sees.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def account(email: str) -> dict[str, str]:
    """The demonstration's account of that address, with its current code. Exits when there is none."""
    result = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "demo_accounts", "--json"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    found = [each for each in json.loads(result.stdout) if each["email"] == email]
    if not found:
        sys.exit(
            f"The demonstration has no account {email}: python manage.py demo_accounts --all lists them."
        )
    return dict(found[0])


def sign_in(page: Page, address: str, email: str) -> None:
    """Sign in with the password, then the code of the moment."""
    page.goto(f"{address}/compte/login/")
    person = account(email)
    page.fill("input[name=login]", person["email"])
    page.fill("input[name=password]", person["password"])
    page.press("input[name=password]", "Enter")
    page.wait_for_load_state("networkidle")
    if page.locator("input[name=code]").count():
        page.fill("input[name=code]", account(email)["code"])
        page.press("input[name=code]", "Enter")
    page.wait_for_load_state("networkidle")


def main() -> None:
    """Save the picture named on the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--email", default="securite.orsen-habitat@val-dorsen.test")
    parser.add_argument("--path", default="/carte/")
    parser.add_argument("--output", type=Path, default=ROOT / "docs/images/carte.png")
    parser.add_argument("--width", type=int, default=1400)
    parser.add_argument("--height", type=int, default=860)
    asked = parser.parse_args()
    address = f"http://127.0.0.1:{asked.port}"
    program = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if program is None:
        sys.exit("Chromium is missing. On Debian or Ubuntu: apt-get install chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--use-gl=swiftshader"]
        )
        page = browser.new_page(
            viewport={"width": asked.width, "height": asked.height},
            locale="fr-FR",
            timezone_id="Europe/Paris",
        )
        sign_in(page, address, asked.email)
        page.goto(address + asked.path)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(2500)  # the map fades its tiles in
        asked.output.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=asked.output)
        browser.close()
    with Image.open(asked.output) as shot:  # few colours: a third of the size
        small = shot.convert("RGB").quantize(200, dither=Image.Dither.NONE)
    small.save(asked.output, optimize=True)
    print(asked.output)


if __name__ == "__main__":
    main()
