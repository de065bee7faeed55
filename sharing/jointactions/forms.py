"""Forms of joint actions: ticks, few words (through the detector of comments), members, a date."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from sharing.conventions.forms import DayInput
from sharing.jointactions.models import PROBLEMS, STEPS, JointAction
from sharing.jointactions.services import Wanted
from sharing.meetings.forms import lawful
from sharing.meetings.models import ForumMember
from sharing.meetings.priorities import SiteLine


class ActionForm(forms.Form):
    """A new joint action."""

    problems = forms.MultipleChoiceField(
        label=_("Problème"),
        choices=PROBLEMS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Cochez au moins un problème.")},
    )
    text = forms.CharField(
        label=_("En quelques mots"),
        max_length=200,
        required=False,
        help_text=_("Des faits et des lieux, jamais de personne."),
    )
    steps = forms.MultipleChoiceField(
        label=_("Actions"), choices=STEPS, widget=forms.CheckboxSelectMultiple, required=False
    )
    owner = forms.TypedChoiceField(label=_("Responsable"), coerce=int)
    partners = forms.TypedMultipleChoiceField(
        label=_("Avec"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    due_on = forms.DateField(label=_("Échéance"), widget=DayInput())
    sites = forms.MultipleChoiceField(
        label=_("Sites concernés"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Parmi les sites que tous les membres lisent."),
    )

    def __init__(self, *args: Any, members: list[ForumMember], lines: list[SiteLine], **kwargs: Any) -> None:  # fmt: skip
        """Offer the members, and the sites that all of them read."""
        super().__init__(*args, **kwargs)
        named = [(each.organisation_id, each.organisation.name) for each in members]
        for name in ("owner", "partners"):
            cast("forms.ChoiceField", self.fields[name]).choices = named
        offered = cast("forms.ChoiceField", self.fields["sites"])
        offered.choices = [(str(each.key), f"{each.name}, {each.commune} ({each.landlord})") for each in lines]  # fmt: skip
        if not lines:
            del self.fields["sites"]

    def clean_text(self) -> str:
        """Names nobody."""
        return lawful(str(self.cleaned_data["text"]))

    def wanted(self) -> Wanted:
        """What a valid form says."""
        said = self.cleaned_data
        return Wanted(
            problems=said["problems"],
            text=said["text"],
            steps=said["steps"],
            partner_ids=said["partners"],
            owner_id=said["owner"],
            due_on=said["due_on"],
        )


class FollowUpForm(forms.Form):
    """Where an action stands."""

    state = forms.ChoiceField(label=_("État"), choices=JointAction.State.choices)
    due_on = forms.DateField(label=_("Échéance"), widget=DayInput())
    steps = forms.MultipleChoiceField(
        label=_("Actions"), choices=STEPS, widget=forms.CheckboxSelectMultiple, required=False
    )
