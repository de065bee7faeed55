"""A local server that speaks GeoCodeJSON, and says what it was asked."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


def feature(**more: Any) -> dict[str, Any]:
    """One answer, as addok gives it."""
    found = {"label": "9 Rue Neuve 99100 Aubépine", "score": 0.93, "type": "housenumber", "citycode": "99001",
             "id": "99001_0001_00009"} | more  # fmt: skip
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [2.35, 48.85]},
        "properties": found,
    }


def body(*features: dict[str, Any]) -> bytes:
    """A collection."""
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


@dataclass
class Service:
    """What it answers in turn (status, headers, body); the last one again and again."""

    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    parameters: list[dict[str, list[str]]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    pause: float = 0.0
    drip: float = 0.0  # seconds between two bytes of an answer
    url: str = ""

    def next(self, query: str) -> tuple[int, dict[str, str], bytes]:
        """The next answer."""
        self.parameters.append(parse_qs(urlsplit(query).query))
        self.asked.append(self.parameters[-1].get("q", [""])[0])
        self.times.append(time.monotonic())
        time.sleep(self.pause)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def serving(*answers: tuple[int, dict[str, str], bytes]) -> Iterator[Service]:
    """Listen on a free port of this machine."""
    service = Service(list(answers) or [(200, {}, body(feature()))])

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, content = service.next(self.path)
            try:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                for byte in content if service.drip else ():
                    self.wfile.write(bytes((byte,)))
                    time.sleep(service.drip)
                if not service.drip:
                    self.wfile.write(content)
            except OSError:
                service.asked.append("(left)")

        def log_message(self, *_args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
    )
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
