"""Official codes in cells: leading zeros that a spreadsheet ate, départements written 033 or 02A."""

from __future__ import annotations

import re
from functools import lru_cache

from gis.territories.codes import BadCodeError, clean_code, clean_departement
from tenants.imports.cleaning.numbers import whole

POSTCODE = re.compile(r"\d{5}")


@lru_cache(maxsize=16_384)
def read_commune(text: str, departement: str = "") -> tuple[str, str]:
    """The commune's code and what was done: "" nothing, `zero_commune`, `commune_joined`.

    A code of three characters is joined to the département when the row gives one (066 and 93 → 93066). Raises
    BadCodeError.
    """
    code = whole(text).upper()
    if len(code) <= 3 and code.isdigit() and departement:
        part = clean_departement(whole(departement))
        joined = f"{part}{int(code):0{5 - len(part)}d}"
        return clean_code("commune", joined), "commune_joined"
    clean = clean_code("commune", code)
    return clean, "zero_commune" if len(clean) > len(code) else ""


@lru_cache(maxsize=16_384)
def read_postcode(text: str) -> tuple[str, str]:
    """The postcode and what was done: "" nothing, `zero_postcode`, `bad_postcode` (and then no postcode)."""
    code = re.sub(r"^F-?|\s", "", whole(text).upper())
    if code.isdigit() and len(code) == 4:
        return f"0{code}", "zero_postcode"
    if POSTCODE.fullmatch(code):
        return code, ""
    return "", "bad_postcode"


def read_iris(text: str) -> str:
    """The IRIS code, one lost zero put back. Raises BadCodeError."""
    return clean_code("iris", whole(text))


def read_qpv(text: str) -> str:
    """The QPV code, or nothing: « hors QPV », 0, 1, 2 are answers, not codes."""
    try:
        return clean_code("qpv", text)
    except BadCodeError:
        return ""
