"""Whether a page can be used by everybody: axe-core's rules, and no sideways scrolling."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "frontend/node_modules/axe-core/axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page, *, ignored: tuple[str, ...] = ()) -> list[str]:
    """What axe-core finds on the page, one line a rule. Raises FileNotFoundError where npm packages are absent."""
    # Through the debugging protocol: the page's own security policy would refuse the script as a tag.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(
        "standards => axe.run(document, {runOnly: {type: 'tag', values: standards}, resultTypes: ['violations']})",
        STANDARDS,
    )
    return [
        f"{rule['id']}: {rule['help']}\n"
        + "\n".join(f"    {node['html'][:160]}" for node in rule["nodes"][:4])
        for rule in found["violations"]
        if rule["id"] not in ignored
    ]


def assert_accessible(page: Page, *, ignored: tuple[str, ...] = ()) -> None:
    """Fail with the list of what stands in somebody's way."""
    found = violations(page, ignored=ignored)
    assert not found, f"{page.url}\n" + "\n".join(found)


def assert_fits(page: Page) -> None:
    """Fail when the page is wider than its window."""
    wide, window = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide <= window, f"{page.url} scrolls sideways: {wide} px in a window of {window} px."
