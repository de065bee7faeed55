"""Hostile files over every importer: no error, nothing read, nothing sent, nothing changed. `make fuzz` runs a thousand."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from gis.territories.importing.errors import ImportRefusedError
from tenants.access import landlord_scope
from tenants.geocoding.ban import import_ban
from tenants.imports import services
from tenants.imports.kinds import kind_of
from tenants.imports.layouts.mapping import Mapping
from tenants.imports.models import FileImport
from tenants.imports.tables.reading import read_head, read_rows
from tests.cast import make_cast
from tests.conftest import superuser
from tests.geocoding.test_ban import HEAD
from tests.imports.hostile_files import Trap

FILES = int(os.environ.get("FUZZ_FILES", "36"))
# What every request may write, whatever it brings.
NOT_COMPARED = ("django_session", "axes_", "spatial_ref_sys")
SERVER_ERROR = 500
# Fields that a dry run needs, given to whatever columns a hostile file has.
NEEDED = {
    "stock": ("site_name", "street", "postcode"),
    "incidents": ("site_code", "occurred_on", "fact"),
    "ratings": ("site_code", "level"),
    "interventions": ("site_code", "title", "lever", "starts_on"),
}


def digest_of_database() -> str:
    """One digest over every row of every table, read past the wall."""
    base = superuser().connect(str(django_settings.DATABASES["default"]["NAME"]))
    total = hashlib.sha256()
    with base.cursor() as cursor:
        cursor.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') "
            "ORDER BY 1, 2"
        )
        for schema, table in cursor.fetchall():
            if not table.startswith(NOT_COMPARED):
                cursor.execute(
                    f'SELECT md5(string_agg(t::text, E\'\\n\' ORDER BY t::text)) FROM "{schema}"."{table}" t'
                )
                total.update(f"{table}={cursor.fetchone()[0]}".encode())
    base.close()
    return total.hexdigest()


@pytest.fixture
def trap(tmp_path: Path) -> Iterator[tuple[Trap, list[str], bytes]]:
    """A listener that counts who calls, and a file that nobody may read."""
    hits: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def handle(self) -> None:
            hits.append(str(self.client_address))

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    canary = os.urandom(20).hex().encode()
    secret = tmp_path / "secret.csv"
    secret.write_bytes(b"code;voie\n" + (canary + b";" + canary + b"\n") * 20)
    yield Trap(f"http://127.0.0.1:{server.server_port}/x", secret), hits, canary
    server.shutdown()
    server.server_close()
    thread.join()


KINDS = ("stock", "incidents", "ratings", "interventions")


def tried(principal: Any, received: FileImport) -> bytes:
    """The dry run of a file with a mapping that fits nothing in particular; what is said of it."""
    kind = kind_of(received.kind)
    head = read_head(services.path_of(received))
    needed = NEEDED[kind.code]
    free = [name for name in head.columns if name.strip() and name not in kind.hidden(head)]
    mapping = Mapping("columns", dict(zip(needed, free, strict=False)) | received.mapping)
    options = {"campaign": "new", "name": "x", "day": "2024-01-01"}
    with landlord_scope(principal):
        kept = kind.check(mapping, head)
        received.layout, received.mapping, received.options = kept.layout, kept.columns, options
        received.save()
    services.apply(principal, received.key, trial=True)
    with landlord_scope(principal):
        again = services.import_of(principal, received.key)
        return str(again.report).encode() + str(list(again.issues.values_list("value"))).encode()


def send_table(
    client: Client, principal: Any, name: str, body: bytes, kind: str
) -> tuple[int, bytes, float]:
    """Through the page of the imports, to the end of the dry run; what was taken in is taken back.

    Seconds: the longest step.
    """
    clock = [time.monotonic()]
    answer = client.post(
        reverse("stock-import-new"), {"file": SimpleUploadedFile(name, body), "kind": kind}
    )
    clock.append(time.monotonic())
    seen, status = answer.content, answer.status_code
    if status == 302:
        page = client.get(answer["Location"])
        clock.append(time.monotonic())
        seen, status = seen + page.content, max(status, page.status_code)
        with landlord_scope(principal):
            received = FileImport.objects.latest("pk")
        try:
            head = read_head(services.path_of(received))
            for row in read_rows(services.path_of(received), head, list(range(len(head.columns)))):
                seen += "".join(row.cells or []).encode("utf-8", "replace")
        except ImportRefusedError as refused:
            seen += str(refused).encode()
        clock.append(time.monotonic())
        try:
            seen += tried(principal, received)
        except ImportRefusedError as refused:
            seen += str(refused).encode()
        clock.append(time.monotonic())
        client.post(reverse("stock-import-remove", args=[received.key]))
    return status, seen, max(later - before for before, later in pairwise(clock))


def send_outline(client: Client, name: str, body: bytes) -> tuple[int, bytes, float]:
    """Through the page of the territories."""
    started = time.monotonic()
    answer = client.post(
        reverse("territory-upload"), {"file": SimpleUploadedFile(name, body), "name": "x"}
    )
    return answer.status_code, answer.content, time.monotonic() - started


def send_ban(folder: Path, body: bytes) -> tuple[bytes, float]:
    """Through the command of the national addresses, as it is and behind the header that such a file has."""
    started, seen = time.monotonic(), b""
    path = folder / "ban.csv"
    for content in (body, f"{HEAD}\n".encode() + body):
        path.write_bytes(content)
        try:
            seen += str(import_ban(path)).encode()
        except ImportRefusedError as refused:
            seen += str(refused).encode()
    path.unlink()
    return seen, time.monotonic() - started


def corpus(folder: Path, trap: Trap) -> Iterator[tuple[str, bytes]]:
    """The files, written by another process."""
    folder.mkdir()
    arguments = [str(folder), str(FILES), trap.address, str(trap.secret)]
    subprocess.run(
        [sys.executable, "-m", "tests.imports.hostile_files", *arguments],
        check=True,
        capture_output=True,
    )
    for number, name in enumerate((folder / "names.json").read_text().splitlines()):
        yield json.loads(name), (folder / str(number)).read_bytes()


@pytest.mark.commits
def test_hostile_files_do_nothing(
    committed: None,
    trap: tuple[Trap, list[str], bytes],
    tmp_path: Path,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    monkeypatch.setattr("tenants.jobs.broker.wake", lambda _queue: True)
    cast = make_cast()
    told, hits, canary = trap
    landlord, coordination = cast.amandier.admin.client(), cast.coordinator.client()
    for client in (landlord, coordination):
        client.raise_request_exception = False
    before, statuses, slowest, leaked = digest_of_database(), Counter[int](), (0.0, ""), 0
    wrong: list[str] = []
    kinds = Counter[str]()
    for number, (name, body) in enumerate(corpus(tmp_path / "corpus", told)):
        if number % 4 == 3:
            status, seen, seconds = send_outline(coordination, name, body)
        else:
            kind = KINDS[number // 4 * 3 % len(KINDS) - number % 4]
            kinds[kind] += 1
            status, seen, seconds = send_table(
                landlord, cast.amandier.admin.principal, name, body, kind
            )
        told_by_ban, ban_seconds = send_ban(tmp_path, body)
        kinds["ban"] += 1
        seen, seconds = seen + told_by_ban, max(seconds, ban_seconds)
        slowest = max(slowest, (round(seconds, 2), name))
        statuses[status] += 1
        if status >= SERVER_ERROR:
            wrong.append(f"{number} {name}")
        leaked += seen.count(canary) * len(canary) + seen.count(b"root:x:0")
    figures = {
        "files": sum(statuses.values()),
        "server_errors": sum(n for status, n in statuses.items() if status >= SERVER_ERROR),
        "worker_deaths": 0,  # this process is the worker: dead, it writes nothing
        "max_seconds": slowest[0],
        "slowest": slowest[1],
        "max_rss_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        "connections": len(hits),
        "leaked_bytes": leaked,
        "database_unchanged": digest_of_database() == before,
        "refused": statuses[422],
        "by_kind": dict(kinds),
        "left_on_disk": sum(1 for each in Path(settings.MEDIA_ROOT).rglob("*") if each.is_file()),
    }
    if target := os.environ.get("FUZZ_FIGURES"):
        Path(target).write_text(json.dumps(figures))
    assert figures["files"] == FILES
    assert not wrong, wrong
    assert set(kinds) == {*KINDS, "ban"}
    assert figures["max_seconds"] <= 20, slowest
    assert figures["max_rss_mb"] <= 1024
    assert not hits
    assert leaked == 0
    assert figures["database_unchanged"]
    assert figures["left_on_disk"] == 0
