"""Points in degrees: the same as GEOS makes them, in any thread."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.gis.geos import Point

from gis.degrees import in_degrees


@pytest.mark.parametrize("srid", [2154, 3857, 4326])
def test_the_same_as_a_transformation_made_for_each(srid: int) -> None:
    point = Point(2.41, 48.92, srid=4326).transform(srid, clone=True)
    expected = point.transform(4326, clone=True)
    before = point.coords
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(in_degrees, [point.clone() for _ in range(20)]))
    assert {each.srid for each in found} == {4326}
    for each in found:
        assert each.coords == pytest.approx(expected.coords, abs=1e-9)
    assert 2.4 < found[0].x < 2.5  # longitude first
    in_degrees(point)
    assert point.coords == before


def test_a_point_without_a_reference_system_is_refused() -> None:
    with pytest.raises(ValueError, match="SRID"):
        in_degrees(Point(1, 2))
