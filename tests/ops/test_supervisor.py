"""The supervisor restarts what falls, gives up on what keeps falling, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scripts import supervisor as module
from scripts.run_stack import not_working, refuse_busy_port
from scripts.stack_processes import Process
from scripts.supervisor import GivenUpError, Supervisor

SLEEPER = (sys.executable, "-c", "print('ready', flush=True); import time; time.sleep(600)")
FALLER = (sys.executable, "-c", "print('no database'); raise SystemExit(3)")
STUBBORN = (
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(600)",
)


def eventually(truth: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if truth():
            return True
        time.sleep(0.02)
    return truth()


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Callable[..., Supervisor]]:
    made: list[Supervisor] = []

    def build(*commands: tuple[str, ...]) -> Supervisor:
        processes = [Process(f"p{number}", command) for number, command in enumerate(commands)]
        made.append(Supervisor(processes, {}, tmp_path / "logs", echo=False))
        made[-1].start()
        return made[-1]

    yield build
    for each in made:
        each.stop()


def ready(stack: Supervisor, name: str) -> bool:
    return eventually(lambda: "ready" in (stack.logs / f"{name}.log").read_text())


def test_what_falls_is_started_again(supervise: Callable[..., Supervisor]) -> None:
    stack = supervise(SLEEPER)
    first = stack.running["p0"]
    first.send_signal(signal.SIGKILL)
    first.wait()
    stack.check()
    assert stack.running["p0"].pid != first.pid
    assert stack.running["p0"].poll() is None


def test_what_a_killed_process_left_behind_goes_before_its_successor_starts(
    supervise: Callable[..., Supervisor],
) -> None:
    parent = (
        sys.executable, "-c",
        "import subprocess, time; print(subprocess.Popen(['sleep', '600']).pid, 'ready', flush=True); time.sleep(600)",
    )  # fmt: skip
    stack = supervise(parent)
    assert ready(stack, "p0")
    orphan = int((stack.logs / "p0.log").read_text().split()[0])
    stack.running["p0"].kill()
    stack.running["p0"].wait()
    assert not ended(orphan)
    stack.check()
    assert eventually(lambda: ended(orphan))


def test_a_process_killed_now_and_then_is_started_each_time(
    supervise: Callable[..., Supervisor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "QUICK_SECONDS", 0.0)
    stack = supervise(SLEEPER)
    for _ in range(2 * module.QUICK_FALLS):
        stack.running["p0"].kill()
        stack.running["p0"].wait()
        stack.check()
    assert stack.running["p0"].poll() is None


def test_what_keeps_falling_ends_the_stack_and_shows_its_last_words(
    supervise: Callable[..., Supervisor],
) -> None:
    stack = supervise(FALLER)
    for _ in range(module.QUICK_FALLS - 1):
        fall(stack)
        stack.check()
    fall(stack)
    with pytest.raises(GivenUpError, match="no database"):
        stack.check()


def fall(stack: Supervisor) -> None:
    code = stack.running["p0"].wait()
    assert code == 3
    assert eventually(lambda: "no database" in (stack.logs / "p0.log").read_text())


def test_stopping_ends_all_even_what_does_not_listen(
    supervise: Callable[..., Supervisor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STOP_SECONDS", 0.5)
    stack = supervise(SLEEPER, STUBBORN)
    assert ready(stack, "p0")
    assert ready(stack, "p1")
    stack.stop()
    codes = {name: child.returncode for name, child in stack.running.items()}
    assert codes == {"p0": -signal.SIGTERM, "p1": -signal.SIGKILL}


def test_a_supervisor_that_is_killed_takes_its_processes_with_it(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from scripts.supervisor import Supervisor; "
        "from scripts.stack_processes import Process; "
        f"s = Supervisor([Process('p', ('sleep', '600'))], {{}}, Path({str(tmp_path)!r}), echo=False); "
        "s.start(); print(s.running['p'].pid, flush=True); time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert eventually(lambda: b"600" in Path(f"/proc/{child}/cmdline").read_bytes())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert eventually(lambda: ended(child))


def ended(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"


def test_a_busy_port_is_refused_with_a_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit, match=rf"Port {port} is taken.*PORT={port + 1}"):
            refuse_busy_port(port)
    refuse_busy_port(port)


def test_the_parts_that_do_not_work_are_named() -> None:
    parts = {"database": {"status": "ok"}, "redis": {"status": "down"}}
    assert not_working(parts) == "redis"
    assert not_working({}) == "the web server"
