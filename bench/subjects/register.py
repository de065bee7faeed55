"""The national register: the product's command beside COPY alone and beside what a GIS team would do."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

from bench.ground import LOCAL, Ground
from bench.registry import Figure, subject

SUBJECT = "register"
ROWS, CHECKED_ROWS = 5_400_000, 200_000
MOST_TIMES_THE_FLOOR, MOST_MEGABYTES = 3, 500


@subject(SUBJECT, stock=False)
def measure(_ground: Ground) -> list[Figure]:
    """First that all ways make the same table, row for row, of a smaller file; then all of them on the whole."""
    from bench import register

    with closing(register.connection()) as raw:
        addresses, different = register.differences(raw, file_of(CHECKED_ROWS))
    if any(different.values()):
        told = {way: (len(keys), keys[:5]) for way, keys in different.items()}
        raise SystemExit(f"The ways do not make the same table: {told}.")
    rows = int(os.environ.get("ORSEN_BENCH_REGISTER_ROWS", ROWS))
    path = file_of(rows)
    found = {}
    for way in register.WAYS:
        found[way] = register.measure(way, path)
        print(f"  {found[way]}", flush=True)
    ours, floor = found[register.PRODUCT], found[register.FLOOR]
    name = f"import of {rows / 1e6:g} million rows ({path.stat().st_size / 1e9:.1f} GB)"
    same = f"the same {addresses} addresses from {CHECKED_ROWS} rows, compared row for row"
    return [
        Figure(SUBJECT, name, "s", ours["seconds"], floor["seconds"], "COPY into a plain table and one GROUP BY",
               ours["seconds"] / floor["seconds"], MOST_TIMES_THE_FLOOR, at_most=True),
        Figure(SUBJECT, "memory of the import, all its processes", "MB", ours["megabytes"], target=MOST_MEGABYTES,
               at_most=True),
        *(Figure(SUBJECT, name, "s", ours["seconds"], found[way]["seconds"], way,
                 found[way]["seconds"] / ours["seconds"], 1, note=f"{way}: {found[way]['megabytes']} MB; {same}")
          for way in register.PEERS),
    ]  # fmt: skip


def file_of(rows: int) -> Path:
    """The invented register of that many rows, written once."""
    from bench.register_file import write

    path = LOCAL / f"register-{rows}.csv"
    if not path.is_file():
        unfinished = path.with_suffix(".part")
        write(unfinished, rows)
        unfinished.rename(path)
    return path
