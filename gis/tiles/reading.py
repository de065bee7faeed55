"""Read points out of PostgreSQL as one block of binary rows: as fast as they can be had, and nothing to parse."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final

import numpy as np
from django.db.backends.utils import CursorWrapper
from numpy.typing import NDArray

from gis.tiles.grid import STEPS

# The columns that the statement must return, in this order, none of them NULL: (name, how it lies in the block).
# x and y less 2³¹, as gis.tiles.columns keeps them.
COLUMNS: Final = (
    ("key", ">i8"),  # bigint
    ("x", ">i4"),  # integer
    ("y", ">i4"),
    ("level", ">i2"),  # smallint
    ("dwellings", ">i4"),
    ("owner", ">i8"),
)
# Public keys (uuid) come whole: their first 64 bits are read, the others passed over.
UUID: Final = np.dtype({"names": ["first"], "formats": [">u8"], "itemsize": 16})
BY_UUID: Final = (("key", UUID), *COLUMNS[1:])
HEADER_BYTES: Final = 19  # signature, flags, length of the extension, which is 0
TRAILER_BYTES: Final = 2
SHIFT: Final = STEPS // 2


def row_of(columns: Sequence[tuple[str, Any]]) -> np.dtype[np.void]:
    """A row of COPY BINARY: number of fields, then for each its length and its bytes, all in network order."""
    parts = [
        part
        for name, kind in columns
        for part in ((f"{name}_length", ">i4"), (name, kind))
    ]  # fmt: skip
    return np.dtype([("fields", ">i2"), *parts])


class UnreadableRowsError(ValueError):
    """The statement returned other columns than points have, or a NULL."""


def read_points(
    cursor: CursorWrapper,
    statement: str,
    parameters: Sequence[Any],
    columns: Sequence[tuple[str, Any]] = COLUMNS,
) -> NDArray[np.void]:
    """Run a statement that returns the columns and give its rows as a structured array; x and y as steps of the grid.

    The statement runs in the scope that is open. Raises UnreadableRowsError.
    """
    block = BytesIO()
    query = cursor.cursor.mogrify(statement, list(parameters) or None)
    words = query.decode() if isinstance(query, bytes) else query
    cursor.cursor.copy_expert(f"COPY ({words}) TO STDOUT (FORMAT binary)", block)
    content = block.getbuffer()
    row = row_of(columns)
    size = len(content) - HEADER_BYTES - TRAILER_BYTES
    if size % row.itemsize:
        raise UnreadableRowsError("rows of other lengths than points have")
    rows = np.frombuffer(content, dtype=row, count=size // row.itemsize, offset=HEADER_BYTES)
    for name, kind in columns:
        width = np.dtype(kind).itemsize
        if len(rows) and not bool((rows[f"{name}_length"] == width).all()):
            raise UnreadableRowsError(f"column {name} is not of {width} bytes, or NULL")
    return rows


def steps(column: NDArray[Any]) -> NDArray[np.uint32]:
    """Steps of the grid from what the database keeps."""
    return (column.astype(np.int64) + SHIFT).astype(np.uint32)
