"""Forms of the people's pages."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from accounts.departements import codes_for
from accounts.roles import roles_of
from accounts.siret import validate_siret


class InvitationForm(forms.Form):
    """Whom to invite, as what."""

    email = forms.EmailField(label=_("Adresse électronique"))
    display_name = forms.CharField(
        label=_("Nom affiché"),
        max_length=120,
        help_text=_("La fonction suffit, par exemple « Gardien, résidence des Tilleuls »."),
    )
    role_code = forms.ChoiceField(label=_("Rôle"))
    departements = forms.CharField(
        label=_("Départements"),
        required=False,
        max_length=200,
        help_text=_(
            "Pour un coordinateur départemental : les codes de ses départements, par exemple « 93, 94 ». "
            "Il ne voit que leurs conventions."
        ),
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        """`kind`: of the organisation that invites; only its roles are offered, and départements where one has some."""
        super().__init__(*args, **kwargs)
        roles = roles_of(kind)
        self.fields["role_code"].choices = [(role.code, role.label) for role in roles]  # type: ignore[attr-defined]
        if not any(role.by_departement for role in roles):
            del self.fields["departements"]

    def clean(self) -> dict[str, Any]:
        """Hold the départements to the role."""
        cleaned = super().clean() or {}
        if "departements" in self.fields and "role_code" in cleaned:
            try:
                codes_for(cleaned["role_code"], cleaned.get("departements", ""))
            except forms.ValidationError as error:
                self.add_error("departements", error)
        return cleaned


class SiretForm(forms.Form):
    """The SIRETs that an organisation declares."""

    siret = forms.CharField(
        label=_("SIRET principal"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    other_sirets = forms.CharField(
        label=_("Autres SIRET"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Un par ligne : agences, directions, établissements secondaires."),
    )

    def clean_siret(self) -> str:
        """The digits alone, checked."""
        return next(iter(self._numbers("siret")), "")

    def clean_other_sirets(self) -> list[str]:
        """The digits alone, checked."""
        return self._numbers("other_sirets")

    def _numbers(self, name: str) -> list[str]:
        lines = [
            "".join(part.split()) for part in re.split(r"[\n,;]", str(self.cleaned_data[name]))
        ]
        numbers = [line for line in lines if line]
        for number in numbers:
            validate_siret(number)
        return numbers


class PasswordForm(forms.Form):
    """The password of a new account."""

    password = forms.CharField(
        label=_("Mot de passe"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_(
            "Au moins 12 caractères. Une phrase courte se retient mieux qu’un mot compliqué."
        ),
    )

    def clean_password(self) -> str:
        """Hold it to the site's rules."""
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password
