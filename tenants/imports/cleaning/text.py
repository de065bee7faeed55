"""Text cells: accents read in the wrong encoding, characters that are lost, names that were cut."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import ftfy
import ftfy.bad_codecs

LOST = re.compile(r"\ufffd|(?<=[A-Za-zÀ-ÿ])\?(?=[A-Za-zÀ-ÿ])")
# « Ã©», «Â°», «â€™»: what UTF-8 looks like when it was read as cp1252 or ISO-8859-1.
SUSPECT = re.compile("[\u00c2\u00c3\u00e2\u00c5][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
                     "\u2010-\u2044\u20ac\u2122]")  # fmt: skip
# Spreadsheets know no date before 1900: « 0077-01-01 » is a code.
_MONTHS = "janv|févr|mars|avr|mai|juin|juil|août|sept|oct|nov|déc"
DATE = re.compile(
    r"(?!0|1[0-8])\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:[T ]\d{2}:\d{2}(?::\d{2})?)?"
    rf"|\d{{1,2}}-(?:{_MONTHS})\.?(?:-\d{{2,4}})?"
)
# A single last letter is a real name after one of these (« BAT B »), else what is left of a cut word.
BEFORE_A_LETTER = re.compile(
    r"\b(BAT|BATIMENT|ESC|ESCALIER|ENT|ENTR|ENTREE|HALL|TOUR|ILOT|LOT|PORTE|VILLA|TRANCHE|BLOC|ZONE) [A-Z]$"
)
ELIDED = re.compile(r"\b[DLC] [A-Z]$")


@lru_cache(maxsize=65_536)
def repair(text: str) -> tuple[str, bool]:
    """The text with its accents back, and whether anything was repaired.

    Certain only when the text decodes anew without loss; otherwise it is given back unchanged.
    """
    squeezed = " ".join(text.split())
    if not SUSPECT.search(text):
        return squeezed, False
    # Before the spaces are squeezed: half of a wrong « à » is a non-breaking space.
    fixed = text
    while SUSPECT.search(fixed):
        again = _decoded_anew(fixed)
        if again == fixed or "\ufffd" in again:
            break
        fixed = again
    return " ".join(fixed.split()), fixed != text


def _decoded_anew(text: str) -> str:
    """One wrong reading undone: the whole cell when all of it decodes, else what ftfy is sure of."""
    try:
        return text.encode("sloppy-windows-1252").decode("utf-8")
    except UnicodeError:
        return str(ftfy.fix_encoding(text))


@lru_cache(maxsize=65_536)
def has_lost_character(text: str) -> bool:
    """Whether a character was lost before the file came to us (replacement character, or « ? » inside a word)."""
    return LOST.search(text) is not None


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Capitals without accents, punctuation as spaces: what names are compared by. « L’Aube-2 » → L AUBE 2."""
    ascii_text = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE"))
    ascii_text = ascii_text.encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Z0-9]+", " ", ascii_text.upper()).strip()


def is_date(text: str) -> bool:
    """Whether a cell that should hold a code holds a date in the form that spreadsheets write."""
    return DATE.fullmatch(text.strip()) is not None


@lru_cache(maxsize=65_536)
def seems_cut(name: str) -> bool:
    """Whether a name stops in the middle of a word: « LES M », « AVENUE DE LA R »."""
    words = fold(name)
    if not re.search(r"(^|[ ])[B-Z]$", words) or ELIDED.search(words):
        return False
    return not BEFORE_A_LETTER.search(words) and not words.isdigit()
