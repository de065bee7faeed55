"""Run the product on this machine: PostgreSQL, Redis, web server, workers, scheduler.

python -m scripts.run_stack demo [--port N]     in the foreground, until Ctrl-C
python -m scripts.run_stack up [--port N]       in the background; returns when everything works
python -m scripts.run_stack stop                stop what demo or up started
python -m scripts.run_stack clean               stop, then delete the data
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from scripts import local_services, set_up
from scripts.stack_processes import processes
from scripts.supervisor import GivenUpError, Supervisor

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"
LOGS = LOCAL / "logs"
STATE = LOCAL / "run/stack.json"
HEALTHY_WITHIN_SECONDS = 120.0


class StopAskedError(Exception):
    """Somebody asked to stop (Ctrl-C, or `make stop`)."""


def say(line: str) -> None:
    """One line of the short log."""
    print(line, flush=True)


def address(port: int) -> str:
    """Where the browser goes."""
    return f"http://127.0.0.1:{port}/"


def running_stack() -> dict[str, int] | None:
    """The supervisor that runs in this folder, as its process id and port."""
    if not STATE.exists():
        return None
    state: dict[str, int] = json.loads(STATE.read_text())
    command_line = Path(f"/proc/{state['pid']}/cmdline")
    alive = command_line.exists() and b"scripts.run_stack" in command_line.read_bytes()
    return state if alive else None


def refuse_busy_port(port: int) -> None:
    """Exit with a way out when another program listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            sys.exit(
                f"Port {port} is taken by another program. Choose another one: make demo PORT={port + 1}"
            )


def manage(*words: str, quiet: bool = True) -> None:
    """Run a management command with the settings of this folder's file; exit with its output when it fails."""
    result = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *words],
        check=False,
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
    )
    if result.returncode:
        sys.exit(f"{result.stdout or ''}\nThis step failed: manage.py {' '.join(words)}")


def prepare(port: int) -> None:
    """Services, database, static files and demo data: all that must be there before the processes start."""
    refuse_busy_port(port)
    say("Starting PostgreSQL and Redis of this folder")
    subprocess.run([sys.executable, str(ROOT / "scripts/local_services.py"), "start"], check=True)
    subprocess.run([sys.executable, str(ROOT / "scripts/set_up.py"), "static"], check=True)
    prepare_database()


def prepare_database() -> None:
    """Roles, tables, wall and demo data; left alone while neither the code nor the cluster has changed."""
    apps = [ROOT / name for name in ("platform", "gis", "tenants", "sharing")]
    made_from = set_up.fingerprint([*apps, local_services.ENV_FILE])
    if set_up.up_to_date("database", made_from):
        return
    say("Preparing the database")
    manage("prepare_database")
    manage("migrate", "--database=owner", "--noinput")
    say("Loading the demonstration where it is not there yet")
    manage("load_demo", "--if-empty", quiet=False)
    set_up.mark("database", made_from)


def health(port: int) -> tuple[int, dict[str, dict[str, str]]]:
    """Answer of /healthz: its status (0 when nobody answers) and the state of each part."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/healthz")
        response = connection.getresponse()
        body = json.loads(response.read())
    except (OSError, http.client.HTTPException, json.JSONDecodeError):
        return 0, {}
    finally:
        connection.close()
    return response.status, body.get("parts", {})


def announce(port: int) -> None:
    """Address and demo accounts."""
    say(f"\nORSEN Plateforme: {address(port)}\n")
    manage("demo_accounts", quiet=False)
    say("")


def stopping(_number: int, _frame: FrameType | None) -> None:
    """Turn a signal into an exception in the main thread."""
    raise StopAskedError


def serve(port: int, *, echo: bool) -> None:
    """Run the processes until somebody asks to stop; always stop them and the services on the way out."""
    STATE.parent.mkdir(parents=True, exist_ok=True)
    STATE.write_text(json.dumps({"pid": os.getpid(), "port": port}))
    supervisor = Supervisor(processes(port), local_services.read_env(), LOGS, echo=echo)
    signal.signal(signal.SIGTERM, stopping)
    signal.signal(signal.SIGINT, stopping)
    failure = ""
    try:
        supervisor.start()
        announced, deadline = False, time.monotonic() + HEALTHY_WITHIN_SECONDS
        while True:
            time.sleep(0.5)
            supervisor.check()
            revive_services()
            if announced:
                continue
            status, parts = health(port)
            if status == http.client.OK:
                if echo:
                    announce(port)
                    say("Ctrl-C stops everything.")
                announced = True
            elif time.monotonic() > deadline:
                say(f"Not everything works yet: {not_working(parts)}. Logs: {LOGS}")
                announced = True
    except StopAskedError:
        say("\nStopping")
    except GivenUpError as error:
        failure = str(error)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        supervisor.stop()
        STATE.unlink(missing_ok=True)
        local_services.stop()
    if failure:
        sys.exit(failure)


def revive_services() -> None:
    """Start PostgreSQL and Redis again when they were killed; what cannot start yet is tried again at the next round."""
    env = local_services.read_env()
    if all(
        local_services.listening(int(env[name])) for name in ("ORSEN_DB_PORT", "ORSEN_REDIS_PORT")
    ):
        return
    say("PostgreSQL or Redis does not answer; starting it again.")
    try:
        local_services.start_postgres(env)
        local_services.start_redis(env)
    except SystemExit as error:
        say(f"Not yet: {error}")


def not_working(parts: dict[str, dict[str, str]]) -> str:
    """Names of the parts that do not work."""
    return (
        ", ".join(name for name, state in parts.items() if state["status"] != "ok")
        or "the web server"
    )


def demo(port: int) -> None:
    """`make demo`."""
    state = running_stack()
    if state:
        sys.exit(f"It already runs at {address(state['port'])} -- make stop stops it.")
    prepare(port)
    serve(port, echo=True)


def up(port: int) -> None:
    """`make up`: prepare, start the supervisor in the background, wait until every part works."""
    state = running_stack()
    if not state:
        prepare(port)
        LOGS.mkdir(parents=True, exist_ok=True)
        with (LOGS / "stack.log").open("w") as log:
            child = subprocess.Popen(
                [sys.executable, "-m", "scripts.run_stack", "serve", "--port", str(port)],
                cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
    else:
        port, child = state["port"], None
    deadline = time.monotonic() + HEALTHY_WITHIN_SECONDS
    parts: dict[str, dict[str, str]] = {}
    while time.monotonic() < deadline:
        status, parts = health(port)
        if status == http.client.OK:
            announce(port)
            say("It runs in the background: make stop stops it.")
            return
        if child and child.poll() is not None:
            sys.exit(f"{(LOGS / 'stack.log').read_text()}\nIt stopped at once. Logs: {LOGS}")
        time.sleep(0.5)
    stop()
    sys.exit(
        f"Not everything worked after {HEALTHY_WITHIN_SECONDS:.0f} s: {not_working(parts)}. Logs: {LOGS}"
    )


def stop() -> None:
    """`make stop`: the supervisor stops its processes; then the services of this folder."""
    state = running_stack()
    if state:
        os.kill(state["pid"], signal.SIGTERM)
        deadline = time.monotonic() + 60
        while running_stack() and time.monotonic() < deadline:
            time.sleep(0.1)
        if running_stack():
            sys.exit(f"The supervisor (process {state['pid']}) does not end. Its logs: {LOGS}")
    local_services.stop()


def upgrade() -> None:
    """`make upgrade`: nothing runs while the database changes, and nothing changes without a backup."""
    state = running_stack()
    stop()
    subprocess.run([sys.executable, str(ROOT / "scripts/local_services.py"), "start"], check=True)
    try:
        manage("upgrade", str(LOCAL / "backups"), quiet=False)
    except SystemExit:
        local_services.stop()
        raise
    if state:
        up(state["port"])
    else:
        local_services.stop()


def clean() -> None:
    """`make clean-demo`: stop, then delete the cluster, Redis, files and mails of this folder."""
    stop()
    local_services.destroy()
    (set_up.STAMPS / "database").unlink(missing_ok=True)
    for name in ("media", "mail", "run"):
        shutil.rmtree(LOCAL / name, ignore_errors=True)


def main() -> None:
    """Run the command named on the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=["demo", "up", "serve", "stop", "clean", "upgrade"])
    parser.add_argument("--port", type=int, default=8000)
    arguments = parser.parse_args()
    if arguments.command == "demo":
        demo(arguments.port)
    elif arguments.command == "up":
        up(arguments.port)
    elif arguments.command == "serve":
        serve(arguments.port, echo=False)
    elif arguments.command == "stop":
        stop()
    elif arguments.command == "upgrade":
        upgrade()
    else:
        clean()


if __name__ == "__main__":
    main()
