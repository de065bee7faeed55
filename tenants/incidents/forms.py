"""The entry of a fact. No field for a person, no free text."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.incidents.models import Incident
from tenants.incidents.nomenclature import FAMILIES, FAMILY_OF, SUBFAMILIES


def fact_choices() -> list[Any]:
    """The two levels as one list: each family is a group, its first entry is the family itself."""
    labels = dict(SUBFAMILIES)
    return [
        ("", _("Choisissez un fait")),
        *(
            (
                str(label),
                [
                    (family, _("%(family)s (sans précision)") % {"family": label}),
                    *(
                        (code, str(labels[code]).capitalize())
                        for code, parent in FAMILY_OF.items()
                        if parent == family
                    ),
                ],
            )
            for family, label in FAMILIES
        ),
    ]


class IncidentForm(forms.Form):
    """A fact on a site."""

    occurred_on = forms.DateField(
        label=gettext_lazy("Date du fait"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    fact = forms.ChoiceField(label=gettext_lazy("Fait"), choices=fact_choices)
    complaint = forms.ChoiceField(
        label=gettext_lazy("Suite donnée"),
        choices=Incident.Complaint.choices,
        initial=Incident.Complaint.UNKNOWN,
        help_text=gettext_lazy(
            "L’absence de plainte se note aussi : beaucoup de faits n’en ont pas."
        ),
    )

    def clean_occurred_on(self) -> Any:
        """A fact has happened already."""
        day = self.cleaned_data["occurred_on"]
        if day > timezone.localdate():
            raise ValidationError(
                _("Cette date est à venir : donnez le jour où le fait a eu lieu.")
            )
        return day

    def values(self) -> dict[str, Any]:
        """The fields of the fact, once the form is valid."""
        code = self.cleaned_data["fact"]
        return {
            "occurred_on": self.cleaned_data["occurred_on"],
            "family": FAMILY_OF.get(code, code),
            "subfamily": code if code in FAMILY_OF else "",
            "complaint": self.cleaned_data["complaint"],
        }
