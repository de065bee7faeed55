"""Read points out of PostgreSQL as one block of binary rows: as fast as they can be had, and nothing to parse."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final

import numpy as np
from django.db.backends.utils import CursorWrapper
from numpy.typing import NDArray

from gis.tiles.grid import STEPS

# The columns that the statement must return, in this order, none of them NULL: (name, type in PostgreSQL, bytes).
COLUMNS: Final = (
    ("key", "bigint", 8),
    ("x", "integer", 4),  # less 2³¹, as gis.tiles.columns keeps it
    ("y", "integer", 4),
    ("level", "smallint", 2),
    ("dwellings", "integer", 4),
    ("owner", "bigint", 8),
)
HEADER_BYTES: Final = 19  # signature, flags, length of the extension, which is 0
TRAILER_BYTES: Final = 2
SHIFT: Final = STEPS // 2

# A row of COPY BINARY: number of fields, then for each its length and its bytes, all in network order.
ROW: Final = np.dtype(
    [("fields", ">i2")]
    + [
        part
        for name, _kind, size in COLUMNS
        for part in ((f"{name}_length", ">i4"), (name, f">i{size}"))
    ]
)


class UnreadableRowsError(ValueError):
    """The statement returned other columns than points have, or a NULL."""


def read_points(
    cursor: CursorWrapper, statement: str, parameters: Sequence[Any]
) -> NDArray[np.void]:
    """Run a statement that returns COLUMNS and give its rows as a structured array; x and y as steps of the grid.

    The statement runs in the scope that is open. Raises UnreadableRowsError.
    """
    block = BytesIO()
    query = cursor.cursor.mogrify(statement, list(parameters) or None)
    words = query.decode() if isinstance(query, bytes) else query
    cursor.cursor.copy_expert(f"COPY ({words}) TO STDOUT (FORMAT binary)", block)
    content = block.getbuffer()
    size = len(content) - HEADER_BYTES - TRAILER_BYTES
    if size % ROW.itemsize:
        raise UnreadableRowsError("rows of other lengths than points have")
    rows = np.frombuffer(content, dtype=ROW, count=size // ROW.itemsize, offset=HEADER_BYTES)
    for name, _kind, width in COLUMNS:
        if len(rows) and not bool((rows[f"{name}_length"] == width).all()):
            raise UnreadableRowsError(f"column {name} is not of {width} bytes, or NULL")
    return rows


def steps(column: NDArray[Any]) -> NDArray[np.uint32]:
    """Steps of the grid from what the database keeps."""
    return (column.astype(np.int64) + SHIFT).astype(np.uint32)
