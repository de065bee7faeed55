#!/usr/bin/env python3
"""Start and stop the project's own PostgreSQL cluster and Redis, under `.local/`.

Never touches a cluster that it did not make: own data directory, own ports (never the default ones), own sockets,
own passwords. Standard library only: it runs before the Python packages are installed.

    local_services.py start     make the cluster at the first run, start what is not running
    local_services.py stop      stop what this folder's cluster and Redis run
    local_services.py status    one line a service; exit 1 when one is down
    local_services.py destroy   stop, then delete the data
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCAL = Path(
    os.environ.get("ORSEN_LOCAL") or ROOT / ".local"
)  # elsewhere: a second machine, in tests
ENV_FILE = LOCAL / "orsen.env"
PG_HOME = Path("/usr/lib/postgresql")
OLDEST_PG = 15
SERVER_USER = "postgres"  # the distribution's account: PostgreSQL refuses to run as root


def pg_bin(name: str) -> str:
    """Path of a PostgreSQL program, newest installed version first (the version of the cluster once it exists)."""
    version_file = data_dir() / "PG_VERSION"
    if version_exists(version_file):
        versions = [int(read_as_server(version_file))]
    else:
        versions = sorted((int(path.name) for path in PG_HOME.glob("[0-9]*")), reverse=True)
    for version in versions:
        extension = Path(f"/usr/share/postgresql/{version}/extension/postgis.control")
        program = PG_HOME / str(version) / "bin" / name
        if version >= OLDEST_PG and program.exists() and extension.exists():
            return str(program)
    sys.exit(
        "PostgreSQL 15 or newer with PostGIS is missing. On Debian or Ubuntu: "
        "apt-get install postgresql postgresql-15-postgis-3 (or the version your distribution has)."
    )


def is_root() -> bool:
    """Whether the server must be run under another account."""
    return os.geteuid() == 0


def as_server(*command: str) -> list[str]:
    """The command, under the account that runs PostgreSQL."""
    if not is_root():
        return list(command)
    # From /: the account may not be let into the folder that we stand in, and would say so each time.
    return ["runuser", "-u", SERVER_USER, "--", "env", "-C", "/", *command]


def reachable_by_server(path: Path) -> bool:
    """Whether the server's account may enter the folder (a clone under /root may not be entered)."""
    return subprocess.run(as_server("test", "-x", str(path)), check=False).returncode == 0


def data_home() -> Path:
    """Folder of the cluster and its socket: `.local`, or a link from it to /var/tmp where that is out of reach."""
    home = LOCAL / "pg"
    if not home.exists():
        LOCAL.mkdir(exist_ok=True)
        if reachable_by_server(LOCAL):
            home.mkdir()
        else:
            real = Path("/var/tmp") / f"orsen-{secrets.token_hex(6)}"  # noqa: S108 -- random name, owned below
            real.mkdir(mode=0o700)
            home.symlink_to(real)
        if is_root():
            owner = pwd.getpwnam(SERVER_USER)
            os.chown(home.resolve(), owner.pw_uid, owner.pw_gid)
        home.resolve().chmod(0o700)
    return home.resolve()


def data_dir() -> Path:
    """PostgreSQL's data directory."""
    return data_home() / "data"


def version_exists(path: Path) -> bool:
    """Whether the cluster has been made."""
    return subprocess.run(as_server("test", "-f", str(path)), check=False).returncode == 0


def read_as_server(path: Path) -> str:
    """Text of a file that only the server's account may read."""
    return subprocess.run(
        as_server("cat", str(path)), check=True, capture_output=True, text=True
    ).stdout


def free_port(avoid: set[int]) -> int:
    """A TCP port of the loopback that nobody listens on."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port not in avoid | {5432, 6379}:
            return port


def listening(port: int) -> bool:
    """Whether somebody answers on the loopback port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def read_env() -> dict[str, str]:
    """The settings written at the first start."""
    if not ENV_FILE.exists():
        return {}
    pairs = (line.split("=", 1) for line in ENV_FILE.read_text().splitlines() if "=" in line)
    return dict(pairs)


def write_env(env: dict[str, str]) -> None:
    """Keep ports, passwords and keys of this folder's services, readable by its owner only."""
    LOCAL.mkdir(exist_ok=True)
    ENV_FILE.touch(mode=0o600)
    ENV_FILE.write_text("".join(f"{key}={value}\n" for key, value in sorted(env.items())))


def ensure_env() -> dict[str, str]:
    """Read the settings, making what is missing."""
    env = read_env()
    fresh = {
        "ORSEN_SECRET_KEY": secrets.token_urlsafe(48),
        "ORSEN_DB_NAME": "orsen",
        "ORSEN_DB_HOST": "127.0.0.1",
        "ORSEN_DB_SUPERUSER_PASSWORD": secrets.token_urlsafe(24),
        "ORSEN_DB_OWNER_PASSWORD": secrets.token_urlsafe(24),
        "ORSEN_DB_WEB_PASSWORD": secrets.token_urlsafe(24),
        "ORSEN_DB_REPORT_PASSWORD": secrets.token_urlsafe(24),
        "ORSEN_WALL_KEY": secrets.token_hex(32),
        "ORSEN_REDIS_PASSWORD": secrets.token_urlsafe(24),
        "ORSEN_RELEASE_P": str(
            10 + secrets.randbelow(11)
        ),  # the installation's own, told to nobody
    }
    missing = {key: value for key, value in fresh.items() if key not in env}
    if "ORSEN_DB_PORT" not in env:
        missing["ORSEN_DB_PORT"] = str(free_port(set()))
    if "ORSEN_REDIS_PORT" not in env:
        missing["ORSEN_REDIS_PORT"] = str(
            free_port({int(env.get("ORSEN_DB_PORT", missing.get("ORSEN_DB_PORT", 0)))})
        )
    if missing:
        env |= missing
        write_env(env)
    return env


def make_cluster(env: dict[str, str]) -> None:
    """Run initdb: UTF-8, checksums, passwords only."""
    password_file = data_home() / "superuser-password"
    subprocess.run(
        as_server("sh", "-c", f"umask 077; cat > '{password_file}'"),
        input=env["ORSEN_DB_SUPERUSER_PASSWORD"],
        text=True,
        check=True,
    )
    subprocess.run(
        as_server(
            pg_bin("initdb"),
            "-D",
            str(data_dir()),
            "-U",
            "orsen_superuser",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--data-checksums",
            "--auth=scram-sha-256",
            f"--pwfile={password_file}",
        ),
        check=True,
        stdout=subprocess.DEVNULL,
    )
    subprocess.run(as_server("rm", str(password_file)), check=True)


def pg_running() -> bool:
    """Whether this folder's cluster runs."""
    if not version_exists(data_dir() / "PG_VERSION"):
        return False
    command = as_server(pg_bin("pg_ctl"), "-D", str(data_dir()), "status")
    return subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode == 0


def start_postgres(env: dict[str, str]) -> None:
    """Make the cluster at the first run and start it on this folder's port."""
    if not version_exists(data_dir() / "PG_VERSION"):
        make_cluster(env)
    if pg_running():
        return
    if listening(int(env["ORSEN_DB_PORT"])):  # somebody took the port while we were down
        env["ORSEN_DB_PORT"] = str(free_port(set()))
        write_env(env)
    options = (
        f"-c port={env['ORSEN_DB_PORT']} -c listen_addresses=127.0.0.1 -c unix_socket_directories='{data_home()}' "
        "-c shared_buffers=512MB -c work_mem=32MB -c maintenance_work_mem=256MB -c max_connections=120 "
        "-c effective_cache_size=2GB -c random_page_cost=1.1 -c jit=off -c max_parallel_workers_per_gather=0 "
        "-c timezone=UTC"
    )
    # Where the data is worth nothing, as in CI: PostgreSQL waits for no disk, and tests that commit take a sixth.
    if os.environ.get("ORSEN_DB_THROWAWAY") == "1":
        options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    command = as_server(
        pg_bin("pg_ctl"),
        "-D",
        str(data_dir()),
        "-w",
        "-t",
        "60",
        "-l",
        str(data_home() / "server.log"),
        "-o",
        options,
        "start",
    )
    if subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode:
        sys.exit(f"PostgreSQL did not start. Its log: {data_home() / 'server.log'}")


def redis_pid() -> int | None:
    """Process id of this folder's Redis, when it runs."""
    pid_file = LOCAL / "redis/redis.pid"
    if not pid_file.exists():
        return None
    pid = int(pid_file.read_text())
    command_line = Path(f"/proc/{pid}/cmdline")
    alive = command_line.exists() and b"redis-server" in command_line.read_bytes()
    return pid if alive else None


def start_redis(env: dict[str, str]) -> None:
    """Start Redis on this folder's port. It only wakes workers and caches: nothing in it is the only copy."""
    if redis_pid():
        return
    program = shutil.which("redis-server")
    if not program:
        sys.exit("redis-server is missing. On Debian or Ubuntu: apt-get install redis-server.")
    folder = LOCAL / "redis"
    folder.mkdir(exist_ok=True)
    if listening(int(env["ORSEN_REDIS_PORT"])):
        env["ORSEN_REDIS_PORT"] = str(free_port({int(env["ORSEN_DB_PORT"])}))
        write_env(env)
    config = folder / "redis.conf"
    config.touch(mode=0o600)
    config.write_text(
        f"bind 127.0.0.1\nport {env['ORSEN_REDIS_PORT']}\nrequirepass {env['ORSEN_REDIS_PASSWORD']}\ndaemonize yes\n"
        f'pidfile {folder / "redis.pid"}\nlogfile {folder / "redis.log"}\ndir {folder}\nsave ""\nappendonly no\n'
        "maxmemory 256mb\nmaxmemory-policy volatile-lru\n"
    )
    subprocess.run([program, str(config)], check=True)
    for _ in range(100):
        if listening(int(env["ORSEN_REDIS_PORT"])):
            return
        time.sleep(0.05)
    sys.exit(f"Redis did not start. Its log: {folder / 'redis.log'}")


def stop() -> None:
    """Stop Redis and PostgreSQL of this folder."""
    pid = redis_pid()
    if pid:
        os.kill(pid, 15)
    if pg_running():
        subprocess.run(
            as_server(pg_bin("pg_ctl"), "-D", str(data_dir()), "-w", "-m", "fast", "stop"),
            check=True,
            stdout=subprocess.DEVNULL,
        )


def destroy() -> None:
    """Stop, then delete data, ports and passwords."""
    stop()
    for folder in (LOCAL / "pg", LOCAL / "redis"):
        if folder.is_symlink():
            shutil.rmtree(folder.resolve())
            folder.unlink()
        elif folder.exists():
            shutil.rmtree(folder)
    ENV_FILE.unlink(missing_ok=True)


def status() -> int:
    """Say which services run."""
    pg, redis = pg_running(), bool(redis_pid())
    print(f"postgresql {'up' if pg else 'down'}\nredis {'up' if redis else 'down'}")
    return 0 if pg and redis else 1


def main() -> None:
    """Run the command named on the command line."""
    command = sys.argv[1] if len(sys.argv) == 2 else ""
    if command == "start":
        env = ensure_env()
        start_postgres(env)
        start_redis(env)
    elif command == "stop":
        stop()
    elif command == "destroy":
        destroy()
    elif command == "status":
        sys.exit(status())
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
