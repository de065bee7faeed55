"""Rules of the pages that no eye would keep for long."""

from __future__ import annotations

import json
import re
from itertools import product
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(
    path
    for folder in ("platform", "tenants", "sharing", "gis")
    for path in (ROOT / folder).rglob("templates/**/*.html")
)
TOKENS: dict[str, dict[str, str]] = json.loads(
    (ROOT / "platform/orsen/design/tokens.json").read_text(encoding="utf-8")
)


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, WCAG 2.2."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21, WCAG 2.2."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


TEXT = [
    *product(["ink", "ink-2", "ink-3", "brand", "danger"], ["paper", "surface", "sunken"]),
    *((f"level-{level}-ink", f"level-{level}") for level in range(1, 5)),
    *((kind, f"{kind}-soft") for kind in ("ok", "warn", "danger", "info")),
    *product(["ink"], ["ok-soft", "warn-soft", "danger-soft", "info-soft", "brand-soft"]),
    ("on-brand", "brand"),
    ("brand-ink", "brand-soft"),
    ("rail-ink", "rail"),
    ("rail-ink-2", "rail"),
    ("ink-2", "withheld"),
    ("map-label", "map-halo"),
    ("map-neighbourhood", "map-halo"),
]
DRAWING = [
    *product(["level-line", "line-strong", "focus", "withheld-line"], ["paper", "surface"]),
    *product(["level-line", "level-4"], ["map-land", "map-park", "map-street"]),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("one", "other", "least"),
    [*((*pair, 4.5) for pair in TEXT), *((*pair, 3.0) for pair in DRAWING)],
)
def test_colours_that_meet_can_be_told_apart(
    theme: str, one: str, other: str, least: float
) -> None:
    found = contrast(TOKENS[theme][one], TOKENS[theme][other])
    assert found >= least, f"{one} on {other} in the {theme} theme: {found:.2f}"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_levels_go_one_way_from_pale_to_deep(theme: str) -> None:
    steps = [luminance(TOKENS[theme][f"level-{level}"]) for level in range(1, 5)]
    assert steps == sorted(steps, reverse=theme == "light")
    assert all(
        contrast(TOKENS[theme][f"level-{n}"], TOKENS[theme][f"level-{n + 1}"]) > 1.5
        for n in (1, 2, 3)
    )


def test_both_themes_name_the_same_colours() -> None:
    assert TOKENS["light"].keys() == TOKENS["dark"].keys()


def lines(pattern: str) -> list[str]:
    """The places where templates hold what they must not."""
    found = re.compile(pattern)
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in TEMPLATES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if found.search(line)
    ]


def test_templates_carry_no_style_and_no_script_of_their_own() -> None:
    assert not lines(r"\sstyle=|<style|\son[a-z]+=\"|\shx-on|<script(?![^>]*\ssrc=)|javascript:")


def test_templates_load_nothing_from_elsewhere() -> None:
    assert not lines(r"(?:src|href)=\"(?:https?:)?//")


def test_icons_of_the_templates_are_in_the_sprite() -> None:
    known = set(json.loads((ROOT / "platform/orsen/design/icons.json").read_text(encoding="utf-8")))
    used = {
        name
        for path in TEMPLATES
        for name in re.findall(r"{% icon \"([a-z0-9-]+)\"", path.read_text(encoding="utf-8"))
    }
    assert used
    assert used <= known


@pytest.mark.parametrize("folder", ["frontend", "tests/oidc"])
def test_a_lock_names_no_address_and_pins_every_package(folder: str) -> None:
    text = (ROOT / folder / "package-lock.json").read_text(encoding="utf-8")
    # npm writes links to sponsors beside the packages: take them out after an update.
    assert "://" not in text
    packages = {name: entry for name, entry in json.loads(text)["packages"].items() if name}
    assert packages
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    wanted = json.loads((ROOT / folder / "package.json").read_text(encoding="utf-8"))
    for version in [*wanted["dependencies"].values(), *wanted.get("devDependencies", {}).values()]:
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), f"{version} is not an exact version"


def test_templates_put_unbreakable_spaces_where_french_wants_them() -> None:
    assert not lines(r"« | »|(?<=[\wéè»]) [;!?](?=[\s\"<]|$)|(?<=[\wé»}]) :(?=[\s\"<]|$)")
