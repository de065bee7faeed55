"""Forms of the places and of the stand-ins."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership
from accounts.principal import Principal
from tenants.people import services
from tenants.stock.models import Agency, Site


def split_codes(text: str) -> list[str]:
    """Codes of a list as people type or paste it: by line, comma, semicolon or bar."""
    return list(dict.fromkeys(part.strip() for part in re.split(r"[\n,;|]", text) if part.strip()))


class AgenciesForm(forms.Form):
    """The agencies of a member."""

    agencies = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Agences"),
        queryset=Agency.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, offered: QuerySet[Agency], **kwargs: Any) -> None:
        """`offered`: the landlord's agencies."""
        super().__init__(*args, **kwargs)
        self.fields["agencies"].queryset = offered  # type: ignore[attr-defined]


class SitesForm(forms.Form):
    """The sites of a member, by the landlord's codes."""

    codes = forms.CharField(
        label=gettext_lazy("Codes des sites"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("Un code par ligne, tel que dans votre patrimoine."),
    )

    def __init__(self, *args: Any, principal: Principal, **kwargs: Any) -> None:
        """`principal`: who gives the sites."""
        super().__init__(*args, **kwargs)
        self.principal = principal

    def clean_codes(self) -> list[Site]:
        """The sites. Raises ValidationError that names the unknown codes."""
        found, unknown = services.sites_by_code(
            self.principal, split_codes(self.cleaned_data["codes"])
        )
        if unknown:
            raise forms.ValidationError(
                _("Codes inconnus dans votre patrimoine : %(codes)s.")
                % {"codes": ", ".join(unknown[:20])}
            )
        return found


class StandInForm(forms.Form):
    """Who is away, who stands in, from when to when."""

    absent = forms.ModelChoiceField(
        label=gettext_lazy("Personne absente"), queryset=Membership.objects.none()
    )
    stand_in = forms.ModelChoiceField(
        label=gettext_lazy("Remplacée par"), queryset=Membership.objects.none()
    )
    starts_on = forms.DateField(
        label=gettext_lazy("Du"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Au"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, offered: QuerySet[Membership], **kwargs: Any) -> None:
        """`offered`: the members whose places can be lent."""
        super().__init__(*args, **kwargs)
        for name in ("absent", "stand_in"):
            self.fields[name].queryset = offered  # type: ignore[attr-defined]
        self.fields["starts_on"].initial = timezone.localdate()


class StaffFileForm(forms.Form):
    """A file of the staff."""

    file = forms.FileField(
        label=gettext_lazy("Fichier CSV"),
        help_text=gettext_lazy("2 000 lignes et 1 Mo au plus ; séparateur point-virgule."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )
