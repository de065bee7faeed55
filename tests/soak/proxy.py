"""A bad network: loses some requests before the server sees them, and answers of the server on their way back."""

from __future__ import annotations

import asyncio
import random
import threading
from dataclasses import dataclass, field

API = b"/saisie/api/"
HEAD_END = b"\r\n\r\n"


@dataclass
class Losses:
    """What the proxy has done, counted over the telephones' own routes."""

    requests: int = 0
    requests_lost: int = 0
    answers: int = 0
    answers_lost: int = 0


@dataclass
class Proxy:
    """Listens on a port of its own and forwards to the product; `start` gives its address."""

    upstream: tuple[str, int]
    answers_lost: float = 0.3
    requests_lost: float = 0.1
    seed: int = 1
    losses: Losses = field(default_factory=Losses)

    def start(self) -> str:
        """Listen in a thread of its own. Returns the address."""
        self._random = random.Random(self.seed)
        self._serving: set[asyncio.Task[None] | None] = set()  # the loop itself holds tasks weakly
        self._loop = asyncio.new_event_loop()
        ready: list[int] = []
        up = threading.Event()

        def serve() -> None:
            asyncio.set_event_loop(self._loop)
            server = self._loop.run_until_complete(
                asyncio.start_server(self._serve, "127.0.0.1", 0)
            )
            ready.append(server.sockets[0].getsockname()[1])
            up.set()
            self._loop.run_forever()
            server.close()
            for task in asyncio.all_tasks(self._loop):
                task.cancel()
            self._loop.run_until_complete(asyncio.sleep(0.05))
            self._loop.close()

        self._thread = threading.Thread(target=serve, daemon=True)
        self._thread.start()
        up.wait()
        return f"http://127.0.0.1:{ready[0]}"

    def stop(self) -> None:
        """Listen no more."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._serving.add(task)
        try:
            await self._forward(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # a browser that was killed leaves its connections open on one side
        finally:
            writer.close()
            self._serving.discard(task)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request a connection: the answer is read whole before its fate is drawn."""
        head = await reader.readuntil(HEAD_END)
        lines = head.split(b"\r\n")
        length = next(
            (int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length:")), 0
        )  # fmt: skip
        body = await reader.readexactly(length) if length else b""
        watched = API in lines[0]
        if watched:
            self.losses.requests += 1
            if self._random.random() < self.requests_lost:
                self.losses.requests_lost += 1
                return
        kept = [line for line in lines if not line.lower().startswith(b"connection:")]
        kept.insert(1, b"Connection: close")
        theirs, ours = await asyncio.open_connection(*self.upstream)
        ours.write(b"\r\n".join(kept) + body)
        answer = await theirs.read()
        ours.close()
        if watched:
            self.losses.answers += 1
            if self._random.random() < self.answers_lost:
                self.losses.answers_lost += 1
                writer.write(answer[: self._random.randrange(len(answer))])  # cut anywhere
                await writer.drain()
                return
        writer.write(answer)
        await writer.drain()
