"""The form of an intervention."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.interventions.catalogue import lever_choices
from tenants.interventions.models import ATFPB_AXES, Intervention


class InterventionForm(forms.Form):
    """An action on one or several sites."""

    title = forms.CharField(label=_("Intitulé"), max_length=160)
    lever = forms.ChoiceField(label=_("Levier"), choices=lever_choices)
    status = forms.ChoiceField(label=_("État"), choices=Intervention.Status.choices)
    starts_on = forms.DateField(
        label=_("Début"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label=_("Fin"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    axis = forms.TypedChoiceField(
        label=_("Axe A-TFPB"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("Aucun")), *((str(code), label) for code, label in ATFPB_AXES)],
    )
    cost_euros = forms.IntegerField(
        label=_("Coût (€)"), required=False, min_value=0, max_value=2_000_000_000
    )
    effect = forms.CharField(
        label=_("Effet observé"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Des faits et des lieux, jamais de personne."),
    )
    sites = forms.MultipleChoiceField(
        label=_("Sites concernés"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choisissez au moins un site.")},
    )

    def __init__(self, sites: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        """`sites`: keys and names of the sites within the reader's reach."""
        super().__init__(*args, **kwargs)
        lever = self.fields["lever"]
        if isinstance(lever, forms.ChoiceField):
            lever.choices = lever_choices(str(self.initial.get("lever", "")))
        chosen = self.fields["sites"]
        if isinstance(chosen, forms.MultipleChoiceField):
            chosen.choices = sites

    def clean(self) -> dict[str, Any]:
        """The end follows the start."""
        cleaned = super().clean() or {}
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("La fin précède le début : corrigez l’une des deux dates."))
        return cleaned


class LeverForm(forms.Form):
    """A lever of the landlord's catalogue."""

    label = forms.CharField(label=_("Libellé"), max_length=120)
    from_level = forms.TypedChoiceField(
        label=_("À partir du niveau"), coerce=int, choices=[(n, str(n)) for n in (1, 2, 3, 4)]
    )
    is_retired = forms.BooleanField(
        label=_("Ne plus le proposer"),
        required=False,
        help_text=_("Les interventions qui l’utilisent le gardent."),
    )
