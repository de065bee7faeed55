"""Run a few processes together: one log, a restart for one that falls, all of them stopped together."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from scripts.stack_processes import Process, environment

QUICK_FALLS = 5
QUICK_SECONDS = 8.0
STOP_SECONDS = 15.0


class GivenUpError(Exception):
    """A process fell again and again; the message names it and its log."""


class Supervisor:
    """Starts processes, watches them and stops them."""

    def __init__(
        self, processes: list[Process], local: Mapping[str, str], logs: Path, *, echo: bool
    ) -> None:
        self.processes = processes
        self.local = local
        self.logs = logs
        self.echo = echo
        self.running: dict[str, subprocess.Popen[str]] = {}
        self.copiers: list[threading.Thread] = []
        self.since: dict[str, float] = {}
        self.quick_falls: dict[str, int] = {process.name: 0 for process in processes}
        logs.mkdir(parents=True, exist_ok=True)

    def start(self) -> None:
        """Start all of them, with fresh logs."""
        for process in self.processes:
            (self.logs / f"{process.name}.log").write_text("")
            self._spawn(process)

    def _spawn(self, process: Process) -> None:
        child = subprocess.Popen(
            # Should the supervisor be killed outright, the kernel stops its children.
            ["setpriv", "--pdeathsig", "TERM", "--", *process.command],
            env=environment(process, self.local, os.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops them in order
        )
        self.running[process.name] = child
        self.since[process.name] = time.monotonic()
        copier = threading.Thread(target=self._copy_output, args=(process.name, child), daemon=True)
        copier.start()
        self.copiers.append(copier)

    def _copy_output(self, name: str, child: subprocess.Popen[str]) -> None:
        assert child.stdout is not None  # noqa: S101 -- a pipe was asked for above
        with child.stdout as output, (self.logs / f"{name}.log").open("a", buffering=1) as log:
            for line in output:
                log.write(line)
                if self.echo and line.strip():
                    print(f"{name:>13} | {line.rstrip()}", flush=True)

    def check(self) -> None:
        """Restart what fell. Raises GivenUpError when one falls again and again."""
        for process in self.processes:
            child = self.running[process.name]
            if child.poll() is None:
                continue
            # What a killed parent left behind would hold its port, or work on beside its successor.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            lived = time.monotonic() - self.since[process.name]
            # Killed after a while is bad luck; fallen right after its start, time and again, is a fault.
            quick = self.quick_falls[process.name] + 1 if lived < QUICK_SECONDS else 0
            self.quick_falls[process.name] = quick
            log = self.logs / f"{process.name}.log"
            if quick >= QUICK_FALLS:
                tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
                raise GivenUpError(
                    f"{process.name} fell {QUICK_FALLS} times, each within {QUICK_SECONDS:.0f} s of its start.\n"
                    f"{tail}\nIts log: {log}"
                )
            print(
                f"{process.name} ended with code {child.returncode}; started again. Its log: {log}",
                flush=True,
            )
            self._spawn(process)

    def stop(self) -> None:
        """Ask all of them to end, then end those that have not after STOP_SECONDS."""
        for child in self.running.values():
            self._signal(child, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.running.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self._signal(child, signal.SIGKILL)
                child.wait()
        for copier in self.copiers:
            copier.join(timeout=2)  # their last words reach the log

    @staticmethod
    def _signal(child: subprocess.Popen[str], number: signal.Signals) -> None:
        if child.poll() is not None:
            return
        if number is signal.SIGKILL:
            os.killpg(child.pid, number)  # the session is the child's own: its helpers go with it
        else:
            child.send_signal(number)
