"""python -m scripts.chaos [--kills N] [--port N] [--seed N]"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import time
from typing import Any

from scripts import local_services, run_stack
from scripts.chaos.tally import SERVICE_SECONDS, Tally

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orsen.settings.demo")
PAUSE_SECONDS = 3.0
ASK_EVERY_SECONDS = 2.0
DRAIN_SECONDS = 420.0


def wait_until_healthy(port: int, seconds: float) -> None:
    """Return once every part works. Raises SystemExit when it takes too long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if run_stack.health(port)[0] == 200:
            return
        time.sleep(0.5)
    raise SystemExit(f"The stack did not start. Its logs: {run_stack.LOGS}")


def start_stack(port: int) -> subprocess.Popen[bytes]:
    """The supervisor of this checkout, as `make up` starts it."""
    if run_stack.running_stack():
        raise SystemExit("The demonstration runs here: make stop, then try again.")
    run_stack.prepare(port)
    run_stack.LOGS.mkdir(parents=True, exist_ok=True)
    with (run_stack.LOGS / "stack.log").open("w") as log:
        stack = subprocess.Popen(
            [sys.executable, "-m", "scripts.run_stack", "serve", "--port", str(port)],
            cwd=run_stack.ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    wait_until_healthy(port, run_stack.HEALTHY_WITHIN_SECONDS)
    return stack


def torment(kills: int, port: int, supervisor: int, seed: int) -> dict[str, Any]:
    """Kill, ask, measure; then let the queue drain and count."""
    from scripts.chaos import checks, load, targets  # Django must be set up first

    choice, tally = random.Random(seed), Tally()  # noqa: S311 -- the same kills for the same seed
    readers = load.Readers(
        port, load.session_cookie(load.member("gardien.orsen-habitat@val-dorsen.test"))
    )
    requests = load.Requests(
        load.member("coordination.aorif@val-dorsen.test"),
        [
            load.member(f"{name}@val-dorsen.test")
            for name in (
                "administration.orsen-habitat",
                "correspondant.police",
                "correspondant.prefecture",
            )
        ],
    )
    started, last_ask = time.monotonic(), 0.0
    readers.start()
    done = 0
    while done < kills:
        if time.monotonic() - last_ask > ASK_EVERY_SECONDS:
            requests.ask()
            last_ask = time.monotonic()
        running = load.patiently(lambda: checks.running(requests.asked))
        checks.note_resumed(tally, load.patiently(lambda: load.rows(requests.asked)))
        name = targets.kill_one(choice, supervisor)
        if name is None:
            time.sleep(0.2)
            continue
        done += 1
        moment = time.monotonic()
        tally.killed[name] = tally.killed.get(name, 0) + 1
        for key, queue, attempt in running:
            if name in (f"worker-{queue}", "postgresql"):
                tally.interrupted.setdefault(key, (attempt, moment))
        back = readers.wait_for_answer(moment, SERVICE_SECONDS)
        if back is None:
            tally.not_back += 1
        else:
            tally.outages.append(back)
        print(
            f"{done}/{kills} {name}: a page after {back if back is None else round(back, 1)} s",
            flush=True,
        )
        time.sleep(max(0.0, PAUSE_SECONDS * choice.uniform(0.5, 1.5) - (back or 0)))
    readers.stop()
    checks.drain(tally, requests.asked, DRAIN_SECONDS)
    return checks.verdict(tally, requests.asked) | {
        "pages": readers.answered, "pages_refused": readers.refused,
        "seconds": round(time.monotonic() - started),
    }  # fmt: skip


def main() -> None:
    """Run it; end with an error when anything was lost."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--kills", type=int, default=200)
    words.add_argument("--port", type=int, default=8765)
    words.add_argument("--seed", type=int, default=1)
    options = words.parse_args()
    stack = start_stack(options.port)
    import django

    django.setup()
    try:
        figures = torment(options.kills, options.port, stack.pid, options.seed)
    finally:
        stack.send_signal(signal.SIGTERM)
        stack.wait(timeout=120)
        local_services.stop()
    print(json.dumps(figures))
    if not figures["met"]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
