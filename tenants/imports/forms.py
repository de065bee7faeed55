"""The file to send, and what each of its columns holds."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.imports.kinds import ImportKind
from tenants.imports.layouts import known
from tenants.imports.layouts.fields import FIELDS, Field
from tenants.imports.layouts.mapping import Mapping
from tenants.imports.tables.reading import TableHead

SAMPLES = 3


class UploadForm(forms.Form):
    """One file, and what it holds."""

    kind = forms.ChoiceField(label=gettext_lazy("Contenu"))
    file = forms.FileField(
        label=gettext_lazy("Fichier"),
        help_text=gettext_lazy("CSV, XLSX, ODS, GeoPackage, GeoJSON ou Shapefile dans un zip."),
        widget=forms.ClearableFileInput(
            attrs={"accept": ".csv,.txt,.xlsx,.ods,.gpkg,.geojson,.json,.zip"}
        ),
        error_messages={
            "required": gettext_lazy("Choisissez d’abord un fichier."),
            "empty": gettext_lazy("Le fichier est vide. Vérifiez l’export de votre logiciel."),
        },
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=60,
        required=False,
        help_text=gettext_lazy(
            "Le logiciel ou le service d’où vient le fichier : ses colonnes et ses mots seront reconnus la prochaine fois."
        ),
    )

    def __init__(self, kinds: Iterable[ImportKind], *args: Any, **kwargs: Any) -> None:
        """Offer the kinds that the reader may import."""
        super().__init__(*args, **kwargs)
        chosen = self.fields["kind"]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = [(kind.code, f"{kind.label} – {kind.lead}") for kind in kinds]


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column of the file on the page: some of its values, and the field chosen for it."""

    index: int
    name: str
    samples: list[str]
    chosen: str
    sensitive: bool

    @property
    def input_name(self) -> str:
        """The name of its choice in the form."""
        return f"colonne-{self.index}"


def column_choices(
    head: TableHead, mapping: Mapping, never: frozenset[str] = frozenset()
) -> list[ColumnChoice]:
    """The columns in the file's order. No value of a column that is `never` taken is shown."""
    chosen = {column: field for field, column in mapping.columns.items()}
    choices = []
    for index, name in enumerate(head.columns):
        if not name.strip():
            continue
        hidden = name in never
        values = [] if hidden else [row[index] for row in head.sample if index < len(row)]
        samples = list(dict.fromkeys(value.strip() for value in values if value.strip()))
        choices.append(ColumnChoice(index, name, samples[:SAMPLES], chosen.get(name, ""), hidden))
    return choices


def field_groups(
    fields: Iterable[Field] = FIELDS,
) -> list[tuple[str | Promise, list[tuple[str, str | Promise]]]]:
    """The fields under their headings, for a choice."""
    groups: dict[str | Promise, list[tuple[str, str | Promise]]] = {}
    for field in fields:
        groups.setdefault(field.group, []).append((field.name, field.label))
    return list(groups.items())


class ColumnTwiceError(ValueError):
    """Two columns were given to one field; the text says what to do."""


def posted_mapping(
    head: TableHead, before: Mapping, posted: AnyMapping[str, Any], kind: ImportKind
) -> Mapping:
    """The mapping that the form sends. Raises ColumnTwiceError.

    Kept as it was, the mapping keeps its layout; changed, it is the user's own.
    """
    columns: dict[str, str] = {}
    labels = kind.labels
    for choice in column_choices(head, before, kind.hidden(head)):
        field = str(posted.get(choice.input_name, ""))
        if not field:
            continue
        if field in columns:
            raise ColumnTwiceError(
                _(
                    "Les colonnes « %(one)s » et « %(other)s » sont données toutes deux pour « %(field)s » : n’en gardez "
                    "qu’une."
                )
                % {"one": columns[field], "other": choice.name, "field": labels.get(field, field)}
            )
        columns[field] = choice.name
    return Mapping(before.layout if columns == before.columns else known.GENERIC, columns)
