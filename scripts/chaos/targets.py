"""What may be killed: the processes of this checkout's stack, found anew at each kill."""

from __future__ import annotations

import os
import random
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scripts import local_services

# How often each is chosen: the parts that hold work or readers more often than those that hold neither.
WEIGHTS: Final = {
    "web": 25, "worker-jobs": 25, "worker-report": 20, "scheduler": 8, "redis": 11, "postgresql": 11,
}  # fmt: skip
WORDS: Final = {
    "web": "granian", "worker-jobs": "--queues jobs", "worker-report": "--queues report", "scheduler": " beat ",
}  # fmt: skip


@dataclass(frozen=True)
class Proc:
    """A process: its id, its parent's, its command line."""

    pid: int
    parent: int
    command: str


def processes() -> list[Proc]:
    """Every process that can be read."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            command = (
                (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            )
            parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except (OSError, IndexError):
            continue  # it ended while we looked
        found.append(Proc(int(folder.name), parent, command))
    return found


def descendants(root: int) -> list[Proc]:
    """The processes below one."""
    everybody = processes()
    below = {root}
    while True:
        more = {each.pid for each in everybody if each.parent in below} - below
        if not more:
            return [each for each in everybody if each.pid in below and each.pid != root]
        below |= more


def pids_of(name: str, supervisor: int) -> list[int]:
    """The processes that the name stands for, of this checkout alone."""
    if name == "postgresql":
        lines = (local_services.data_dir() / "postmaster.pid").read_text().splitlines()
        return [int(lines[0])]
    if name == "redis":
        pid = local_services.redis_pid()
        return [pid] if pid else []
    below = descendants(supervisor)
    heads = {each.pid for each in below if WORDS[name] in each.command}
    return [each.pid for each in below if each.pid in heads or each.parent in heads]


def kill_one(choice: random.Random, supervisor: int) -> str | None:
    """Kill one process, outright; return what it was, or None when it was not there to be killed."""
    name = choice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
    try:
        pids = pids_of(name, supervisor)
        if not pids:
            return None
        os.kill(choice.choice(pids), signal.SIGKILL)
    except (OSError, IndexError, ValueError):
        return None  # it was down already, from an earlier kill
    return name
