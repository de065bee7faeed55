"""The form of a view: a level and ticks. No text: nobody can be written about."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from sharing.outlooks.models import REASONS


class OutlookForm(forms.Form):
    """How the partner sees the place today."""

    level = forms.TypedChoiceField(
        label=_("Niveau vu par votre service"),
        coerce=int,
        choices=[(n, str(n)) for n in (1, 2, 3, 4)],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez un niveau de 1 (calme) à 4 (le plus complexe).")},
    )
    reasons = forms.MultipleChoiceField(
        label=_("Motifs"),
        choices=REASONS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Cochez au moins un motif.")},
    )
