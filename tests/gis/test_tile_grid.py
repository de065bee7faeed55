"""Positions become whole numbers the same way from metres, from degrees and in the database."""

from __future__ import annotations

import math

import numpy as np
import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from gis.tiles import grid


@given(st.floats(-180, 179.999), st.floats(-85, 85))
def test_degrees_fall_in_the_usual_tile(longitude: float, latitude: float) -> None:
    x, y = grid.quantise_degrees([longitude], [latitude])
    z = 14
    # The formula of the slippy map, from tangent and secant.
    radians = math.radians(latitude)
    column = (longitude + 180) / 360 * 2**z
    row = (1 - math.log(math.tan(radians) + 1 / math.cos(radians)) / math.pi) / 2 * 2**z
    assert abs(int(x[0]) / 2 ** (32 - z) - column) < 1e-4
    assert abs(int(y[0]) / 2 ** (32 - z) - row) < 1e-4


def test_metres_and_degrees_agree_on_the_corners() -> None:
    side = grid.HALF_SIDE_M
    x, y = grid.quantise([-side, 0, side * 2], [side, 0, -side * 2])
    assert x.tolist() == [0, 2**31, 2**32 - 1]
    assert y.tolist() == [0, 2**31, 2**32 - 1]


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_morton_keys_interleave_the_bits(x: int, y: int) -> None:
    key = grid.morton(np.array([x], dtype=np.uint32), np.array([y], dtype=np.uint32))
    bits = "".join(b + a for a, b in zip(f"{x:032b}", f"{y:032b}", strict=True))
    assert int(key[0]) == int(bits, 2)


@pytest.mark.django_db(databases=["owner"])
def test_the_database_quantises_like_numpy() -> None:
    places = [(652_000.0, 6_862_000.0), (700_123.4, 6_500_000.5), (1_020_000.0, 6_300_000.0)]
    sql_x, sql_y = grid.quantised_sql("geom")
    with connections["owner"].cursor() as cursor:
        for x, y in places:
            cursor.execute(
                f"SELECT {sql_x}, {sql_y}, ST_X(ST_Transform(geom, 3857)), ST_Y(ST_Transform(geom, 3857)) "
                "FROM (SELECT ST_SetSRID(ST_MakePoint(%s, %s), 2154) AS geom) AS place",
                [x, y],
            )
            steps_x, steps_y, metres_x, metres_y = cursor.fetchone()
            expected = grid.quantise([metres_x], [metres_y])
            # Order of operations differs by a rounding of the last bit: one step is 9 mm.
            assert abs(steps_x - int(expected[0][0])) <= 1
            assert abs(steps_y - int(expected[1][0])) <= 1
