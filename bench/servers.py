"""Start and stop what is measured: the product's web server and its peers, each with two workers on the loopback."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.ground import LOCAL, ROOT, Ground, free_port
from bench.load import Connection

WORKERS = 2
VENV = LOCAL / "venv"
LOCK = ROOT / "bench" / "peers.txt"
MAPSERVER_PACKAGES = ("cgi-mapserver", "spawn-fcgi", "nginx-light")
PEER_LOGIN = "bench_peer"
PEER_PASSWORD = "bench"  # noqa: S105 -- reads the bench's own points, on the loopback


def install_packages() -> None:
    """The peers' Python packages by their lock. Raises CalledProcessError."""
    stamp = VENV / "installed"
    if not stamp.exists() or stamp.read_bytes() != LOCK.read_bytes():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
        install = [
            str(Path(sys.executable).parent / "uv"),
            "pip",
            "install",
            "--quiet",
            "--require-hashes",
        ]
        subprocess.run(
            [*install, "--python", str(VENV / "bin/python"), "-r", str(LOCK)], check=True
        )
        stamp.write_bytes(LOCK.read_bytes())


def install_peers() -> None:
    """The peers' packages, and MapServer by the distribution. Raises CalledProcessError."""
    install_packages()
    if not all(map(shutil.which, ("mapserv", "spawn-fcgi", "nginx"))):
        words = ["apt-get", "install", "--yes", "--no-install-recommends", *MAPSERVER_PACKAGES]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def let_peers_in(ground: Ground) -> None:
    """A login that reads the bench's points and nothing else."""
    ground.sql(
        f"DO $$ BEGIN CREATE ROLE {PEER_LOGIN} LOGIN PASSWORD '{PEER_PASSWORD}'; "
        "EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    )
    name = ground.environment["ORSEN_DB_NAME"]
    ground.sql(f"GRANT CONNECT, TEMPORARY ON DATABASE {name} TO {PEER_LOGIN}")
    ground.sql(f"GRANT USAGE ON SCHEMA bench, public TO {PEER_LOGIN}")
    ground.sql(f"GRANT SELECT ON bench.points, spatial_ref_sys TO {PEER_LOGIN}")
    # Taken from everybody by the wall; tipg prepares its connections with it.
    ground.sql(
        f"GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO {PEER_LOGIN}"
    )
    ground.sql(f"ALTER ROLE {PEER_LOGIN} SET max_parallel_workers_per_gather = 0")
    ground.sql(f"ALTER ROLE {PEER_LOGIN} SET jit = off")


@contextmanager
def process(
    name: str, words: list[str], environment: dict[str, str], ready: Callable[[], object]
) -> Iterator[None]:
    """A server until the block ends; its words go to .local/bench/NAME.log. Raises TimeoutError when it never answers."""
    with (LOCAL / f"{name}.log").open("wb") as log:
        child = subprocess.Popen(
            words, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )  # fmt: skip
        try:
            wait(name, child, ready)
            yield
        finally:
            os.killpg(child.pid, 15)
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, 9)


def wait(name: str, child: subprocess.Popen[bytes], ready: Callable[[], object]) -> None:
    """Until the server answers."""
    deadline = time.monotonic() + 40
    while True:
        try:
            ready()
        except Exception as error:
            if time.monotonic() > deadline or child.poll() is not None:
                raise TimeoutError(f"{name} does not answer: see {LOCAL / name}.log") from error
            time.sleep(0.2)
        else:
            return


@contextmanager
def product(ground: Ground, *, uncached: bool, workers: int = WORKERS) -> Iterator[int]:
    """The product as `make demo` serves it; gives the port."""
    port = free_port()
    words = [
        str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "2", "--log-level", "warning", "bench.wsgi:application",
    ]  # fmt: skip
    environment = ground.environment | {
        "BENCH_UNCACHED": str(int(uncached)),
        "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}",
    }
    name = "product-uncached" if uncached else "product"
    with process(name, words, environment, lambda: Connection(port).get("/healthz?parts=database")):
        yield port


@contextmanager
def tipg(ground: Ground) -> Iterator[int]:
    """tipg with uvicorn: no limit of features, no cache."""
    port = free_port()
    env = ground.environment
    dsn = f"postgresql://{PEER_LOGIN}:{PEER_PASSWORD}@{env['ORSEN_DB_HOST']}:{env['ORSEN_DB_PORT']}/{env['ORSEN_DB_NAME']}"
    environment = os.environ | {
        "DATABASE_URL": dsn, "TIPG_DB_SCHEMAS": '["bench"]', "TIPG_MAX_FEATURES_PER_TILE": "100000000",
        "TIPG_MAX_FEATURES_PER_QUERY": "100000", "TIPG_ADD_TILES_VIEWER": "false", "DB_MIN_CONN_SIZE": "2",
        "DB_MAX_CONN_SIZE": "4", "TIPG_TILE_BUFFER": "0",
        "TIPG_DB_SPATIAL_EXTENT": "false",
    }  # fmt: skip
    words = [str(VENV / "bin/uvicorn"), "tipg.main:app", "--host", "127.0.0.1", "--port", str(port), "--workers",
             str(WORKERS), "--log-level", "warning"]  # fmt: skip
    with process("tipg", words, environment, lambda: Connection(port).get("/collections")):
        yield port


@contextmanager
def django_peer(ground: Ground) -> Iterator[int]:
    """django-vectortiles and a plain DRF-GIS view, in one small project under gunicorn."""
    port = free_port()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "peer_django", "PYTHONPATH": str(ROOT / "bench"),
        "PEER_HOST": ground.environment["ORSEN_DB_HOST"], "PEER_PORT": ground.environment["ORSEN_DB_PORT"],
        "PEER_NAME": ground.environment["ORSEN_DB_NAME"], "PEER_USER": PEER_LOGIN, "PEER_PASSWORD": PEER_PASSWORD,
    }  # fmt: skip
    words = [str(VENV / "bin/gunicorn"), "--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS), "--threads", "2",
             "--keep-alive", "30", "--log-level", "warning", "peer_django:application"]  # fmt: skip
    ready = f"/tiles/{ZERO_TILE}"
    with process("django", words, environment, lambda: Connection(port).get(ready)):
        yield port


@contextmanager
def mapserver(ground: Ground) -> Iterator[int]:
    """MapServer as FastCGI behind nginx."""
    port, cgi = free_port(), free_port()
    folder = LOCAL / "mapserver"
    folder.mkdir(exist_ok=True)
    env = ground.environment
    (folder / "points.map").write_text(
        MAPFILE.format(
            host=env["ORSEN_DB_HOST"], port=env["ORSEN_DB_PORT"], name=env["ORSEN_DB_NAME"], user=PEER_LOGIN,
            password=PEER_PASSWORD,
        )
    )  # fmt: skip
    (folder / "mapserver.conf").write_text('CONFIG\n  ENV\n    MS_MAP_PATTERN ".*"\n  END\nEND\n')
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, cgi=cgi, user=user()))
    fcgi = [
        "spawn-fcgi", "-n", "-a", "127.0.0.1", "-p", str(cgi), "-F", str(WORKERS), "--", str(shutil.which("mapserv")),
    ]  # fmt: skip
    environment = os.environ | {"MAPSERVER_CONFIG_FILE": str(folder / "mapserver.conf")}
    nginx = ["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder), "-g", "daemon off;"]
    with (
        process("mapserver-cgi", fcgi, environment, lambda: None),
        process("nginx", nginx, environment, lambda: Connection(port).get(mapserver_path(0, 0, 0))),
    ):
        yield port


def user() -> str:
    """nginx's own line for who runs its workers: root must name somebody."""
    return "user root;" if os.geteuid() == 0 else ""


def mapserver_path(z: int, x: int, y: int) -> str:
    """The address of a tile."""
    return f"/?map={LOCAL / 'mapserver' / 'points.map'}&mode=tile&tilemode=gmap&layers=points&map.imagetype=mvt&tile={x}+{y}+{z}"


ZERO_TILE = "16/0/0"
MAPFILE = """MAP
  NAME "bench"
  SIZE 256 256
  EXTENT -20037508.34 -20037508.34 20037508.34 20037508.34
  PROJECTION "epsg:3857" END
  OUTPUTFORMAT
    NAME "mvt"
    DRIVER "MVT"
    FORMATOPTION "EXTENT=4096"
    FORMATOPTION "EDGE_BUFFER=0"
  END
  LAYER
    NAME "points"
    TYPE POINT
    STATUS ON
    CONNECTIONTYPE postgis
    PROCESSING "CLOSE_CONNECTION=DEFER"
    CONNECTION "host={host} port={port} dbname={name} user={user} password={password}"
    DATA "geom FROM bench.points USING UNIQUE id USING SRID=3857"
    PROJECTION "epsg:3857" END
    METADATA
      "gml_include_items" "id,level,dwellings"
      "gml_types" "auto"
    END
  END
END
"""
NGINX = """{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 128; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  fastcgi_temp_path {folder}/fastcgi;
  proxy_temp_path {folder}/proxy;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      fastcgi_pass 127.0.0.1:{cgi};
      fastcgi_buffers 64 128k;
      fastcgi_buffer_size 128k;
      fastcgi_busy_buffers_size 256k;
      fastcgi_max_temp_file_size 0;
      fastcgi_param QUERY_STRING $query_string;
      fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param SCRIPT_NAME /;
      fastcgi_param SERVER_NAME localhost;
      fastcgi_param SERVER_PORT {port};
      fastcgi_param SERVER_PROTOCOL $server_protocol;
    }}
  }}
}}
"""
