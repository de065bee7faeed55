"""What the wall costs: the same SQL behind it and past it, side by side."""

from __future__ import annotations

import statistics
import time
from contextlib import closing
from typing import Any

from bench.ground import Ground
from bench.registry import Figure, subject

SUBJECT = "wall"
REPEATS = 120
MOST_TIMES, MOST_MORE_MS = 1.2, 0.2
PLANS = {
    "planned as it is": "SELECT 1",
    "planned without bitmaps": "SET LOCAL enable_bitmapscan = off",
}
STATEMENTS = {
    "the landlord's list": (
        "SELECT s.id, s.key, s.code, s.name, s.address, s.commune_name, s.dwellings, s.current_level, a.name "
        "FROM tenants_site s LEFT JOIN tenants_agency a ON a.id = s.agency_id {where} ORDER BY s.name, s.id LIMIT 51"
    ),
    "the map's window": (
        "SELECT s.id, s.name, s.current_level, s.dwellings FROM tenants_site s "
        "{where} {and_} s.state = 'managed' AND s.geom && ST_MakeEnvelope(%(x)s, %(y)s, %(x)s + 6000, %(y)s + 6000, 2154) "
        "ORDER BY s.current_level DESC NULLS LAST, s.name, s.id LIMIT 101"
    ),
    "a tile": (
        "SELECT s.id, s.tile_x, s.tile_y, s.current_level, s.dwellings FROM tenants_site s "
        "{where} {and_} s.state = 'managed' AND s.geom && ST_MakeEnvelope(%(x)s, %(y)s, %(x)s + 9000, %(y)s + 9000, 2154)"
    ),
    "all points of the landlord": (
        "SELECT s.id, s.tile_x, s.tile_y, s.current_level, s.dwellings FROM tenants_site s "
        "{where} {and_} s.state = 'managed' AND s.geom IS NOT NULL"
    ),
}


@subject(SUBJECT)
def measure(ground: Ground) -> list[Figure]:
    """Each statement behind the wall as the web login, and past it as a superuser with a literal condition.

    Past the wall the planner is asked twice, as it is and without bitmap scans, and the faster of the two counts; the
    literal has the column's type, without which its condition would miss the index of landlord and place. A poor plan
    past the wall is not to our credit.
    """
    spots = ground.sql(
        "SELECT landlord_id, ST_X(geom) - 3000, ST_Y(geom) - 3000 FROM tenants_site WHERE geom IS NOT NULL "
        "ORDER BY md5(key::text) LIMIT %s", REPEATS,
    )  # fmt: skip
    figures = []
    web = {"user": "orsen_web", "password": ground.environment["ORSEN_DB_WEB_PASSWORD"]}
    with closing(ground.connection(**web)) as behind, closing(ground.connection()) as past:
        for name, statement in STATEMENTS.items():
            inside = statement.format(
                where="WHERE true" if "{and_}" in statement else "", and_="AND"
            )
            outside = statement.format(
                where="WHERE s.landlord_id = %(landlord)s::bigint", and_="AND"
            )
            for _turn in range(2):  # the first turn fills the caches
                ours: list[float] = []
                others: dict[str, list[float]] = {plan: [] for plan in PLANS}
                for at, (landlord, x, y) in enumerate(spots):
                    values = {"landlord": landlord, "x": x, "y": y}
                    seen: set[int] = set()
                    turns = ["behind", *PLANS]
                    for turn in turns[at % len(turns) :] + turns[: at % len(turns)]:
                        if turn == "behind":
                            taken, rows = timed_behind(behind, inside, values)
                            ours.append(taken)
                        else:
                            taken, rows = timed_past(past, outside, values, PLANS[turn])
                            others[turn].append(taken)
                        seen.add(rows)
                    assert len(seen) == 1, (name, landlord, seen)
            a = statistics.median(ours)
            b, plan = min((statistics.median(taken), plan) for plan, taken in others.items())
            figures.append(
                Figure(SUBJECT, name, "ms", a, b, f"the same SQL without the wall, {plan}", a / b,
                       max(MOST_TIMES, (b + MOST_MORE_MS) / b), at_most=True,
                       note=f"median of {len(spots)}; promised: at most {MOST_TIMES} times or {MOST_MORE_MS} ms more "
                            f"({a - b:+.2f} ms)")
            )  # fmt: skip
    return figures


def timed_behind(connection: Any, statement: str, values: dict[str, Any]) -> tuple[float, int]:
    """One statement in a signed context, opening it not counted."""
    from tenants.wall.context import BEGAN, TAKE, Scope, sign

    with connection, connection.cursor() as cursor:
        cursor.execute(BEGAN)
        began = int(cursor.fetchone()[0])
        cursor.execute(TAKE["landlord"], [sign(Scope("landlord", values["landlord"], 1), began)])
        return timed(cursor, statement, values)


def timed_past(
    connection: Any, statement: str, values: dict[str, Any], setting: str
) -> tuple[float, int]:
    """The same past the wall, planned under a setting."""
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.execute(setting)
        return timed(cursor, statement, values)


def timed(cursor: Any, statement: str, values: dict[str, Any]) -> tuple[float, int]:
    """Milliseconds and rows."""
    started = time.perf_counter()
    cursor.execute(statement, values)
    rows = cursor.fetchall()
    return 1000 * (time.perf_counter() - started), len(rows)
