"""Numbers and streets: cut « 12 BIS RUE DES LILAS » where it is certain, and name an address for comparison."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from tenants.imports.cleaning.text import fold

# How types of streets are shortened, in capitals without accents (RPLS notices and La Poste's usual short forms).
TYPES: Final[dict[str, str]] = {
    "ALL": "ALLEE", "AL": "ALLEE", "ALLEES": "ALLEE", "AV": "AVENUE", "AVE": "AVENUE", "BD": "BOULEVARD", "BLD": "BOULEVARD",
    "BVD": "BOULEVARD", "BOUL": "BOULEVARD", "CAR": "CARREFOUR", "CHE": "CHEMIN", "CHEM": "CHEMIN", "CH": "CHEMIN", "CTE": "COTE",
    "CRS": "COURS", "DOM": "DOMAINE", "ESP": "ESPLANADE", "FG": "FAUBOURG", "FBG": "FAUBOURG", "GR": "GRANDE RUE",
    "HAM": "HAMEAU",
    "IMP": "IMPASSE", "LOT": "LOTISSEMENT", "MTE": "MONTEE", "PAS": "PASSAGE", "PASS": "PASSAGE", "PL": "PLACE", "PLE": "PLACE",
    "PRO": "PROMENADE", "PROM": "PROMENADE", "QU": "QUAI", "QUA": "QUARTIER", "RES": "RESIDENCE",
    "RLE": "RUELLE", "RPT": "ROND POINT",
    "RTE": "ROUTE", "R": "RUE", "SEN": "SENTE", "SQ": "SQUARE", "TRA": "TRAVERSE", "VEN": "VENELLE", "VLA": "VILLA",
}  # fmt: skip
FULL_TYPES: Final = frozenset(TYPES.values()) | frozenset(
    [
        "BOUCLE",
        "CHAUSSEE",
        "CITE",
        "CLOS",
        "COUR",
        "DESCENTE",
        "ESCALIER",
        "GALERIE",
        "JARDIN",
        "MAIL",
        "PARC",
        "PARVIS",
        "PONT",
        "PORTE",
        "RAMPE",
        "RANGEE",
        "RESIDENCES",
        "ROCADE",
        "SENTIER",
        "VOIE",
        "ZAC",
    ]
)
_WORDS: Final[dict[str, str]] = {
    "ST": "SAINT", "STE": "SAINTE", "DR": "DOCTEUR", "DOCT": "DOCTEUR", "GAL": "GENERAL", "GEN": "GENERAL", "MAL": "MARECHAL",
    "CDT": "COMMANDANT", "CMDT": "COMMANDANT", "COL": "COLONEL", "PDT": "PRESIDENT", "PRES": "PRESIDENT", "PROF": "PROFESSEUR",
    "PR": "PROFESSEUR", "CAP": "CAPITAINE", "LT": "LIEUTENANT", "ND": "NOTRE DAME", "FRERES": "FRERES",
}  # fmt: skip
_INDEX = r"BIS|TER|QUATER|QUINQUIES|[A-Z]"
_NUMBER = re.compile(
    rf"0*(?P<first>\d{{1,4}})(?:\s*(?:-|/|à|A\b|ET\b|&)\s*0*(?P<last>\d{{1,4}}))?\s*(?P<index>{_INDEX})?", re.IGNORECASE
)  # fmt: skip
_LEADING = re.compile(rf"\s*{_NUMBER.pattern}(?=[\s,])[\s,]*(?P<rest>\S.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Split:
    """A number (with its index: « 12 bis ») and the street after it."""

    number: str
    street: str


def street_type(name: str) -> str:
    """The type that a street's name begins with, in full (« AV. DU BOIS » → AVENUE); empty when it has none."""
    first = fold(name).split(" ", 1)[0]
    full = TYPES.get(first, first)
    return full if full in FULL_TYPES else ""


@lru_cache(maxsize=65_536)
def read_house_number(text: str) -> str | None:
    """A number cell in one form: « 0012 B » → 12 B, « 1-5 » → 1-5, « 7bis » → 7 bis; None when it is none."""
    found = _NUMBER.fullmatch(text.strip())
    return None if found is None else _form(found)


def _form(found: re.Match[str]) -> str:
    number = str(int(found["first"]))
    if found["last"]:
        number += f"-{int(found['last'])}"
    index = found["index"] or ""
    return f"{number} {index.lower() if len(index) > 1 else index.upper()}".strip()


@lru_cache(maxsize=65_536)
def split_number(text: str) -> Split | None:
    """« 137 AV MAURICE CHEVALIER » → 137 and the rest, only where a type of street follows the number.

    None otherwise: « 8 MAI 1945 » is a name, « 12 LES LILAS » cannot be told.
    """
    found = _LEADING.fullmatch(text)
    if found is None or int(found["first"]) == 0:
        return None
    rest = found["rest"]
    kind = street_type(rest)
    if kind and len(fold(rest)) > len(fold(rest).split(" ", 1)[0]):
        return Split(_form(found), rest.strip())
    # « 12 R ROUSSEAU »: the R is the short form of RUE, not the index of the number.
    index = found["index"]
    if index and index.upper() in TYPES:
        return Split(_form_without_index(found), f"{index} {rest}".strip())
    return None


def _form_without_index(found: re.Match[str]) -> str:
    first = str(int(found["first"]))
    return f"{first}-{int(found['last'])}" if found["last"] else first


def starts_with_number(text: str) -> bool:
    """Whether a street starts with digits that nothing tells from a house number."""
    found = re.match(r"\s*\d+\s*\S", text)
    return found is not None and not re.match(
        r"\s*\d+\s*(ER|E|EME)?\s*(JANVIER|FEVRIER|FÉVRIER|MARS|AVRIL|MAI|JUIN|JUILLET|AOUT|AOÛT|SEPTEMBRE|OCTOBRE|NOVEMBRE|"
        r"DECEMBRE|DÉCEMBRE|REGIMENT|RÉGIMENT|DIVISION|ARMEE|ARMÉE|RUE|AVENUE|ALLEE|ALLÉE)\b",
        text,
        re.IGNORECASE,
    )


@lru_cache(maxsize=65_536)
def comparable(street: str) -> str:
    """A street's name for comparison: capitals, no accents, types and titles in full."""
    words = fold(street).split()
    if words:
        words[0] = TYPES.get(words[0], words[0])
    return " ".join([*words[:1], *(_WORDS.get(word, word) for word in words[1:])])


def match_key(commune_code: str, number: str, street: str) -> str:
    """What recognises an address from one import to the next: commune, number and street, at most 240 characters."""
    return f"{commune_code}|{fold(number)}|{comparable(street)}"[:240]
