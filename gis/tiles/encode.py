"""Encode points as a Mapbox Vector Tile, version 2.1, with numpy.

Every feature of a layer has the same shape, so a layer is a table of bytes, one row a feature: a varint is written with
the bytes that the largest of its column needs, which every reader of protocol buffers accepts, and the table is filled
column by column. Positions inside a tile take two bytes either way; what is lost is a byte here and there. Specification: https://github.com/mapbox/vector-tile-spec/tree/master/2.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

EXTENT: Final = 4096

# Tags of protocol buffers, field number << 3 | wire type (0 varint, 2 bytes).
TILE_LAYER, LAYER_VERSION, LAYER_NAME, LAYER_FEATURE = 0x1A, 0x78, 0x0A, 0x12
LAYER_KEY, LAYER_VALUE, LAYER_EXTENT = 0x1A, 0x22, 0x28
FEATURE_ID, FEATURE_TAGS, FEATURE_TYPE, FEATURE_GEOMETRY = 0x08, 0x12, 0x18, 0x22
VALUE_STRING, VALUE_UINT, VALUE_SINT = 0x0A, 0x28, 0x30
POINT, MOVE_TO_ONCE = 1, 9

# From so many features on, values below a multiple of their number are told apart by counting, others by sorting.
COUNTED_FROM: Final = 500
COUNTED_SPREAD: Final = 4


@dataclass(frozen=True, slots=True)
class Labels:
    """A text attribute: `labels[codes[i]]` is the text of feature i."""

    codes: NDArray[np.integer[Any]]
    labels: tuple[str, ...]


Attribute = NDArray[np.integer[Any]] | Labels


def varint(value: int) -> bytes:
    """A non-negative number as base-128 varint."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def zigzag(value: int) -> int:
    """0, −1, 1, −2, … as 0, 1, 2, 3, …"""
    return value << 1 if value >= 0 else (-value << 1) - 1


def field(tag: int, body: bytes) -> bytes:
    """A length-delimited field."""
    return bytes((tag,)) + varint(len(body)) + body


@lru_cache(maxsize=1 << 16)
def number_value(value: int) -> bytes:
    """A value of the layer that is a whole number."""
    tag, body = (VALUE_SINT, zigzag(value)) if value < 0 else (VALUE_UINT, value)
    return field(LAYER_VALUE, bytes((tag,)) + varint(body))


def table(attribute: Attribute) -> tuple[list[bytes], NDArray[np.integer[Any]]]:
    """The distinct values of an attribute as values of the layer, and for each feature the index of its own."""
    if isinstance(attribute, Labels):
        used, index = distinct(attribute.codes)
        return [
            field(LAYER_VALUE, field(VALUE_STRING, attribute.labels[code].encode()))
            for code in used.tolist()
        ], index
    values, index = distinct(attribute)
    return [number_value(value) for value in values.tolist()], index


def distinct(
    values: NDArray[np.integer[Any]],
) -> tuple[NDArray[np.integer[Any]], NDArray[np.integer[Any]]]:
    """The distinct values in order, and for each entry the place of its own among them.

    Many small numbers are counted, which is an order of magnitude faster than sorting them.
    """
    few = len(values) < COUNTED_FROM
    if few or int(values.min()) < 0 or int(values.max()) > COUNTED_SPREAD * len(values):
        return np.unique(values, return_inverse=True)
    used = np.flatnonzero(np.bincount(values))
    place = np.zeros(int(used[-1]) + 1, dtype=np.uint32)
    place[used] = np.arange(len(used), dtype=np.uint32)
    return used, place[values]


def width_of(largest: int) -> int:
    """Bytes that a number takes as a varint."""
    return max(1, -(-largest.bit_length() // 7))


def pack(columns: list[tuple[Any, int]]) -> bytes:
    """Rows of varints as bytes, row after row.

    A column is (values, width): an array with one entry a row, or one number for all rows; and the bytes that every row
    gives it. Varints may be longer than they must (a continued byte that adds nothing), so that rows have one length and
    whole columns are written at once.
    """
    rows = max(len(values) for values, _width in columns if not isinstance(values, int))
    out = np.empty((rows, sum(width for _values, width in columns)), dtype=np.uint8)
    at = 0
    for values, width in columns:
        for position in range(width):
            more = 0x80 if position < width - 1 else 0
            if isinstance(values, int):
                out[:, at] = values >> (7 * position) & 0x7F | more
            elif width == 1:
                out[:, at] = values
            else:
                part = values >> values.dtype.type(7 * position) if position else values
                out[:, at] = part & part.dtype.type(0x7F) | part.dtype.type(more)
            at += 1
    return out.tobytes()


def encode_points(
    name: str,
    x: NDArray[np.integer[Any]],
    y: NDArray[np.integer[Any]],
    *,
    ids: NDArray[np.unsignedinteger[Any]] | None = None,
    attributes: Mapping[str, Attribute] | None = None,
    extent: int = EXTENT,
) -> bytes:
    """One layer of points, ready to be put after others in a tile; empty bytes without points.

    x, y: coordinates inside the tile, 0 … extent − 1, y to the south. ids: feature ids (keep them below 2⁵³ for
    browsers). attributes: one array of whole numbers or `Labels` for each name, one entry a feature.
    """
    if not len(x):
        return b""
    # MoveTo takes the zigzag of the first point, which is never negative inside the tile.
    zx, zy = (np.asarray(steps).astype(np.uint16) << np.uint16(1) for steps in (x, y))
    side = width_of(2 * extent - 1)
    keys: list[bytes] = []
    messages: list[bytes] = []
    tags: list[tuple[Any, int]] = []
    for key, attribute in (attributes or {}).items():
        values, index = table(attribute)
        place = index.astype(np.uint32) + np.uint32(len(messages))
        tags += [
            number(len(keys)),
            (place, width_of(len(messages) + len(values) - 1)),
        ]
        keys.append(key.encode())
        messages += values
    body: list[tuple[Any, int]] = []
    if ids is not None:
        body += [number(FEATURE_ID), (ids, width_of(int(ids.max())))]
    if tags:
        body += [number(FEATURE_TAGS), number(total(tags)), *tags]
    body += [
        number(byte) for byte in (FEATURE_TYPE, POINT, FEATURE_GEOMETRY, 1 + 2 * side, MOVE_TO_ONCE)
    ]
    body += [(zx, side), (zy, side)]
    layer = (
        bytes((LAYER_VERSION, 2)),
        field(LAYER_NAME, name.encode()),
        pack([number(LAYER_FEATURE), number(total(body)), *body]),
        *(field(LAYER_KEY, key) for key in keys),
        *messages,
        bytes((LAYER_EXTENT,)) + varint(extent),
    )
    return field(TILE_LAYER, b"".join(layer))


def number(value: int) -> tuple[int, int]:
    """A number that all rows have in common, as a column."""
    return value, width_of(value)


def total(columns: list[tuple[Any, int]]) -> int:
    """Bytes that the columns take together in each row."""
    return sum(width for _values, width in columns)
