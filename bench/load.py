"""Clients that ask for the same addresses over kept connections, and how long each answer took.

As little work as can be: the clients share the machine with what they measure.
"""

from __future__ import annotations

import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

CLIENTS = 4
OK = {b"200", b"204"}


class WrongAnswerError(RuntimeError):
    """A server answered something else than a tile: what it took to say so is no figure."""


@dataclass
class Run:
    """What one round gave."""

    seconds: float
    latencies_ms: list[float]
    sizes: list[int]

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return len(self.latencies_ms) / self.seconds


@dataclass
class Runs:
    """Several rounds of one contender."""

    rounds: list[Run] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """Median over the rounds."""
        return statistics.median(run.per_second for run in self.rounds)

    def p95_ms(self, chosen: Callable[[int], bool] = lambda _at: True) -> float:
        """Median over the rounds of the 95th percentile of the chosen requests, by their place in the list."""
        return statistics.median(
            percentile([ms for at, ms in enumerate(run.latencies_ms) if chosen(at)], 95)
            for run in self.rounds
        )

    @property
    def mean_bytes(self) -> float:
        """Bytes of an answer."""
        return statistics.fmean(self.rounds[0].sizes)


def percentile(values: Sequence[float], share: float) -> float:
    """By nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share / 100))]


class Connection:
    """One kept connection to a server on the loopback."""

    def __init__(self, port: int, headers: str = "") -> None:
        """Connect at the first request."""
        self.port, self.headers = port, headers
        self.socket: socket.socket | None = None
        self.buffer = bytearray(1 << 20)

    def get(self, path: str) -> bytes:
        """The body. Raises WrongAnswerError for anything but 200 and 204."""
        for attempt in (1, 2):
            if self.socket is None:
                self.socket = socket.create_connection(("127.0.0.1", self.port))
                self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n{self.headers}\r\n"
            try:
                self.socket.sendall(request.encode())
                return self._read(path)
            except (ConnectionError, TimeoutError):
                self.socket = None
                if attempt == 2:
                    raise
        raise AssertionError

    def _read(self, path: str) -> bytes:
        sock = self.socket
        assert sock is not None
        held = b""
        while (end := held.find(b"\r\n\r\n")) < 0:
            part = sock.recv(1 << 16)
            if not part:
                raise ConnectionError("closed")
            held += part
        head, body = held[:end].lower(), held[end + 4 :]
        status = head.split(b" ", 2)[1]
        if status not in OK:
            raise WrongAnswerError(f"{path}: {status.decode()} {body[:200]!r}")
        if status == b"204":
            return b""
        if b"transfer-encoding: chunked" in head:
            return self._chunks(body)
        length = next(
            (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.startswith(b"content-length:")),
            None,
        )  # fmt: skip
        if length is None:  # the end of the connection is the end of the answer
            parts = [body]
            while part := sock.recv(1 << 18):
                parts.append(part)
            self.socket = None
            return b"".join(parts)
        if length > len(self.buffer):
            self.buffer = bytearray(length)
        view = memoryview(self.buffer)
        view[: len(body)] = body
        got = len(body)
        while got < length:
            got += sock.recv_into(view[got:length], length - got)
        return bytes(view[:length])

    def _chunks(self, held: bytes) -> bytes:
        sock = self.socket
        assert sock is not None
        parts = []
        while True:
            while (end := held.find(b"\r\n")) < 0:
                held += sock.recv(1 << 18)
            size = int(held[:end].split(b";")[0], 16)
            needed = end + 2 + size + 2
            pieces = [held]
            total = len(held)
            while total < needed:
                part = sock.recv(1 << 18)
                pieces.append(part)
                total += len(part)
            held = b"".join(pieces)
            if not size:
                return b"".join(parts)
            parts.append(held[end + 2 : end + 2 + size])
            held = held[needed:]


Ask = Callable[[str], bytes]


def ask_all(asks: Sequence[Ask], paths: Sequence[str]) -> Run:
    """Ask for every path once, the clients taking the next one as they become free."""
    latencies, sizes = [0.0] * len(paths), [0] * len(paths)
    queue: Iterator[tuple[int, str]] = iter(list(enumerate(paths)))
    lock = threading.Lock()
    failed: list[BaseException] = []

    def client(ask: Ask) -> None:
        while not failed:
            with lock:
                item = next(queue, None)
            if item is None:
                return
            at, path = item
            started = time.perf_counter()
            try:
                sizes[at] = len(ask(path))
            except Exception as error:  # noqa: BLE001 -- raised again by the caller
                failed.append(error)
                return
            latencies[at] = 1000 * (time.perf_counter() - started)

    threads = [threading.Thread(target=client, args=(ask,)) for ask in asks]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return Run(time.perf_counter() - started, latencies, sizes)
