"""The mapping that an import runs with: field → column, checked before a row is read."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from gis.territories.importing.errors import ImportRefusedError
from tenants.imports.layouts import known
from tenants.imports.layouts.fields import COMMUNE_FIELDS, LABELS, WHERE_FIELDS
from tenants.imports.layouts.proposing import propose
from tenants.imports.layouts.sensitive import is_sensitive
from tenants.imports.tables.reading import TableHead


@dataclass(frozen=True, slots=True)
class Mapping:
    """The layout's code and the column of each mapped field."""

    layout: str
    columns: dict[str, str]


def proposed_mapping(head: TableHead, layout: str = "") -> Mapping:
    """What the product proposes for a table: its known layout, the one asked for, or a reading of names and values.

    Raises ImportRefusedError for a layout that does not exist or whose columns the file does not have.
    """
    if layout and layout != known.GENERIC:
        return _asked_layout(head, layout)
    found = None if layout else known.recognise(head.columns)
    if found is not None:
        return Mapping(found.code, known.columns_of(found, head.columns))
    return Mapping(known.GENERIC, propose(head.columns, head.sample))


def _asked_layout(head: TableHead, code: str) -> Mapping:
    found = next((each for each in known.LAYOUTS if each.code == code), None)
    if found is None:
        codes = ", ".join(known.LABELS)
        raise ImportRefusedError(
            _("Format inconnu : « %(code)s ». Formats possibles : %(codes)s.")
            % {"code": code, "codes": codes}
        )
    missing = [tell for tell in found.tells if not known.column_matching(tell, head.columns)]
    if missing:
        raise ImportRefusedError(
            _(
                "Le fichier n’est pas au format « %(layout)s » : il manque %(missing)s. Vérifiez le fichier, ou laissez "
                "reconnaître le format."
            )
            % {"layout": found.label, "missing": ", ".join(missing)}
        )
    return Mapping(found.code, known.columns_of(found, head.columns))


def checked(
    mapping: Mapping,
    head: TableHead,
    labels: AnyMapping[str, str | Promise] = LABELS,
    require: Callable[[dict[str, str]], None] | None = None,
) -> Mapping:
    """The mapping, if it can be run on the table. Raises ImportRefusedError with what to change.

    `labels`: the fields that exist, with their names. `require` refuses a mapping that lacks a field; of the stock's
    fields when it is not given.
    """
    columns = {field: column for field, column in mapping.columns.items() if column}
    for field, column in columns.items():
        if field not in labels:
            raise ImportRefusedError(
                _("Le champ « %(field)s » n’existe pas. Champs possibles : %(known)s.")
                % {"field": field, "known": ", ".join(sorted(labels))}
            )
        if column not in head.columns:
            raise ImportRefusedError(
                _(
                    "La colonne « %(column)s » n’existe pas dans le fichier. Choisissez-en une autre pour « %(field)s »."
                )
                % {"column": column, "field": labels[field]}
            )
        if is_sensitive(column):
            raise ImportRefusedError(
                _(
                    "La colonne « %(column)s » porte sur les loyers, l’occupation ou des personnes : elle n’est jamais "
                    "importée. Retirez-la de la correspondance."
                )
                % {"column": column}
            )
    (require or _require)(columns)
    return Mapping(mapping.layout, columns)


def _require(columns: dict[str, str]) -> None:
    if not any(field in columns for field in WHERE_FIELDS):
        raise ImportRefusedError(
            _(
                "Aucune colonne ne dit où sont les logements. Indiquez au moins la colonne de la voie, de l’adresse "
                "complète ou du nom du site."
            )
        )
    if not any(field in columns for field in COMMUNE_FIELDS):
        raise ImportRefusedError(
            _(
                "Aucune colonne ne dit dans quelle commune sont les logements. Indiquez la colonne du code INSEE, ou "
                "celle du code postal."
            )
        )
    if ("x" in columns) != ("y" in columns) or ("longitude" in columns) != ("latitude" in columns):
        raise ImportRefusedError(
            _(
                "Les coordonnées vont par deux : indiquez X et Y, ou longitude et latitude, ou aucune."
            )
        )


def dropped(columns: list[str]) -> list[str]:
    """The columns that are left out because of what they hold."""
    return [name for name in columns if is_sensitive(name)]


def unused(mapping: Mapping, columns: list[str]) -> list[str]:
    """The other columns that nothing is taken from."""
    used = set(mapping.columns.values())
    return [
        name for name in columns if name.strip() and name not in used and not is_sensitive(name)
    ]
