"""The form of a waiver."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class WaiverForm(forms.Form):
    """Who signs, as what, knowing what it does."""

    signatory = forms.CharField(label=_("Signataire"), max_length=120)
    function = forms.CharField(label=_("Fonction du signataire"), max_length=120)
    understood = forms.BooleanField(
        label=_("Je sais que des chiffres qui ne comptent que nos sites pourront être publiés.")
    )
