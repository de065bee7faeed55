"""The campaign that imported ratings go to, as the landlord chose it with the columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gis.territories.importing.errors import ImportRefusedError
from tenants.barometers.definition import words_of
from tenants.barometers.models import Barometer
from tenants.barometers.services import latest
from tenants.campaigns.models import Assessment, Campaign
from tenants.campaigns.services.launching import current_grid, locked
from tenants.imports.models import FileImport

NEW: Final = "new"


@dataclass(frozen=True, slots=True)
class Destination:
    """A campaign. `is_past`: what it decided is taken as it is; otherwise its ratings are still to be validated."""

    campaign: Campaign
    is_new: bool
    is_past: bool
    # What a barometer's marks stand for: field → folded word → code.
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def open_campaigns() -> QuerySet[Campaign]:
    """Those that take ratings now."""
    return Campaign.objects.filter(state=Campaign.State.OPEN)


def past_campaigns() -> QuerySet[Campaign]:
    """Those that files made: closed, every rating of theirs came from a file."""
    own = Assessment.objects.filter(campaign=OuterRef("pk"), file_import__isnull=True)
    any_rating = Assessment.objects.filter(campaign=OuterRef("pk"))
    return Campaign.objects.filter(
        ~Exists(own), Exists(any_rating), state=Campaign.State.CLOSED, round_key__isnull=True
    )


class DestinationForm(forms.Form):
    """Where the ratings go."""

    campaign = forms.ChoiceField(
        label=gettext_lazy("Campagne"),
        help_text=gettext_lazy(
            "Une campagne passée est reprise telle qu’elle a été décidée ; dans une campagne ouverte, les cotations "
            "attendent votre validation."
        ),
    )
    name = forms.CharField(
        label=gettext_lazy("Nom de la campagne passée"), max_length=120, required=False
    )
    day = forms.DateField(
        label=gettext_lazy("Patrimoine et cotations au"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Vaut pour chaque ligne qui ne porte pas de date."),
    )

    barometer = forms.ChoiceField(
        label=gettext_lazy("Baromètre"),
        required=False,
        help_text=gettext_lazy("Le profil qui dit ce que valent les notes d’un autre outil."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the campaigns that may take ratings from a file."""
        super().__init__(*args, **kwargs)
        chosen = self.fields["campaign"]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = [
                (NEW, _("Nouvelle campagne passée")),
                *(
                    (str(each.key), _("%(name)s (ouverte)") % {"name": each.name})
                    for each in open_campaigns()
                ),
                *(
                    (
                        str(each.key),
                        _("%(name)s (passée, au %(day)s)")
                        % {"name": each.name, "day": date_format(each.reference_date)},
                    )
                    for each in past_campaigns()
                ),
            ]

        tool = self.fields["barometer"]
        if isinstance(tool, forms.ChoiceField):
            tool.choices = [("", _("aucun")), *((str(each.pk), str(each)) for each in latest())]

    def clean(self) -> dict[str, Any]:
        """A new campaign wants its name and its day."""
        said = super().clean() or {}
        if said.get("campaign") == NEW:
            if not said.get("name"):
                self.add_error("name", _("Donnez un nom à la campagne passée."))
            if not said.get("day") and "day" not in self.errors:
                self.add_error("day", _("Donnez la date de la campagne passée."))
        return said

    def clean_day(self) -> dt.date | None:
        """What is past is not to come."""
        day: dt.date | None = self.cleaned_data["day"]
        if day is not None and day > timezone.localdate():
            raise ValidationError(_("Cette date est à venir : une campagne passée a déjà eu lieu."))
        return day

    def options(self) -> dict[str, Any]:
        """What FileImport.options keeps."""
        said = self.cleaned_data
        day = said.get("day")
        return {
            "campaign": said["campaign"],
            "name": said.get("name", ""),
            "day": day.isoformat() if day else "",
            "barometer": said.get("barometer", ""),
        }


def destination_of(file_import: FileImport) -> Destination:
    """The chosen campaign, held until the end of the transaction. Raises ImportRefusedError when it takes no ratings."""
    said = file_import.options
    key, tool = str(said.get("campaign", "")), str(said.get("barometer", ""))
    profile = Barometer.objects.filter(pk=tool).first() if tool else None
    words = words_of(profile.definition) if profile else {}
    if key == NEW:
        day = dt.date.fromisoformat(said["day"])
        noon = timezone.make_aware(dt.datetime.combine(day, dt.time(12)))
        campaign = Campaign(
            landlord_id=file_import.landlord_id, name=said["name"], grid=current_grid(), reference_date=day,
            opens_on=day, closes_on=day, state=Campaign.State.CLOSED, opened_at=noon, closed_at=noon,
        )  # fmt: skip
        return Destination(campaign, is_new=True, is_past=True, words=words)
    found = open_campaigns().filter(key=key).first() if key else None
    is_past = found is None
    if found is None and key:
        found = past_campaigns().filter(key=key).first()
    if found is None:
        raise ImportRefusedError(
            _("La campagne choisie ne prend plus de cotations. Revoyez les colonnes et choisissez-en une autre.")
        )  # fmt: skip
    return Destination(locked(found), is_new=False, is_past=is_past, words=words)
