"""Propose a mapping for a file of unknown layout, from its column names and from its values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from tenants.imports.cleaning.numbers import read_number
from tenants.imports.layouts.sensitive import is_sensitive, plain_name

# Most certain names first; a column goes to the first field that claims it, a field to its first column.
_OF = r"( (DU|DE|DE LA|D|PROG))? ?"
_SITE = r"(SITE|GROUPE|RESIDENCE|PROGRAMME|PROG|PATRIMOINE|ENSEMBLE|ESI)"
_REF = r"(CODE|REF|REFERENCE|N|NO|NUMERO|ID|IDENT|IDENTIFIANT)"
_NAME = r"(NOM|LIBELLE|LIB|DESIGNATION|INTITULE)"
NAME_PATTERNS: Final[tuple[tuple[str, str], ...]] = (
    ("dwelling_id", rf"{_REF}{_OF}(LOGEMENT|LOT|LOGT|UG)|IDENT REP|RPLS"),
    (
        "commune_code",
        r"(CODE )?INSEE.*|.*CODE (DE LA )?COMMUNE|COM(MUNE)? (CODE|INSEE)|DEPCOM|CODGEO|CODE COM|CITYCODE",
    ),
    ("postcode", r"CODE ?POSTAL|CP|POSTCODE|CODPOS"),
    ("iris_code", r"(CODE )?IRIS( CODE)?.*"),
    ("qpv_code", r"(CODE )?(QPV|QP)( CODE)?( ?\d{2,4})?|CODE QUARTIER( PRIORITAIRE)?"),
    ("departement_code", r"(CODE )?(DEP|DEPT|DEPARTEMENT)( CODE)?"),
    ("epsg", r"EPSG( GEOMETRIE)?|SRID|CODE EPSG"),
    ("longitude", r"(LON|LONG|LNG|LONGITUDE)( WGS ?84)?"),
    ("latitude", r"(LAT|LATITUDE)( WGS ?84)?"),
    ("x", r"(COORD(ONNEE)?S? ?)?X( ?(L93|LAMBERT ?93|RGF93|GEOMETRIE))?"),
    ("y", r"(COORD(ONNEE)?S? ?)?Y( ?(L93|LAMBERT ?93|RGF93|GEOMETRIE))?"),
    ("xy_quality", r"QUALITE XY"),
    ("ban_id", r"CLE (D )?INTEROP.*|(ID|CLE) BAN|BAN( ID)?"),
    ("rnb_id", r"((ID|IDENT|CODE) )?RNB( ID)?"),
    (
        "dwellings",
        r"(NB|NBR|NBRE|NOMBRE)( (DE|D))? ?(LOGEMENTS?|LOGTS?|LGTS?|LGT).*|LOGEMENTS|NB LOG.*|TOTAL LOGEMENTS",
    ),
    (
        "construction_year",
        r"(ANNEE|AN|DATE)( (DE|D))? ?(CONSTR(UCTION)?|LIVRAISON|ACHEVEMENT|MISE EN SERVICE)?|CONSTRUCT(ION)?",
    ),
    ("site_code", rf"{_REF}{_OF}{_SITE}|{_SITE} (CODE|ID)|CODE|GROUPE|PROGRAMME|ESI"),
    ("site_name", rf"{_NAME}{_OF}{_SITE}?|{_SITE}( NOM| LIBELLE)?"),
    ("commune_name", r"((NOM|LIBELLE|LIB) )?(DE LA )?(COMMUNE|VILLE|LOCALITE)|LIBCOM|CITY"),
    ("agency", r"((NOM|CODE|LIBELLE) )?(DE L )?AGENCE( .*)?"),
    ("sector", r"((NOM|CODE|LIBELLE) )?(DU )?SECTEUR( .*)?"),
    ("repetition", r"IND(ICE)?( (DE|D))?( ?REP.*)?|REP(ETITION)?|BIS ?TER|INDREP"),
    ("street_type", r"(TYPE|NATURE)( (DE|DE LA))? ?VOIE|TYPVOIE"),
    ("street", r"((NOM|LIBELLE|LIB)( (DE|DE LA|DU))? ?)?(VOIE|RUE)|NOMVOIE"),
    ("full_address", r"ADR(ESSE)?( .*)?"),
    ("number", r"(N|NO|NUM|NUMERO|NUMVOIE)( (DE|DE LA|DANS LA|VOIE|RUE|DE VOIE|DE RUE|DANS LA VOIE))?( VOIE| RUE)?"),
    ("place", r"LIEU ?DIT"),
    ("residence", r"COMPL(EMENT)?( D ADRESSE| ADRESSE| GEO.*)?|COMPLGEO"),
    ("building_code", r"(CODE|ID|IDENT(IFIANT)?|REF)( (DU|DE L|D))? ?(BAT(IMENT)?|IMMEUBLE)|IMMEU"),
    ("building", r"BAT(IMENT)?S?|IMMEUBLE"),
    ("staircase", r"(CODE )?(ESC|ESCALIER|CAGE)( .*)?"),
    ("entrance", r"(CODE )?(ENTREE|HALL|PORTE)"),
)  # fmt: skip


def _between(low: float, high: float) -> Callable[[str], bool]:
    def test(text: str) -> bool:
        value = read_number(text)
        return value is not None and low <= value <= high

    return test


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda text: compiled.fullmatch(text.strip()) is not None


# What the values of a field look like: refuses a column whose name misleads, finds one whose name says nothing.
VALUE_TESTS: Final[dict[str, Callable[[str], bool]]] = {
    "longitude": _between(-64, 56),
    "latitude": _between(-22, 52),
    "dwellings": _between(0, 5_000),
    "commune_code": _matches(r"\d{4,5}(\.0)?|2[AB]\d{3}"),
    "postcode": _matches(r"\d{4,5}(\.0)?|F-\d{5}"),
    "iris_code": _matches(r"\d{8,9}|2[AB]\d{7}"),
    "qpv_code": _matches(r"Q[NP]\w{5,6}"),
    "epsg": _matches(r"(EPSG:)?\d{4,5}"),
    "construction_year": _matches(r"(1[5-9]|20)\d\d(\.0)?|\d{1,2}/\d{1,2}/\d{4}|\d{4}-\d\d-\d\d"),
    "ban_id": _matches(r"\w{5}_\w{4,6}_\d{5}.*"),
    "rnb_id": _matches(r"[1-9A-HJ-NP-TV-Z]{12}"),
}
# How much of a column must look right: when its name says so too, and when nothing but its values speaks.
NAMED: Final = 0.6
UNNAMED: Final = 0.9
TELLS_BY_VALUE: Final = ("qpv_code", "iris_code", "ban_id", "rnb_id")


def fits(field: str, values: list[str], share: float) -> bool:
    """Whether that share of the values look like the field; a column without values fits whatever its name says."""
    test = VALUE_TESTS.get(field)
    filled = [value for value in values if value.strip()]
    if test is None or not filled:
        return True
    return sum(map(test, filled)) >= share * len(filled)


def propose(
    columns: list[str],
    sample: list[list[str]],
    patterns: Iterable[tuple[str, str]] = NAME_PATTERNS,
    told_by_value: Iterable[str] = TELLS_BY_VALUE,
) -> dict[str, str]:
    """A mapping field → column; columns that hold rents, occupancy or persons are never proposed.

    `patterns`: field and the pattern of its column's plain name, the most certain first. `told_by_value`: fields whose
    column is found by its values when its name says nothing.
    """
    values = {
        name: [row[index] for row in sample if index < len(row)]
        for index, name in enumerate(columns)
    }
    free = [name for name in columns if name.strip() and not is_sensitive(name)]
    mapping: dict[str, str] = {}
    for field, pattern in patterns:
        for name in free:
            if re.fullmatch(pattern, plain_name(name)) and fits(field, values[name], NAMED):
                mapping[field] = name
                free.remove(name)
                break
    for field in told_by_value:
        if field in mapping:
            continue
        for name in free:
            if any(value.strip() for value in values[name]) and fits(field, values[name], NAMED):
                mapping[field] = name
                free.remove(name)
                break
    return mapping
