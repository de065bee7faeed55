"""The number and the street of a row, out of whichever of its cells hold them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tenants.imports.cleaning.notes import Note
from tenants.imports.cleaning.streets import (
    comparable,
    read_house_number,
    split_number,
    starts_with_number,
    street_type,
)
from tenants.imports.cleaning.text import is_date

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class ReadAddress:
    """Number (with its index) and street as they will be shown; `residence`: the name of the whole, if the row says it."""

    number: str
    street: str
    residence: str = ""


def read_address(row: Row, notes: list[Note]) -> ReadAddress:
    """The address of a row; an empty street when it has none."""
    number = _number(row, notes)
    number, street = _street(row, number, notes)
    residence = row.get("residence", "")
    if not number:
        extra = split_number(row.get("address_extra", ""))
        if extra is not None and _completes(street, extra.street):
            notes.append(Note("address_from_extra", "address_extra", row["address_extra"]))
            residence = residence or ("" if street_type(street) else street)
            number, street = extra.number, extra.street
    if not street:
        street = row.get("place", "") or residence or row.get("site_name", "")
    return ReadAddress(number[:12], street[:160], residence)


def _completes(street: str, extra: str) -> bool:
    """Whether the extra line's street is the row's own, or the row has only the name of a residence."""
    return not street_type(street) or comparable(street) == comparable(extra)


def _number(row: Row, notes: list[Note]) -> str:
    text, index = row.get("number", ""), row.get("repetition", "")
    if not text or not text.strip("0"):
        return ""
    if is_date(text):
        notes.append(Note("mangled_number", "number", text))
        return ""
    number = read_house_number(f"{text} {index}".strip())
    if number is None:
        number = read_house_number(text.removesuffix(".0"))
    if number is None:
        notes.append(Note("bad_number", "number", f"{text} {index}".strip()))
        return ""
    if not index and re.search(r"[A-Za-z]", text):
        notes.append(Note("index_split", "number", text))
    elif text.startswith("0"):
        notes.append(Note("zeros_in_number", "number", text))
    return number


def _street(row: Row, number: str, notes: list[Note]) -> tuple[str, str]:
    field = "street" if row.get("street") else "full_address"
    text = row.get(field, "")
    split = split_number(text)
    if split is not None:
        text = split.street
        if not number:
            number = split.number
            notes.append(Note("number_split", field, row[field]))
        elif split.number == number:
            notes.append(Note("number_twice", field, row[field]))
        else:
            notes.append(Note("number_conflict", field, f"{number} / {row[field]}"))
    elif not number and starts_with_number(text):
        notes.append(Note("number_unclear", field, text))
    return number, _with_type(row.get("street_type", ""), text, field, notes)


def _with_type(kind: str, street: str, field: str, notes: list[Note]) -> str:
    if not kind or not street:
        return street
    if street_type(kind) and street_type(street) == street_type(kind):
        notes.append(Note("type_twice", field, f"{kind} {street}"))
        return street
    return f"{kind} {street}"
