"""Forms of forums and meetings. Every text goes through the detector of comments: places and facts, nobody named."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gis.territories.models import Territory
from sharing.conventions.forms import DayInput, territory_choices
from sharing.conventions.models import Convention, Party
from sharing.meetings.models import DECISIONS, Forum
from tenants.campaigns.comments import check


def lawful(text: str) -> str:
    """The text, if it names nobody. Raises ValidationError with what to rephrase."""
    found = check([text])
    if found:
        raise forms.ValidationError(found)
    return text


class ForumForm(forms.ModelForm):
    """A forum of one convention: nature, name, territory, dates, chair, and who sits in it by which function."""

    territory = forms.ChoiceField(label=gettext_lazy("Territoire"))
    chair = forms.ChoiceField(label=gettext_lazy("Présidence"), required=False)

    class Meta:
        model = Forum
        fields: ClassVar = ["kind", "name", "territory", "chair", "starts_on", "ends_on"]
        widgets: ClassVar = {"starts_on": DayInput(), "ends_on": DayInput()}
        help_texts: ClassVar = {
            "ends_on": gettext_lazy("Vide : jusqu’à la fin de la convention. Un GLTD a une durée.")
        }

    def __init__(self, *args: Any, convention: Convention, parties: list[Party], **kwargs: Any) -> None:  # fmt: skip
        """Offer the territories of the convention and its parties; `sits` are the members so far."""
        super().__init__(*args, **kwargs)
        self.convention, self.parties = convention, parties
        self.instance.convention = convention
        sits = (
            dict(self.instance.members.values_list("organisation_id", "correspondent"))
            if self.instance.pk
            else {}
        )
        territory = cast("forms.ChoiceField", self.fields["territory"])
        territory.choices = territory_choices(convention)
        chair = cast("forms.ChoiceField", self.fields["chair"])
        named = [(str(each.organisation_id), each.organisation.name) for each in parties]
        chair.choices = [("", _("La coordination")), *named]
        if self.instance.pk:
            self.initial["territory"] = str(self.instance.territory_id)
            self.initial["chair"] = str(self.instance.chair_id or "")
        for party in parties:
            code = party.organisation_id
            self.fields[f"sits_{code}"] = forms.BooleanField(
                label=party.organisation.name, required=False, initial=code in sits
            )
            self.fields[f"function_{code}"] = forms.CharField(
                label=_("Fonction du correspondant, %(name)s")
                % {"name": party.organisation.short_name},
                max_length=120,
                required=False,
                initial=sits.get(code) or party.correspondent,
            )

    def clean(self) -> dict[str, Any]:
        """Functions name nobody; the territory is read; the end follows the start."""
        values = super().clean() or {}
        for party in self.parties:
            name = f"function_{party.organisation_id}"
            found = check([values.get(name) or ""])
            if found:
                self.add_error(name, found)
        starts_on, ends_on = values.get("starts_on"), values.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("La fin est avant le début. Corrigez l’une des deux dates."))  # fmt: skip
        return values

    def clean_territory(self) -> Territory:
        """The territory chosen."""
        return Territory.objects.get(pk=int(self.cleaned_data["territory"]))

    def clean_chair(self) -> None:
        """The chair is read by `chair_id`: an organisation, or nobody for the coordination."""
        return

    def clean_name(self) -> str:
        """Names a place, nobody."""
        return lawful(str(self.cleaned_data["name"]))

    @property
    def chair_id(self) -> int | None:
        """Who chairs; None: the coordination."""
        asked = self.data.get(self.add_prefix("chair"), "")
        return int(asked) if asked.isdecimal() else None

    def functions(self) -> dict[int, str]:
        """Organisation → function, of those ticked."""
        return {
            party.organisation_id: self.cleaned_data[f"function_{party.organisation_id}"]
            for party in self.parties
            if self.cleaned_data.get(f"sits_{party.organisation_id}")
        }

    def seats(self) -> list[tuple[Any, Any]]:
        """The pairs of fields, a member each, as the page writes them."""
        return [
            (self[f"sits_{party.organisation_id}"], self[f"function_{party.organisation_id}"])
            for party in self.parties
        ]


class MeetingForm(forms.Form):
    """When and where."""

    held_on = forms.DateField(label=gettext_lazy("Date"), widget=DayInput())
    place = forms.CharField(label=gettext_lazy("Lieu"), max_length=160)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Today to begin with."""
        super().__init__(*args, **kwargs)
        self.fields["held_on"].initial = timezone.localdate()

    def clean_place(self) -> str:
        """A place, nobody."""
        return lawful(str(self.cleaned_data["place"]))


class MatterForm(forms.Form):
    """A matter for the agenda, in a few words."""

    title = forms.CharField(
        label=gettext_lazy("Autre point"),
        max_length=120,
        help_text=gettext_lazy("Des faits et des lieux, jamais de personne."),
    )

    def clean_title(self) -> str:
        """Names nobody."""
        return lawful(str(self.cleaned_data["title"]))


class MinutesForm(forms.Form):
    """What was decided on a point."""

    decisions = forms.MultipleChoiceField(
        label=gettext_lazy("Décisions"),
        choices=DECISIONS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label=gettext_lazy("Relevé"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Des faits et des lieux, jamais de personne."),
    )

    def clean_note(self) -> str:
        """Names nobody."""
        return lawful(str(self.cleaned_data["note"]))
