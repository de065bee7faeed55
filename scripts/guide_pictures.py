"""Take the guide's pictures from the running demonstration, so that they show the product as it is.

    python -m scripts.guide_pictures [--port N] [--only NAME …]

Signs in as each account of the plan (`orsen.guide.pictures_plan`), goes to the page and saves what it shows.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from scripts.take_picture import BROWSERS, sign_in

DOMAIN = "val-dorsen.test"
SETTLING_MS = 3_000  # a map fades its tiles in


def main() -> None:
    """Save every picture, or those named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orsen.settings.demo")
    import django

    django.setup()
    from django.urls import reverse

    from orsen.guide.pictures_plan import PICTURES, Picture

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--only", nargs="*", choices=sorted(PICTURES), default=sorted(PICTURES))
    asked = parser.parse_args()
    address = f"http://127.0.0.1:{asked.port}"
    program = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if program is None:
        sys.exit("Chromium is missing. On Debian or Ubuntu: apt-get install chromium.")

    def take(page: Page, picture: Picture) -> None:
        width, height = picture.size
        page.set_viewport_size({"width": width, "height": height})
        page.goto(address + reverse(picture.start))
        if picture.follow:
            link = page.locator(picture.follow).first.get_attribute("href")
            if not link:
                sys.exit(f"{picture.name}: no link {picture.follow} on {page.url}.")
            page.goto(address + link)
        page.wait_for_load_state("load")
        page.wait_for_timeout(SETTLING_MS)
        picture.path.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=picture.path)
        with Image.open(picture.path) as shot:  # few colours: a third of the size
            small = shot.convert("RGB").quantize(96, dither=Image.Dither.NONE)
        small.save(picture.path, optimize=True)
        print(picture.path)

    wanted = [PICTURES[name] for name in asked.only]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--use-gl=swiftshader"]
        )
        for account in dict.fromkeys(each.account for each in wanted):
            page = browser.new_page(locale="fr-FR", timezone_id="Europe/Paris")
            sign_in(page, address, f"{account}@{DOMAIN}")
            for picture in wanted:
                if picture.account == account:
                    take(page, picture)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
