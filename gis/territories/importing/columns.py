"""Column names of territory files, as INSEE, IGN, ANCT and Etalab spell them.

A name is compared without case, accents, "_" and "-".
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gis.territories.importing.errors import ImportRefusedError

# For each kind and field, accepted names, the most usual first.
ACCEPTED: dict[str, dict[str, tuple[str, ...]]] = {
    "departement": {
        "code": (
            "code",
            "INSEE_DEP",
            "CODE_DEPT",
            "code_insee",
            "code_insee_du_departement",
            "dep",
        ),
        "name": ("nom", "NOM_DEP", "NOM_DEPT", "nom_officiel", "libelle", "libgeo"),
    },
    "commune": {
        "code": ("code", "INSEE_COM", "code_insee", "codgeo", "com", "depcom"),
        "name": ("nom", "NOM_COM", "nom_officiel", "libgeo", "libelle", "libcom"),
    },
    "iris": {
        "code": ("CODE_IRIS", "iris_code", "DCOMIRIS", "codeiris"),
        "name": ("NOM_IRIS", "iris_name", "LIB_IRIS", "libiris", "nom_iris"),
        "iris_type": ("TYP_IRIS", "type_iris", "iris_type"),
        "communes": ("INSEE_COM", "code_insee", "DEPCOM", "COM", "com_code"),
    },
    "qpv": {
        "code": ("code_qp", "code_qpv", "codeqp", "codgeo", "code"),
        "name": ("lib_qp", "nom_qp", "lib_qpv", "nom_qpv", "libgeo", "nom"),
        "communes": ("insee_com", "code_insee", "codes_insee", "com"),
    },
    "zone": {
        "code": ("code", "code_zone"),
        "name": ("nom", "name", "nom_zone", "libelle"),
        "communes": ("communes", "insee_com"),
    },
    "custom": {
        "code": ("code",),
        "name": ("nom", "name", "libelle", "lib"),
        "communes": ("communes", "insee_com"),
    },
}
REQUIRED: dict[str, tuple[str, ...]] = {
    "departement": ("code", "name"),
    "commune": ("code", "name"),
    "iris": ("code", "name"),
    "qpv": ("code", "name"),
    "zone": ("name",),
    "custom": ("name",),
}
FIELD_LABELS = {
    "code": gettext_noop("le code"),
    "name": gettext_noop("le nom"),
    "iris_type": gettext_noop("le type d’IRIS"),
    "communes": gettext_noop("la commune"),
}


def folded(name: str) -> str:
    """A column name without case, accents, separators."""
    plain = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in plain.lower() if letter.isascii() and letter.isalnum())


@dataclass(frozen=True, slots=True)
class Columns:
    """The file's own column for each field; empty where the file has none."""

    code: str = ""
    name: str = ""
    iris_type: str = ""
    communes: str = ""


def find_columns(kind: str, fields: Iterable[str]) -> Columns:
    """Which columns of the file hold what.

    Raises ImportRefusedError when a required one is absent.
    """
    fields = list(fields)
    present = {folded(field): field for field in reversed(fields)}
    found = {
        field: next((present[folded(name)] for name in names if folded(name) in present), "")
        for field, names in ACCEPTED[kind].items()
    }
    missing = [field for field in REQUIRED[kind] if not found[field]]
    if missing:
        field = missing[0]
        raise ImportRefusedError(
            _(
                "Aucune colonne ne donne %(field)s. Noms attendus : %(expected)s. Colonnes du "
                "fichier : %(present)s. Renommez la colonne, ou vérifiez la nature de territoire "
                "choisie."
            )
            % {
                "field": _(FIELD_LABELS[field]),
                "expected": ", ".join(ACCEPTED[kind][field]),
                "present": ", ".join(fields) or _("aucune"),
            }
        )
    return Columns(**found)
