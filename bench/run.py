"""Measure and write the report: python -m bench.run [--only tiles,wall] [--sites N …]. `make bench` runs it."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
from pathlib import Path
from typing import Any

from bench import machine
from bench.ground import Ground, Size, build
from bench.registry import APART, WITHOUT_STOCK, all_subjects

FOLDER = Path(__file__).parent
RESULTS = FOLDER / "results.json"
REPORT = FOLDER / "REPORT.md"


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--only", default="", help="subjects, comma-separated; the others keep their figures"
    )
    parser.add_argument("--sites", type=int, default=550_000)
    parser.add_argument("--landlords", type=int, default=300)
    parser.add_argument("--assessments", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--anew", action="store_true", help="make the database again")
    parser.add_argument("--fill", action="store_true", help="make the database, measure nothing")
    return parser.parse_args()


def main() -> None:
    """Build, measure, write."""
    asked = arguments()
    size = Size(asked.sites, asked.landlords, asked.assessments)
    subjects = all_subjects()
    chosen = [name for name in asked.only.split(",") if name] or sorted(subjects)
    unknown = set(chosen) - set(subjects)
    if unknown:
        raise SystemExit(
            f"No such subject: {', '.join(sorted(unknown))}. There are: {', '.join(sorted(subjects))}."
        )
    if asked.fill or not set(chosen) <= APART:
        stock = asked.fill or not (WITHOUT_STOCK | APART).issuperset(chosen)
        ground = build(size, asked.rounds, anew=asked.anew, stock=stock)
    else:
        ground = Ground(size, dict(os.environ), asked.rounds)
    if asked.fill:
        return
    entries = previous(size)
    for name in chosen:
        print(name, flush=True)
        figures = subjects[name](ground)
        measured = {"measured_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds")}
        entries = [each for each in entries if each["subject"] != name]
        entries += [figure.as_json() | measured for figure in figures]
        for figure in figures:
            print("  " + line(figure.as_json()), flush=True)
        about = machine.describe(postgresql(ground))
        write(size, about, entries)


def postgresql(ground: Ground) -> str:
    """What the server says of itself; what it said at the last run where none was started."""
    if "ORSEN_DB_SUPERUSER_PASSWORD" in ground.environment:
        return str(ground.sql("SELECT version()")[0][0]).split(" on ")[0]
    found = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    return str(found.get("machine", {}).get("postgresql", ""))


def previous(size: Size) -> list[dict[str, Any]]:
    """Figures of the last run at that size, so that subjects can be measured one by one."""
    if not RESULTS.exists():
        return []
    found = json.loads(RESULTS.read_text(encoding="utf-8"))
    return found["figures"] if found.get("size") == vars(size) else []


def write(size: Size, about: dict[str, str], entries: list[dict[str, Any]]) -> None:
    """results.json and REPORT.md."""
    entries = sorted(entries, key=lambda each: each["subject"])
    body = {"machine": about, "size": vars(size), "figures": entries}
    RESULTS.write_text(json.dumps(body, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    lines = [
        "# Report of the bench",
        "",
        "Written by `make bench`; the same figures are in `results.json`. What is measured and how: [README](README.md).",
        "",
        ", ".join(f"{name} {value}" for name, value in about.items()) + ".",
        f"Stock: {size.sites} sites, {size.landlords} landlords, about {size.assessments} assessments.",
    ]
    for subject in dict.fromkeys(each["subject"] for each in entries):
        lines += ["", f"## {subject}", "", "| figure | ours | compared with | ratio | promised | kept |",
                  "|---|---|---|---|---|---|"]  # fmt: skip
        here = [each for each in entries if each["subject"] == subject]
        lines += ["| " + " | ".join(cells(each)) + " |" for each in here]
        lines += ["", *(f"- {each['name']}: {each['note']}." for each in here if each["note"])]
    REPORT.write_text("\n".join(lines) + "\n", encoding="utf-8")


def cells(each: dict[str, Any]) -> list[str]:
    """One row of the report."""
    sign = "≤" if each["at_most"] else "≥"
    times = " ×" if each["ratio"] is not None else f" {each['unit']}"
    return [
        each["name"],
        f"{number(each['ours'])} {each['unit']}",
        f"{number(each['other'])} {each['unit']} ({each['compared_with']})"
        if each["other"] is not None
        else "",
        f"{each['ratio']:.2f} ×" if each["ratio"] is not None else "",
        f"{sign} {number(each['target'])}{times}" if each["target"] is not None else "",
        {True: "yes", False: "**no**", None: ""}[each["met"]],
    ]


def number(value: float) -> str:
    """With as many digits as say something."""
    return (
        f"{value:.0f}"
        if abs(value) >= 100
        else f"{value:.1f}"
        if abs(value) >= 10
        else f"{value:.2f}"
    )


def line(each: dict[str, Any]) -> str:
    """One figure on the terminal."""
    return " | ".join(part for part in cells(each) if part)


if __name__ == "__main__":
    main()
