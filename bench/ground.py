"""The bench's own cluster, database, stock and sessions, apart from everything else in the checkout."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local" / "bench"
OPEN_DATA = (
    ("departements_idf_2018.geojson", "departement", "2018"),
    ("communes_idf_2018.geojson", "commune", "2018"),
    ("iris_idf_2021.geojson", "iris", "2021"),
    ("qpv2024_idf_06.geojson", "qpv", "2024"),
)


@dataclass(frozen=True)
class Size:
    """How much stock."""

    sites: int
    landlords: int
    assessments: int


@dataclass(frozen=True)
class Reader:
    """A session of the product, and whose."""

    cookie: str
    organisation_id: int
    user_id: int


@dataclass
class Ground:
    """What the subjects measure on. Django is set up on this database."""

    size: Size
    environment: dict[str, str]
    rounds: int

    def connection(self, **login: str) -> Any:
        """A raw psycopg2 connection to the bench's database: as the superuser unless told."""
        import psycopg2

        words = {
            "host": self.environment["ORSEN_DB_HOST"], "port": self.environment["ORSEN_DB_PORT"],
            "dbname": self.environment["ORSEN_DB_NAME"], "user": "orsen_superuser",
            "password": self.environment["ORSEN_DB_SUPERUSER_PASSWORD"],
        }  # fmt: skip
        return psycopg2.connect(
            **(words | login), options="-c jit=off -c max_parallel_workers_per_gather=0"
        )

    def sql(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Run a statement as the superuser, past the wall, and give its rows."""
        with closing(self.connection()) as connection, connection, connection.cursor() as cursor:
            cursor.execute(statement, parameters or None)
            return cursor.fetchall() if cursor.description else []

    def reader(self, organisation_id: int) -> Reader:
        """A session of a member of the organisation, as a log-in with a second factor leaves it."""
        from allauth.account.internal.flows.login import record_authentication
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
        from django.contrib.sessions.backends.db import SessionStore
        from django.http import HttpRequest

        from accounts.models import Membership

        member = Membership.objects.live().select_related("user").filter(
            organisation_id=organisation_id
        ).first()  # fmt: skip
        if member is None:
            raise LookupError(f"organisation {organisation_id} has no member")
        request = HttpRequest()
        request.session = session = SessionStore()
        session[SESSION_KEY] = str(member.user_id)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = member.user.get_session_auth_hash()
        record_authentication(request, member.user, "mfa", type="totp")
        session.create()
        return Reader(f"sessionid={session.session_key}", organisation_id, member.user_id)


def free_port() -> int:
    """A TCP port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(*words: str, environment: dict[str, str]) -> None:
    """A command of the project. Raises CalledProcessError."""
    subprocess.run([sys.executable, *words], check=True, cwd=ROOT, env=environment)


def build(size: Size, rounds: int, *, anew: bool, stock: bool = True) -> Ground:
    """Start the cluster and fill it, unless it is there with that size. Without stock: an empty database beside it."""
    LOCAL.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {"ORSEN_LOCAL": str(LOCAL)}
    run("scripts/local_services.py", "start", environment=environment)
    lines = (LOCAL / "orsen.env").read_text(encoding="utf-8").splitlines()
    environment |= dict(line.split("=", 1) for line in lines if "=" in line)
    environment |= {
        "ORSEN_ENV_FILE": str(LOCAL / "orsen.env"), "DJANGO_SETTINGS_MODULE": "bench.settings",
        "ORSEN_DB_NAME": f"bench_{size.sites}_{size.landlords}_{size.assessments}" if stock else "bench_empty",
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    ground = Ground(size, environment, rounds)
    if stock and (anew or not is_filled(ground)):
        fill(ground)
    else:  # new, or made by an older version of the project
        run("manage.py", "prepare_database", environment=environment)
        run("manage.py", "migrate", "--database=owner", "--verbosity=0", environment=environment)
    os.environ.update(environment)
    import django

    django.setup()
    return ground


def is_filled(ground: Ground) -> bool:
    """Whether the stock is there."""
    import psycopg2

    try:
        return bool(ground.sql("SELECT count(*) FROM bench.points")[0][0])
    except psycopg2.Error:
        return False


def fill(ground: Ground) -> None:
    """Make the database, the territories and the stock, and the same points for the peers."""
    name = ground.environment["ORSEN_DB_NAME"]
    with closing(ground.connection(dbname="postgres")) as connection:
        connection.autocommit = True
        connection.cursor().execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    run("manage.py", "prepare_database", environment=ground.environment)
    run("manage.py", "migrate", "--database=owner", "--verbosity=0", environment=ground.environment)
    folder = Path(ground.environment.get("ORSEN_OPEN_DATA") or ROOT.parent / "shared" / "data")
    if all((folder / file).exists() for file, _kind, _vintage in OPEN_DATA):
        for file, kind, vintage in OPEN_DATA:
            run("manage.py", "import_territories", str(folder / file), "--kind", kind, "--vintage", vintage,
                environment=ground.environment)  # fmt: skip
    else:
        ground.sql(INVENTED_LAND)
    size = ground.size
    run("manage.py", "generate_stock", "--sites", str(size.sites), "--landlords", str(size.landlords),
        "--assessments", str(size.assessments), "--force", environment=ground.environment)  # fmt: skip
    ground.sql(PEER_POINTS)
    with closing(ground.connection()) as connection:
        connection.autocommit = True
        connection.cursor().execute("VACUUM ANALYZE")


# Without the open data: one département of 400 communes of 4 km.
INVENTED_LAND = """
INSERT INTO territory_territory (kind, code, name, vintage, geom, departement_code, commune_codes, iris_type, repaired,
                                 source, created_at)
SELECT 'departement', '98', 'Département', 2024,
       ST_Multi(ST_MakeEnvelope(600000, 6800000, 680000, 6880000, 2154)), '98', '{}', '', false, '', now()
UNION ALL
SELECT 'commune', '98' || to_char(x * 20 + y, 'FM000'), 'Commune ' || (x * 20 + y), 2024,
       ST_Multi(ST_MakeEnvelope(600000 + x * 4000, 6800000 + y * 4000, 604000 + x * 4000, 6804000 + y * 4000, 2154)), '98',
       ARRAY['98' || to_char(x * 20 + y, 'FM000')], '', false, '', now()
FROM generate_series(0, 19) x, generate_series(0, 19) y
"""
# What the peers serve: the points that the prefecture may read, with the attributes of our tiles, and no wall.
PEER_POINTS = """
CREATE SCHEMA IF NOT EXISTS bench;
DROP TABLE IF EXISTS bench.points;
CREATE TABLE bench.points AS
  SELECT shared.site_number(key) AS id, published_level::int AS level, dwellings, ST_Transform(geom, 3857) AS geom
  FROM tenants_site WHERE published_level IS NOT NULL AND state = 'managed' ORDER BY geom;
ALTER TABLE bench.points ADD PRIMARY KEY (id);
ALTER TABLE bench.points ALTER geom TYPE geometry(Point, 3857) USING ST_SetSRID(geom, 3857);
CREATE INDEX ON bench.points USING gist (geom);
"""
