"""Every setting, management command and make target is explained, and nothing is explained that does not exist."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = ("platform", "gis", "tenants", "sharing", "scripts", "docker")
FOR_TESTS_OF_SCRIPTS = {"ORSEN_HOST_ROOT"}


def sources() -> Iterator[Path]:
    for folder in SOURCES:
        yield from (ROOT / folder).rglob("*.py")


def name_read(node: ast.AST) -> str | None:
    """The setting that a call or a subscript reads from the environment, if it does."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        holder, first = ast.unparse(node.func.value), node.args[0]
        reads = holder in {"env", "os.environ"} and node.func.attr in {
            "text", "integer", "flag", "words", "get",
        }  # fmt: skip
    elif isinstance(node, ast.Subscript):
        reads, first = ast.unparse(node.value) == "os.environ", node.slice
    else:
        return None
    if reads and isinstance(first, ast.Constant) and str(first.value).startswith("ORSEN_"):
        return str(first.value)
    return None


def settings_read() -> set[str]:
    names = {
        name
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if (name := name_read(node))
    }
    base = (ROOT / "platform/orsen/settings/base.py").read_text()
    names |= set(re.findall(r'database\("\w+", "(ORSEN_\w+)"\)', base))
    names |= set(re.findall(r"\$\{(ORSEN_\w+)", (ROOT / "docker-compose.yml").read_text()))
    return names - FOR_TESTS_OF_SCRIPTS


def test_every_setting_is_explained_and_none_that_nobody_reads() -> None:
    documented = set(
        re.findall(r"^\| `(ORSEN_\w+)` \|", (ROOT / "docs/settings.md").read_text(), re.MULTILINE)
    )
    assert documented == settings_read()


def test_the_walk_finds_settings_read_in_every_way() -> None:
    found = settings_read()
    for name in ("ORSEN_LOCAL", "ORSEN_DB_WEB_PASSWORD", "ORSEN_ALLOWED_HOSTS", "ORSEN_SUBNET"):
        assert name in found


def test_every_management_command_is_explained_and_none_that_is_not_there() -> None:
    commands = {
        path.stem
        for path in sources()
        if path.parts[-3:-1] == ("management", "commands") and path.stem != "__init__"
    }
    documented = set(
        re.findall(r"^### `(\w+)`$", (ROOT / "docs/operations.md").read_text(), re.MULTILINE)
    )
    assert documented == commands


def test_every_make_target_is_explained_and_none_that_is_not_there() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):.*##", makefile, re.MULTILINE))
    documented = set(
        re.findall(
            r"^\| `make ([a-z-]+)` \|", (ROOT / "docs/operations.md").read_text(), re.MULTILINE
        )
    )
    assert documented == targets


def test_links_between_the_documents_lead_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{page.relative_to(ROOT)} → {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
        if not (page.parent / target).exists()
    ]
    assert broken == []
