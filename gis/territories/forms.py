"""Forms of the pages of territories."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gis.territories.custom.services import NAME_LENGTH


class ComposeForm(forms.Form):
    """A name and whole communes: ticked in one département, others by their codes."""

    name = forms.CharField(
        label=_("Nom du territoire"),
        max_length=NAME_LENGTH,
        help_text=_("Par exemple « Circonscription de police de Port-Orsen »."),
    )
    communes = forms.MultipleChoiceField(
        label=_("Communes"), required=False, widget=forms.CheckboxSelectMultiple
    )
    other_codes = forms.CharField(
        label=_("Communes d’autres départements"),
        required=False,
        help_text=_("Codes INSEE séparés par des virgules, par exemple 99001, 98004."),
    )

    def __init__(self, choices: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        """`choices`: the communes of the département on screen, (code, name)."""
        super().__init__(*args, **kwargs)
        field = self.fields["communes"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = choices

    def commune_codes(self) -> list[str]:
        """Every commune asked for, ticked and typed."""
        typed = re.split(r"[\s,;]+", self.cleaned_data["other_codes"].strip())
        return [*self.cleaned_data["communes"], *(code for code in typed if code)]


class OutlineForm(forms.Form):
    """A file of outlines."""

    file = forms.FileField(
        label=_("Fichier GeoJSON ou GeoPackage"),
        help_text=_(
            "Une entité par territoire, avec une colonne « nom ». En WGS 84 ou en Lambert-93."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".geojson,.json,.gpkg"}),
    )
