"""Columns that never come in: rents, occupancy, persons. Recognised by their names, dropped and said so.

The names of RPLS are those of its official dictionary (LOYERPRINC, MODE, DUREE_VACANCE …); the words are ours. In doubt
a column is dropped: none of these words names anything that the product uses.
"""

from __future__ import annotations

import re
import unicodedata

_RPLS = frozenset(
    [
        "LOYERPRINC",
        "LOYERACC",
        "LOYERM2",
        "LOYERMOY",
        "CONTRIB",
        "MODE",
        "MODE_CODE",
        "MODE_LIBELLE",
        "DUREE_VACANCE",
        "VACANCE",
        "BAILDATE",
        "MISCOMMERCIAL",
        "NUMAPPT",
        "NUMBOITE",
        "IDENT_FISCAL",
    ]
)
_WORDS = re.compile(
    r"LOYER|QUITTANC|LOCATAIRE|OCCUPANT|OCCUPATION|VACAN|IMPAY|DETTE|REVENU|RESSOURCE|SALAIRE|ALLOCATION|\bAPL\b|\bRSA\b"
    r"|PRENOM|NAISSANCE|\bNE LE\b|CIVILITE|NATIONALITE|\bNIR\b|SECURITE SOCIALE|\bIBAN\b|\bRIB\b|TELEPHONE|\bTEL\b|PORTABLE"
    r"|COURRIEL|E ?MAIL|\bMAIL\b|TITULAIRE|\bMENAGE\b|FOYER FISCAL|NOM DE FAMILLE|NOM PATRONYMIQUE|NOM DU GARDIEN|GARDIEN"
    r"|VICTIME|\bAUTEURS?\b|MIS(E)? EN CAUSE|PLAIGNANT|TEMOIN|SUSPECT|\bRIVERAIN|DECLARANT|SIGNALANT|INTERPELLE"
    r"|RESPONSABLE|\bBAIL\b|DATE D ENTREE|DATE ENTREE|DATE DE SORTIE|NUMERO FISCAL|IDENT FISCAL"
)


def plain_name(text: str) -> str:
    """A column's name without accents, case or punctuation: « Année de constr. » → ANNEE DE CONSTR."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Z0-9]+", " ", ascii_text.upper()).strip()


def is_sensitive(column: str) -> bool:
    """Whether a column's name says that it holds rents, occupancy or something about a person."""
    return column.strip().upper() in _RPLS or bool(_WORDS.search(plain_name(column)))
