"""Forms of the reports."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from sharing.reports.models import Withdrawal


class WithdrawalForm(forms.Form):
    """Why a report is taken back. Its readers read it."""

    reason = forms.ChoiceField(label=_("Raison"), choices=Withdrawal.Reason.choices)
    note = forms.CharField(
        label=_("Précision"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Lue par tous les destinataires. Ne nommez personne."),
    )
