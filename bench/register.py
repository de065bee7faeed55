"""The national register: one import, its floor, and what a GIS team would do instead. The subject `register`.

In one run, on one file and one server: `COPY` of the whole file into a plain table with one `GROUP BY` (the floor), the
command of the product, then the same job by pandas and geopandas, and by ogr2ogr and SQL. Each in a process of its own;
its memory is the sum of what its processes hold at once, PostgreSQL's apart.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orsen.settings.demo")
KEY = '"DEPCOM", "NUMVOIE", "INDREP", "TYPVOIE", "NOMVOIE", "X", "Y", "EPSG", "PLG_IRIS2024_CODE", "PLG_QP24"'
VINTAGE = 2025
FLOOR, PRODUCT = "floor", "product"
SECONDS_BETWEEN_LOOKS = 0.1
SAME = ("number", "street", "postcode", "commune_code", "arrondissement_code", "commune_name", "departement_code",
        "construction_year", "iris_code", "qpv_code", "quality", "dwellings")  # fmt: skip
# Versions of PROJ may round the last centimetre otherwise.
DIFFERENT = f"""
SELECT coalesce(ours.match_key, theirs.match_key) FROM {{ours}} ours FULL JOIN {{theirs}} theirs USING (match_key)
WHERE ({", ".join(f"ours.{each}" for each in SAME)}) IS DISTINCT FROM ({", ".join(f"theirs.{each}" for each in SAME)})
  OR (ours.geom IS NULL) <> (theirs.geom IS NULL) OR ST_Distance(ours.geom, theirs.geom) > 0.015 ORDER BY 1
"""


def connection() -> Any:
    """A connection of the owner's, past Django."""
    from django.db import connections

    owner = connections["owner"]
    raw = owner.get_new_connection(owner.get_connection_params())
    raw.autocommit = True
    return raw


def floor(raw: Any, path: Path, name: str) -> None:
    """COPY into a table of text columns, then one GROUP BY."""
    with path.open(encoding="utf-8-sig") as file:
        names = file.readline().strip().split(";")
    with raw.cursor() as cursor, path.open("rb") as lines:
        columns = ", ".join(f'"{each}" text' for each in names)
        cursor.execute(f"CREATE UNLOGGED TABLE bench_floor ({columns})")
        cursor.copy_expert(
            "COPY bench_floor FROM STDIN WITH (FORMAT csv, DELIMITER ';', HEADER)", lines
        )
        cursor.execute(
            f"CREATE UNLOGGED TABLE {name} AS SELECT {KEY}, count(*) AS n FROM bench_floor GROUP BY {KEY}"
        )
        cursor.execute("DROP TABLE bench_floor")


def product(_raw: Any, path: Path, _name: str) -> None:
    """The command."""
    from django.core.management import call_command

    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        call_command("import_register", path, vintage=VINTAGE, stdout=nowhere, stderr=nowhere)


def by_geopandas(raw: Any, path: Path, name: str) -> None:
    """Imported when its turn comes: the others do not pay for it."""
    from bench.register_peers import by_geopandas as job

    job(raw, path, name)


def by_ogr2ogr(raw: Any, path: Path, name: str) -> None:
    """Likewise."""
    from bench.register_peers import by_ogr2ogr as job

    job(raw, path, name)


WAYS: dict[str, Callable[[Any, Path, str], None]] = {
    FLOOR: floor, PRODUCT: product, "geopandas": by_geopandas, "ogr2ogr": by_ogr2ogr,
}  # fmt: skip
PEERS = ("geopandas", "ogr2ogr")


def drop(raw: Any) -> None:
    """The tables of the ways."""
    with raw.cursor() as cursor:
        for way in WAYS:
            cursor.execute(f"DROP TABLE IF EXISTS bench_register_{way}")
        cursor.execute(
            "DROP TABLE IF EXISTS bench_floor, bench_ogr, bench_ogr_counted, bench_ogr_cleaned"
        )


def differences(raw: Any, path: Path) -> tuple[int, dict[str, list[str]]]:
    """Addresses of the product, and the keys whose row a peer has otherwise (or has not, or has more)."""
    from tenants.reference.services import TABLE

    drop(raw)
    product(raw, path, "")
    found: dict[str, list[str]] = {}
    with raw.cursor() as cursor:
        ours = f"(SELECT * FROM {TABLE} WHERE vintage = {VINTAGE})"
        for way in PEERS:
            name = f"bench_register_{way}"
            WAYS[way](raw, path, name)
            cursor.execute(DIFFERENT.format(ours=ours, theirs=name))
            found[way] = [key for (key,) in cursor.fetchall()]
        cursor.execute(f"SELECT count(*) FROM {ours} ours")
        addresses = int(cursor.fetchone()[0])
    drop(raw)
    return addresses, found


def measure(way: str, path: Path) -> dict[str, Any]:
    """Seconds and most memory (MB) of one way, in its own process. Raises CalledProcessError."""
    words = [sys.executable, "-m", "bench.register", way, str(path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as job:
        most = 0
        while job.poll() is None:
            most = max(most, memory(job.pid))
            time.sleep(SECONDS_BETWEEN_LOOKS)
        assert job.stdout is not None
        told = job.stdout.read()
    if job.returncode:
        raise subprocess.CalledProcessError(job.returncode, words)
    return json.loads(told.splitlines()[-1]) | {"way": way, "megabytes": most >> 20}


def memory(pid: int) -> int:
    """Bytes that a process and its children hold; what they share is counted in each."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:  # it ended meanwhile
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(memory(int(child)) for child in children)


def main() -> None:
    """One way on one file; the last line is one JSON object."""
    import django

    django.setup()
    way, path = sys.argv[1], Path(sys.argv[2])
    with closing(connection()) as raw:
        drop(raw)
        started = time.perf_counter()
        WAYS[way](raw, path, f"bench_register_{way}")
        print(json.dumps({"seconds": round(time.perf_counter() - started, 1)}))
        drop(raw)


if __name__ == "__main__":
    main()
