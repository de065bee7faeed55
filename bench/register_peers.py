"""What a GIS team would do instead of `import_register`: geopandas, and ogr2ogr with SQL, to the same table.

Both clean addresses with the product's own functions, over distinct lines only, so that the cleaning is the same and
costs them no more than us. Reading, counting, coordinates, choosing and writing are theirs. `bench.register` compares
the tables row for row.
"""

from __future__ import annotations

import csv
import io
import os
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

TEXTS = ("match_key", "number", "street", "postcode", "commune_code", "arrondissement_code", "commune_name",
         "departement_code", "construction_year", "iris_code", "qpv_code")  # fmt: skip
PLACED = ("x", "y", "epsg", "xy_quality")
TABLE = (
    "CREATE TABLE {name} (match_key text, number text, street text, postcode text, commune_code text, arrondissement_code "
    "text, commune_name text, departement_code text, construction_year smallint, iris_code text, qpv_code text, quality "
    "text, dwellings integer, geom geometry(Point, 2154))"
)


def cleaned(
    fields: list[str], lines: Iterable[tuple[str, ...]]
) -> Iterator[tuple[str, ...] | None]:
    """The texts of TEXTS for lines of cells without their coordinates; None for a line that has no address."""
    from tenants.imports.cleaning.notes import RejectedRowError
    from tenants.imports.stock.communes import CommuneBook
    from tenants.imports.stock.rows import RowReader
    from tenants.reference.cleaning import line_of

    reader = RowReader(fields, CommuneBook())
    for line in lines:
        try:
            row, _one = reader.read(list(line))
        except RejectedRowError:
            yield None
        else:
            yield tuple(line_of(row, 0).split("\t")[: len(TEXTS)])


def layout(path: Path) -> dict[str, str]:
    """The fields that are read of the file, and the columns that hold them."""
    from tenants.reference.streaming import recognise

    file = recognise(path)
    return {field: file.names[at] for field, at in zip(file.fields, file.indexes, strict=True)}


def by_geopandas(raw: Any, path: Path, name: str) -> None:
    """Read the columns, count, clean, make points, reproject, choose and write by COPY."""
    import geopandas
    import pandas as pd
    import shapely

    from tenants.imports.cleaning.positions import EXTENTS, QUALITY

    columns = layout(path)
    frame = pd.read_csv(path, sep=";", usecols=list(columns.values()), dtype=str, keep_default_na=False,
                        encoding="utf-8-sig")  # fmt: skip
    counted = frame.groupby(list(columns.values()), sort=False).size().reset_index(name="dwellings")
    del frame
    fields = [field for field in columns if field not in PLACED]
    lines = counted[[columns[field] for field in fields]].itertuples(index=False, name=None)
    texts = list(cleaned(fields, lines))
    kept = [text is not None for text in texts]
    counted = counted[kept].reset_index(drop=True)
    table = pd.DataFrame([text for text in texts if text is not None], columns=list(TEXTS))
    table["dwellings"] = counted["dwellings"]
    given = (counted[columns["x"]] != "") | (counted[columns["y"]] != "")
    quality = counted[columns["xy_quality"]].map(QUALITY).fillna("address").where(given, "none")
    table["x"], table["y"] = float("nan"), float("nan")
    for code, part in counted[given & (quality != "commune")].groupby(columns["epsg"]):
        west, south, east, north = EXTENTS.get(int(code), (1, 1, 0, 0))
        x, y = pd.to_numeric(part[columns["x"]]), pd.to_numeric(part[columns["y"]])
        inside = x.between(west, east) & y.between(south, north)
        points = geopandas.GeoSeries.from_xy(x[inside], y[inside], crs=f"EPSG:{code}").to_crs(2154)
        table.loc[points.index, "x"], table.loc[points.index, "y"] = (
            points.x.round(2),
            points.y.round(2),
        )
    table["quality"] = quality.where(table["x"].notna() | (quality == "commune"), "none")
    said = table.groupby([*TEXTS, "x", "y", "quality"], dropna=False, sort=False, as_index=False)[
        "dwellings"
    ].sum()
    said["nowhere"] = said["x"].isna()
    order = ["match_key", "nowhere", "dwellings", "street", "construction_year", "number", "postcode", "commune_code",
             "arrondissement_code", "commune_name", "iris_code", "qpv_code", "x", "y", "quality"]  # fmt: skip
    said = said.sort_values(order, ascending=[each != "dwellings" for each in order])
    one = said.drop_duplicates("match_key").copy()
    one["dwellings"] = one["match_key"].map(said.groupby("match_key")["dwellings"].sum())
    points = shapely.points(one["x"].to_numpy(), one["y"].to_numpy())
    one["geom"] = shapely.to_wkb(shapely.set_srid(points, 2154), hex=True, include_srid=True)
    one.loc[one["nowhere"], "geom"] = r"\N"
    body = io.StringIO()
    one[[*TEXTS, "quality", "dwellings", "geom"]].to_csv(
        body, sep="\t", index=False, header=False, quoting=csv.QUOTE_NONE
    )
    body.seek(0)
    with raw.cursor() as cursor:
        cursor.execute(TABLE.format(name=name))
        cursor.copy_expert(f"COPY {name} FROM STDIN", body)
        cursor.execute(f"CREATE UNIQUE INDEX ON {name} (match_key)")


def by_ogr2ogr(raw: Any, path: Path, name: str) -> None:
    """Load the file as a table by ogr2ogr; count, place and choose in SQL."""
    from tenants.imports.cleaning.positions import EXTENTS, QUALITY

    columns = layout(path)
    told = raw.get_dsn_parameters()
    target = (
        f"PG:host={told['host']} port={told['port']} user={told['user']} dbname={told['dbname']}"
    )
    with raw.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_ogr, bench_ogr_counted, bench_ogr_cleaned")
    subprocess.run(
        ["ogr2ogr", "-f", "PostgreSQL", target, f"CSV:{path}", "-nln", "bench_ogr", "-oo", "SEPARATOR=SEMICOLON",
         "-lco", "UNLOGGED=YES", "-lco", "LAUNDER=NO", "-gt", "unlimited"],
        check=True, env=os.environ | {"PGPASSWORD": raw.info.password, "PG_USE_COPY": "YES"},
    )  # fmt: skip
    fields = [field for field in columns if field not in PLACED]
    quoted = ", ".join(f'"{column}" AS {field}' for field, column in columns.items())
    extents = ", ".join(f"({code}, {west}, {south}, {east}, {north})"
                        for code, (west, south, east, north) in EXTENTS.items())  # fmt: skip
    qualities = ", ".join(f"('{code}', '{word}')" for code, word in QUALITY.items())
    texts = ", ".join(TEXTS)
    with raw.cursor() as cursor:
        cursor.execute("SET work_mem = '128MB'")
        cursor.execute(
            "CREATE UNLOGGED TABLE bench_ogr_counted AS SELECT row_number() OVER () AS id, * FROM "
            f"(SELECT {quoted}, count(*) AS n FROM bench_ogr GROUP BY {', '.join(columns)}) said"
        )
        out, back = io.StringIO(newline=""), io.StringIO()
        cursor.copy_expert(
            f"COPY (SELECT id, {', '.join(fields)} FROM bench_ogr_counted) TO STDOUT CSV", out
        )
        out.seek(0)
        lines = [(line[0], tuple(line[1:])) for line in csv.reader(out)]
        for (number, _line), text in zip(
            lines, cleaned(fields, (line for _n, line in lines)), strict=True
        ):
            if text is not None:
                back.write("\t".join((number, *text)) + "\n")
        back.seek(0)
        types = ", ".join(
            f"{each} {'smallint' if each == 'construction_year' else TEXT}" for each in TEXTS
        )
        cursor.execute(f"CREATE UNLOGGED TABLE bench_ogr_cleaned (id bigint, {types})")
        cursor.copy_expert("COPY bench_ogr_cleaned FROM STDIN", back)
        cursor.execute(TABLE.format(name=name))
        cursor.execute(
            f"""
            INSERT INTO {name} SELECT DISTINCT ON (match_key) {texts}, quality,
              sum(dwellings) OVER (PARTITION BY match_key), geom
            FROM (
              SELECT {texts}, geom, CASE WHEN geom IS NOT NULL OR said = 'commune' THEN said ELSE 'none' END AS quality,
                sum(n) AS dwellings
              FROM (
                SELECT cleaned.*, n, CASE WHEN x = '' AND y = '' THEN 'none' ELSE coalesce(word, 'address') END AS said,
                  CASE WHEN word IS DISTINCT FROM 'commune' AND x <> '' AND y <> ''
                    AND x::float8 BETWEEN west AND east AND y::float8 BETWEEN south AND north
                  THEN ST_SnapToGrid(ST_Transform(ST_SetSRID(ST_MakePoint(x::float8, y::float8), code), 2154), 0.01)
                  END AS geom
                FROM bench_ogr_cleaned cleaned JOIN bench_ogr_counted counted USING (id)
                LEFT JOIN (VALUES {extents}) extent (code, west, south, east, north) ON code = nullif(epsg, '')::int
                LEFT JOIN (VALUES {qualities}) quality (digits, word) ON digits = xy_quality
              ) placed GROUP BY {texts}, geom, said
            ) said
            ORDER BY match_key, geom IS NULL, dwellings DESC, street, construction_year, number, postcode, commune_code,
              arrondissement_code, commune_name, iris_code, qpv_code, ST_X(geom), ST_Y(geom), quality
            """
        )
        cursor.execute(f"CREATE UNIQUE INDEX ON {name} (match_key)")
        cursor.execute("DROP TABLE bench_ogr, bench_ogr_counted, bench_ogr_cleaned")


TEXT = 'text COLLATE "C"'
