"""The form of a convention's campaign."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sharing.conventions.forms import DayInput
from sharing.rounds.models import CampaignRound


class RoundForm(forms.ModelForm):
    """Name and dates of what the landlords are asked for."""

    class Meta:
        model = CampaignRound
        fields: ClassVar = ["name", "reference_date", "opens_on", "closes_on"]
        widgets: ClassVar = {
            "reference_date": DayInput(),
            "opens_on": DayInput(),
            "closes_on": DayInput(),
        }
        help_texts: ClassVar = {
            "name": gettext_lazy("Par exemple « Campagne de printemps 2027 »."),
            "reference_date": gettext_lazy("Chaque bailleur cote son patrimoine tel qu’il est à cette date."),
        }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Opening before closing, closing still to come."""
        values = super().clean() or {}
        opens_on, closes_on = values.get("opens_on"), values.get("closes_on")
        if opens_on and closes_on and closes_on < opens_on:
            self.add_error("closes_on", _("La clôture est avant l’ouverture. Corrigez l’une des deux dates."))  # fmt: skip
        if closes_on and closes_on < timezone.localdate():
            self.add_error("closes_on", _("La clôture est passée. Choisissez une date à venir."))
        return values
