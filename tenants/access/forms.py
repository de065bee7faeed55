"""The form of an exceptional grant."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership


class GrantForm(forms.Form):
    """Whom, until when, why."""

    membership = forms.ModelChoiceField(label=_("Collègue"), queryset=Membership.objects.none())
    until = forms.DateField(
        label=_("Jusqu’au"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(
        label=_("Motif"),
        max_length=240,
        help_text=_("Par exemple « remplacement du gardien pendant ses congés »."),
    )

    def __init__(self, *args: Any, candidates: QuerySet[Membership], **kwargs: Any) -> None:
        """`candidates`: the colleagues offered."""
        super().__init__(*args, **kwargs)
        self.fields["membership"].queryset = candidates  # type: ignore[attr-defined]
        self.fields["until"].initial = timezone.localdate() + dt.timedelta(days=14)
