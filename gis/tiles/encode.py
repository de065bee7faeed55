"""Encode points as a Mapbox Vector Tile, version 2.1, with numpy.

Every feature of a layer has the same shape, so a layer is a table of varints, one row a feature: lengths, offsets and
bytes are computed for all rows at once. Specification: https://github.com/mapbox/vector-tile-spec/tree/master/2.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

EXTENT: Final = 4096
MAX_VARINT_BYTES: Final = 10

# Tags of protocol buffers, field number << 3 | wire type (0 varint, 2 bytes).
TILE_LAYER, LAYER_VERSION, LAYER_NAME, LAYER_FEATURE = 0x1A, 0x78, 0x0A, 0x12
LAYER_KEY, LAYER_VALUE, LAYER_EXTENT = 0x1A, 0x22, 0x28
FEATURE_ID, FEATURE_TAGS, FEATURE_TYPE, FEATURE_GEOMETRY = 0x08, 0x12, 0x18, 0x22
VALUE_STRING, VALUE_UINT, VALUE_SINT = 0x0A, 0x28, 0x30
POINT, MOVE_TO_ONCE = 1, 9

# A value of n bits takes the number of these thresholds that it reaches, plus one byte.
_THRESHOLDS = np.array([1 << (7 * n) for n in range(1, MAX_VARINT_BYTES)], dtype=np.uint64)


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


def number_value(value: int) -> bytes:
    """A Value message that holds a whole number."""
    if value < 0:
        return bytes((VALUE_SINT,)) + varint(zigzag(value))
    return bytes((VALUE_UINT,)) + varint(value)


def table(attribute: Attribute) -> tuple[list[bytes], NDArray[np.integer[Any]]]:
    """The distinct values of an attribute as Value messages, and for each feature the index of its own."""
    if isinstance(attribute, Labels):
        used, index = np.unique(attribute.codes, return_inverse=True)
        return [
            field(VALUE_STRING, attribute.labels[code].encode()) for code in used.tolist()
        ], index
    values, index = np.unique(attribute, return_inverse=True)
    return [number_value(value) for value in values.tolist()], index


def pack(columns: list[Any]) -> bytes:
    """Rows of varints as bytes, row after row. Columns are arrays of the same length, or one number for all rows."""
    rows = max(len(column) for column in columns if not isinstance(column, int))
    values = np.empty((rows, len(columns)), dtype=np.uint64)
    for index, column in enumerate(columns):
        values[:, index] = column
    flat = values.ravel()
    lengths = sizes(flat)
    ends = np.cumsum(lengths)
    out = np.empty(int(ends[-1]), dtype=np.uint8)
    starts = ends - lengths
    for position in range(int(lengths.max())):
        reached = lengths > position
        part = (flat[reached] >> np.uint64(7 * position)) & np.uint64(0x7F)
        more = (lengths[reached] > position + 1).astype(np.uint64) << np.uint64(7)
        out[starts[reached] + position] = part | more
    return out.tobytes()


def sizes(values: Any) -> NDArray[np.int64]:
    """Bytes that each value takes as a varint."""
    unsigned = np.asarray(values, dtype=np.uint64)
    if unsigned.size and int(unsigned.max()) < 1 << 14:
        return np.where(unsigned < 1 << 7, 1, 2).astype(np.int64)
    return np.searchsorted(_THRESHOLDS, unsigned, side="right").astype(np.int64) + 1


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
    zx, zy = (
        np.asarray(x, dtype=np.uint64) << np.uint64(1),
        np.asarray(y, dtype=np.uint64) << np.uint64(1),
    )
    keys: list[bytes] = []
    messages: list[bytes] = []
    tags: list[Any] = []
    for key, attribute in (attributes or {}).items():
        distinct, index = table(attribute)
        tags += [len(keys), index.astype(np.uint64) + np.uint64(len(messages))]
        keys.append(key.encode())
        messages += distinct
    body: list[Any] = []
    if ids is not None:
        body += [FEATURE_ID, ids]
    if tags:
        body += [FEATURE_TAGS, total(tags), *tags]
    body += [FEATURE_TYPE, POINT, FEATURE_GEOMETRY, 1 + sizes(zx) + sizes(zy), MOVE_TO_ONCE, zx, zy]
    layer = (
        bytes((LAYER_VERSION, 2)),
        field(LAYER_NAME, name.encode()),
        pack([LAYER_FEATURE, total(body), *body]),
        *(field(LAYER_KEY, key) for key in keys),
        *(field(LAYER_VALUE, message) for message in messages),
        bytes((LAYER_EXTENT,)) + varint(extent),
    )
    return field(TILE_LAYER, b"".join(layer))


def total(columns: list[Any]) -> Any:
    """Bytes that the columns take together, by row."""
    return sum(
        (len(varint(column)) if isinstance(column, int) else sizes(column) for column in columns),
        start=0,
    )
