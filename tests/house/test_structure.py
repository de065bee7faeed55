"""Tests of the code base itself: which way imports run, what stands where, how long files are."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = {"orsen": ROOT / "platform/orsen", "accounts": ROOT / "platform/accounts"} | {
    name: ROOT / name for name in ("gis", "tenants", "sharing")
}
# What each app may import: `orsen → sharing → tenants → gis`, everybody `accounts`.
MAY_IMPORT = {
    "orsen": {"orsen", "sharing", "tenants", "gis", "accounts"},
    "sharing": {"sharing", "tenants", "gis", "accounts"},
    "tenants": {"tenants", "gis", "accounts"},
    "gis": {"gis", "accounts"},
    "accounts": {"accounts"},
}
# The gate that views of the ground floor stand behind; nothing else of accounts.
GIS_MAY_IMPORT_OF_ACCOUNTS = {"accounts.gate", "accounts.principal"}
BANNED_NAMES = {"utils.py", "helpers.py", "common.py", "misc.py"}
LONGEST_FILE = 400


def sources(app: str) -> list[Path]:
    return sorted(FOLDERS[app].rglob("*.py"))


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize("app", FOLDERS)
def test_imports_run_one_way(app: str) -> None:
    wrong = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources(app)
        for name in imports_of(path)
        if name.split(".")[0] in FOLDERS and name.split(".")[0] not in MAY_IMPORT[app]
    }
    assert wrong == set()


def test_the_ground_floor_knows_of_accounts_only_the_gate() -> None:
    names = {
        name for path in sources("gis") for name in imports_of(path) if name.startswith("accounts")
    }
    assert names <= GIS_MAY_IMPORT_OF_ACCOUNTS


def test_platform_is_a_plain_folder() -> None:
    assert list((ROOT / "platform").glob("*.py")) == []
    assert "platform" in sys.stdlib_module_names


@pytest.mark.parametrize("app", FOLDERS)
def test_files_have_names_that_say_something_and_a_length_one_can_read(app: str) -> None:
    assert {path.name for path in sources(app)} & BANNED_NAMES == set()
    long = {
        str(path.relative_to(ROOT)): lines
        for path in sources(app)
        if "migrations" not in path.parts
        and (lines := len(path.read_text().splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_views_reach_walled_rows_through_the_doors_only() -> None:
    """A view that queries a walled model itself would decide what a reader sees: that is the doors' matter."""
    from tenants.wall import registry

    walled = {
        model.__name__
        for model in registry.managed_models()
        if registry.wall_of(model) == "landlord"
    }
    wrong = set()
    for app in ("tenants", "sharing", "orsen"):
        for path in sources(app):
            if path.stem != "views" and path.parent.name != "views":
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Attribute)
                    and node.attr == "objects"
                    and isinstance(node.value, ast.Name)
                    and node.value.id in walled
                ):
                    wrong.add(f"{path.relative_to(ROOT)}:{node.lineno} {node.value.id}.objects")
    assert wrong == set()
