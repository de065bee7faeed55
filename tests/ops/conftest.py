"""Installations that the operator's commands may damage."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ops.installation import Installation


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with the cast's organisations, sites and convention, and two private files."""
    made = Installation(tmp_path_factory.mktemp("installation"))
    made.services("start")
    try:
        made.succeed("prepare_database")
        made.succeed("migrate", "--database=owner", "--noinput")
        made.python("from tests.cast import make_cast; make_cast()")
        for name in ("sites/façade.jpg", "rapports/2026.pdf"):
            (made.media / name).parent.mkdir(parents=True)
            (made.media / name).write_bytes(name.encode() * 1000)
        yield made
    finally:
        made.services("destroy")


@pytest.fixture
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An empty machine with PostgreSQL and Redis, and nothing else."""
    made = Installation(tmp_path_factory.mktemp("other"))
    made.services("start")
    try:
        yield made
    finally:
        made.services("destroy")
