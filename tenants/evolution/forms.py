"""Why a site is followed."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.campaigns.comments import check


class WatchForm(forms.Form):
    """A reason in a few words."""

    reason = forms.CharField(
        label=_("Pourquoi suivre ce site ?"),
        max_length=200,
        help_text=_("Des faits et des lieux, jamais de personne."),
    )

    def clean_reason(self) -> str:
        """Nobody is named."""
        text = str(self.cleaned_data["reason"]).strip()
        faults = check([text])
        if faults:
            raise forms.ValidationError([str(fault) for fault in faults])
        return text
