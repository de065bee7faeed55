"""Official geographic codes (INSEE's Code officiel géographique, ANCT's list of QPV).

Pure functions: no database, no file.
"""

from __future__ import annotations

import re

# Paris, Lyon and Marseille: registers give the arrondissement where territories know one commune.
ARRONDISSEMENTS: tuple[tuple[int, int, str], ...] = (
    (75101, 75120, "75056"),
    (69381, 69389, "69123"),
    (13201, 13216, "13055"),
)
COMMUNE = re.compile(r"^(?:[0-9]{2}|2[AB])[0-9]{3}$")
IRIS = re.compile(r"^(?:[0-9]{2}|2[AB])[0-9]{7}$")
QPV = re.compile(r"^Q[NP]([0-9]{3}|02[AB])[0-9]{2,3}[A-Z]?$")
DEPARTEMENT = re.compile(r"^(?:0[1-9]|[1-8][0-9]|9[0-689]|2[AB]|97[1-9])$")

_LENGTHS = {"commune": 5, "iris": 9}


class BadCodeError(ValueError):
    """A text that is not a code of the kind it is given for."""


def commune_of(code: str) -> str:
    """The commune of a commune or arrondissement code: 75109 → 75056, 93066 → 93066."""
    if code.isdigit():
        number = int(code)
        for first, last, commune in ARRONDISSEMENTS:
            if first <= number <= last:
                return commune
    return code


def departement_of_commune(code: str) -> str:
    """The département of a commune code: 93066 → 93, 2A004 → 2A, 97105 → 971.

    Raises BadCodeError when the text is not a commune code.
    """
    if not COMMUNE.match(code):
        raise BadCodeError(code)
    return code[:3] if code.startswith("97") else code[:2]


def departement_of_qpv(code: str) -> str:
    """The département of a QPV code: QN09301M → 93, QN02A01M → 2A, QN97101M → 971.

    Raises BadCodeError when the text is not a QPV code.
    """
    found = QPV.match(code)
    if found is None:
        raise BadCodeError(code)
    part = found[1]
    return part.removeprefix("0")


def clean_departement(text: str) -> str:
    """A département code from what files hold: "93", "093", "1" → "01", "02a" → "2A".

    Raises BadCodeError when nothing certain can be read.
    """
    code = text.strip().upper()
    if len(code) == 3 and code.startswith("0"):
        code = code[1:]
    if len(code) == 1:
        code = f"0{code}"
    if not DEPARTEMENT.match(code):
        raise BadCodeError(text)
    return code


def clean_code(kind: str, text: str) -> str:
    """The official code of a territory, one lost leading zero put back ("6029" → "06029").

    Raises BadCodeError when the text is not a code of that kind.
    """
    code = "".join(text.split()).upper()
    if kind == "departement":
        return clean_departement(code)
    length = _LENGTHS.get(kind)
    if length and code.isdigit() and len(code) == length - 1:
        code = f"0{code}"
    pattern = {"commune": COMMUNE, "iris": IRIS, "qpv": QPV}.get(kind)
    if pattern is not None and not pattern.match(code):
        raise BadCodeError(text)
    return code


def commune_list(text: str) -> list[str]:
    """Communes of a joined cell ("93066; 93031", also "," "|" "/"), arrondissements brought back.

    Sorted, each once. Raises BadCodeError on a part that is not a commune code.
    """
    parts = [part for part in re.split(r"[;,|/\s]+", text) if part]
    return sorted({commune_of(clean_code("commune", part)) for part in parts})
