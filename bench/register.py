"""The national register: one import, its floor, and what a GIS team would do instead. python -m bench.register [ROWS].

In one run, on one file and one server: `COPY` of the whole file into a plain table with one `GROUP BY` (the floor), the
import of the product, then the same job (addresses with their dwellings and a point in EPSG:2154, in PostGIS) by pandas
and geopandas, and by ogr2ogr and SQL. Each in a process of its own; peak memory is that process's. Peers do less: they
neither clean addresses nor look at the CRS of each row. Needs `ORSEN_BENCH_REGISTER` (a file) or writes one.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orsen.settings.demo")
FOLDER = Path(".local/bench")
KEY = '"DEPCOM", "NUMVOIE", "INDREP", "TYPVOIE", "NOMVOIE", "X", "Y", "EPSG", "PLG_IRIS2024_CODE", "PLG_QP24"'
NAMES = [name.strip('" ') for name in KEY.split(",")]


def connection():  # type: ignore[no-untyped-def]
    """The owner's own connection, past Django."""
    import django

    django.setup()
    from django.db import connections

    connections["owner"].ensure_connection()
    raw = connections["owner"].connection
    raw.rollback()
    raw.autocommit = True
    return raw


def floor(path: Path) -> int:
    """COPY into a table of text columns, then one GROUP BY."""
    with path.open(encoding="utf-8-sig") as file:
        names = file.readline().strip().split(";")
    with connection().cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_floor, bench_grouped")
        cursor.execute(
            f"CREATE UNLOGGED TABLE bench_floor ({', '.join(f'{chr(34)}{n}{chr(34)} text' for n in names)})"
        )
        with path.open("rb") as file:
            cursor.copy_expert(
                "COPY bench_floor FROM STDIN WITH (FORMAT csv, DELIMITER ';', HEADER)", file
            )
        cursor.execute(
            f"CREATE UNLOGGED TABLE bench_grouped AS SELECT {KEY}, count(*) AS n FROM bench_floor GROUP BY {KEY}"
        )
        cursor.execute("SELECT count(*) FROM bench_grouped")
        found = int(cursor.fetchone()[0])
        cursor.execute("DROP TABLE bench_floor, bench_grouped")
    return found


def product(path: Path) -> int:
    """The command."""
    import django

    django.setup()
    from tenants.reference.services import import_register

    return import_register(path, 2025).addresses


def by_geopandas(path: Path) -> int:
    """Read the columns, count, make points, reproject, write by COPY."""
    import geopandas
    import pandas as pd
    import shapely

    frame = pd.read_csv(path, sep=";", usecols=NAMES, dtype=str, encoding="utf-8-sig")
    counted = frame.groupby(NAMES, dropna=False).size().reset_index(name="n")
    parts = []
    for code, part in counted.groupby(counted["EPSG"].fillna("2154")):
        points = geopandas.points_from_xy(
            pd.to_numeric(part["X"]), pd.to_numeric(part["Y"]), crs=f"EPSG:{code}"
        )
        parts.append(geopandas.GeoDataFrame(part, geometry=points).to_crs("EPSG:2154"))
    whole = pd.concat(parts)
    whole["geom"] = shapely.to_wkb(whole.geometry.to_numpy(), hex=True)
    target = FOLDER / "geopandas.csv"
    whole[[*NAMES, "n", "geom"]].to_csv(target, index=False)
    with connection().cursor() as cursor, target.open("rb") as file:
        cursor.execute("DROP TABLE IF EXISTS bench_geopandas")
        columns = ", ".join(f'"{name}" text' for name in NAMES)
        cursor.execute(f"CREATE TABLE bench_geopandas ({columns}, n integer, geom geometry)")
        cursor.copy_expert("COPY bench_geopandas FROM STDIN WITH (FORMAT csv, HEADER)", file)
        cursor.execute("DROP TABLE bench_geopandas")
    target.unlink()
    return len(whole)


def by_ogr2ogr(path: Path) -> int:
    """Load the file as a table by ogr2ogr, then SQL."""
    raw = connection()
    told = raw.get_dsn_parameters()
    target = (
        f"PG:host={told['host']} port={told['port']} user={told['user']} dbname={told['dbname']}"
    )
    with raw.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_ogr, bench_ogr_grouped")
    password = {"PGPASSWORD": raw.info.password, "PG_USE_COPY": "YES"}
    subprocess.run(
        ["ogr2ogr", "-f", "PostgreSQL", target, f"CSV:{path}", "-nln", "bench_ogr", "-oo", "SEPARATOR=SEMICOLON",
         "-lco", "UNLOGGED=YES", "-lco", "LAUNDER=NO", "-gt", "unlimited"],
        check=True, env=os.environ | password,
    )  # fmt: skip
    with raw.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE bench_ogr_grouped AS SELECT {KEY}, count(*) AS n, CASE WHEN \"X\" <> '' THEN "
            'ST_Transform(ST_SetSRID(ST_MakePoint("X"::float8, "Y"::float8), "EPSG"::int), 2154) END AS geom '
            f"FROM bench_ogr GROUP BY {KEY}"
        )
        cursor.execute("SELECT count(*) FROM bench_ogr_grouped")
        found = int(cursor.fetchone()[0])
        cursor.execute("DROP TABLE bench_ogr, bench_ogr_grouped")
    return found


WAYS: dict[str, Callable[[Path], int]] = {
    "floor": floor,
    "product": product,
    "geopandas": by_geopandas,
    "ogr2ogr": by_ogr2ogr,
}


def measure(way: str, path: Path) -> dict[str, object]:
    """Seconds, peak MB and addresses of one way, in its own process."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.register", "--way", way, str(path)],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        return {"way": way, "failed": done.stderr.strip().splitlines()[-1:]}
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Every way on one file, then the ratios; the last line is one JSON object."""
    if sys.argv[1:2] == ["--way"]:
        started = time.perf_counter()
        addresses = WAYS[sys.argv[2]](Path(sys.argv[3]))
        seconds = time.perf_counter() - started
        peak = (
            max(
                resource.getrusage(who).ru_maxrss
                for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
            )
            // 1024
        )
        print(
            json.dumps(
                {
                    "way": sys.argv[2],
                    "seconds": round(seconds, 1),
                    "peak_mb": peak,
                    "addresses": addresses,
                }
            )
        )
        return
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 5_400_000
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = Path(os.environ.get("ORSEN_BENCH_REGISTER", FOLDER / f"register-{rows}.csv"))
    if not path.is_file():
        from bench.register_file import write

        write(path, rows)
    wanted = os.environ.get("ORSEN_BENCH_WAYS", ",".join(WAYS)).split(",")
    results = {way: measure(way, path) for way in wanted}
    for found in results.values():
        print(found)
    seconds = {
        way: float(str(found["seconds"])) for way, found in results.items() if "seconds" in found
    }
    ratios = {
        f"product/{way}": round(seconds["product"] / seconds[way], 2)
        for way in seconds
        if way != "product"
    }
    print(
        json.dumps(
            {"megabytes": path.stat().st_size // 10**6, "ways": list(results.values())} | ratios
        )
    )


if __name__ == "__main__":
    main()
