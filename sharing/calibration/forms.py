"""The form of a situation."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.campaigns.comments import check


class VignetteForm(forms.Form):
    """A situation: an invented site, what happens there, what becomes of equipment and service."""

    title = forms.CharField(label=_("Titre"), max_length=80)
    text = forms.CharField(
        label=_("Situation"),
        max_length=1500,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "Dites la taille du site, les faits, leur rythme, l’état des équipements et ce que devient le service. "
            "Le site est inventé ; ne nommez personne."
        ),
    )

    def clean_text(self) -> str:
        """Nobody is named, here neither."""
        text = str(self.cleaned_data["text"]).strip()
        faults = check([text])
        if faults:
            raise forms.ValidationError([str(fault) for fault in faults])
        return text
