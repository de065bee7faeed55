"""The encoder against an independent decoder, and against the specification's own example."""

from __future__ import annotations

from typing import Any

import mapbox_vector_tile
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.tiles.encode import Labels, encode_points, pack, varint, width_of

POSITIONS = st.integers(0, 4095)
NUMBERS = st.one_of(
    st.integers(-(2**62), 2**62), st.integers(-3, 3), st.sampled_from([127, 128, 16383, 16384])
)
FEATURES = st.lists(
    st.tuples(POSITIONS, POSITIONS, NUMBERS, st.integers(0, 3), st.integers(0, 2**63 - 1)),
    min_size=1,
)
LABELS = ("", "Les Tilleuls", "é « 日本", "x" * 300)


def decode(tile: bytes) -> dict[str, Any]:
    return dict(mapbox_vector_tile.decode(tile, default_options={"y_coord_down": True}))


@given(FEATURES)
def test_what_is_encoded_is_decoded_by_another_program(
    features: list[tuple[int, int, int, int, int]],
) -> None:
    x, y, number, code, ids = (list(column) for column in zip(*features, strict=True))
    tile = encode_points(
        "sites",
        np.array(x),
        np.array(y),
        ids=np.array(ids, dtype=np.uint64),
        attributes={
            "number": np.array(number, dtype=np.int64),
            "label": Labels(np.array(code), LABELS),
        },
    )
    layer = decode(tile)["sites"]
    assert (layer["extent"], layer["version"]) == (4096, 2)
    read = [
        (
            *item["geometry"]["coordinates"],
            item["properties"]["number"],
            item["properties"]["label"],
            item["id"],
        )
        for item in layer["features"]
    ]
    assert read == [(a, b, n, LABELS[c], i) for a, b, n, c, i in features]


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1))
def test_packed_numbers_are_read_back_from_varints_of_one_length(numbers: list[int]) -> None:
    width = width_of(max(numbers))
    packed = pack([(np.array(numbers, dtype=np.uint64), width)])
    assert len(packed) == width * len(numbers)
    rows = [packed[at : at + width] for at in range(0, len(packed), width)]
    assert all(byte & 0x80 for row in rows for byte in row[:-1])
    assert [sum((byte & 0x7F) << 7 * at for at, byte in enumerate(row)) for row in rows] == numbers
    assert width == len(varint(max(numbers)))


def test_varints_of_the_protocol_buffers_documentation() -> None:
    assert [varint(1), varint(150), varint(300)] == [b"\x01", b"\x96\x01", b"\xac\x02"]


def test_a_point_of_the_specification_is_moveto_25_17() -> None:
    # Section 4.3.5.1 of the specification: MoveTo(+25, +17) is [9, 50, 34]; each position takes two bytes.
    assert b"\x22\x05\x09\xb2\x00\xa2\x00" in encode_points("p", np.array([25]), np.array([17]))


def test_layers_without_ids_or_attributes_and_an_extent_of_their_own() -> None:
    layer = decode(encode_points("p", np.array([1, 2]), np.array([3, 4]), extent=512))["p"]
    assert layer["extent"] == 512
    assert [item["properties"] for item in layer["features"]] == [{}, {}]
    assert [item["geometry"]["coordinates"] for item in layer["features"]] == [[1, 3], [2, 4]]


def test_no_point_is_no_layer() -> None:
    assert encode_points("p", np.array([], dtype=int), np.array([], dtype=int)) == b""


def test_equal_values_are_written_once() -> None:
    same = encode_points(
        "p", np.arange(100), np.arange(100), attributes={"n": np.full(100, 77_777)}
    )
    different = encode_points(
        "p", np.arange(100), np.arange(100), attributes={"n": np.arange(77_777, 77_877)}
    )
    assert same.count(b"\x28" + varint(77_777)) == 1
    assert len(different) - len(same) >= 99 * 6


def test_columns_of_unequal_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="broadcast"):
        encode_points("p", np.arange(3), np.arange(4))
