"""Forms of the telephones' pages."""

from __future__ import annotations

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership


class ActivationForm(forms.Form):
    """Whose telephone to activate: somebody of the list, or a caretaker who is not there yet."""

    membership = forms.ModelChoiceField(
        label=_("Personne"),
        queryset=Membership.objects.none(),
        required=False,
        empty_label=_("Une personne qui n’est pas dans la liste"),
    )
    display_name = forms.CharField(
        label=_("Ou nouveau gardien, sans adresse électronique"),
        max_length=120,
        required=False,
        help_text=_("La fonction suffit, par exemple « Gardien, résidence des Tilleuls »."),
    )

    def __init__(self, *args: object, memberships: QuerySet[Membership], **kwargs: object) -> None:
        """`memberships`: those whose telephone can be activated by a code."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["membership"]
        field.queryset = memberships  # type: ignore[attr-defined]
        field.label_from_instance = lambda each: f"{each.user.display_name} – {each.role.label}"  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        """One of the two, not both."""
        cleaned = super().clean() or {}
        chosen, name = cleaned.get("membership"), str(cleaned.get("display_name") or "").strip()
        if bool(chosen) == bool(name):
            raise forms.ValidationError(
                _("Choisissez une personne de la liste, ou donnez le nom d’un nouveau gardien.")
            )
        return cleaned
