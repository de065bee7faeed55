"""The form of a schedule."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from sharing.conventions.models import Convention
from sharing.schedules.models import ReportSchedule


class ScheduleForm(forms.Form):
    """For which convention, and how often."""

    convention: forms.ModelChoiceField[Convention] = forms.ModelChoiceField(
        Convention.objects.none(), label=_("Convention"), to_field_name="key", empty_label=None
    )
    cadence = forms.ChoiceField(
        label=_("Cadence"),
        choices=ReportSchedule.Cadence.choices,
        help_text=_("Le premier jour du mois ou du trimestre, ou dès qu’une campagne close peut être restituée."),
    )  # fmt: skip

    def __init__(self, *args: Any, held: QuerySet[Convention], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["convention"].queryset = held  # type: ignore[attr-defined]
