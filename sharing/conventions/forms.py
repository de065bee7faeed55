"""Forms of a convention, its parties, signatures and annex lines."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from gis.territories.models import Territory, TerritoryKind
from sharing.conventions.documents import Document, read_document
from sharing.conventions.models import CORRESPONDENT, Annex, AnnexLine, Convention, Party
from sharing.conventions.reach import my_departements
from sharing.conventions.services import ConventionError, SignatureGiven
from sharing.conventions.wording import CATEGORY_SUBJECTS
from sharing.details import Detail


class DayInput(forms.DateInput):
    """The browser's own calendar; always ISO on the wire."""

    input_type = "date"

    def __init__(self) -> None:
        """Fix the format that `type=date` expects."""
        super().__init__(format="%Y-%m-%d")


class ConventionForm(forms.ModelForm):
    """Name, dates and départements. Once in force, only the end may come earlier."""

    departement_codes = forms.MultipleChoiceField(
        label=gettext_lazy("Départements"), widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Convention
        fields: ClassVar = ["name", "reference", "departement_codes", "starts_on", "ends_on", "geography"]  # fmt: skip
        widgets: ClassVar = {"starts_on": DayInput(), "ends_on": DayInput()}
        help_texts: ClassVar = {
            "ends_on": gettext_lazy("Le lendemain, plus personne ne lit rien au titre de la convention."),
            "geography": gettext_lazy("Avec les deux, davantage de chiffres sont masqués."),
        }  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the départements of the catalogue; close what a convention in force does not change."""
        super().__init__(*args, **kwargs)
        departements = Territory.objects.current(TerritoryKind.DEPARTEMENT).order_by("code")
        field = cast("forms.ChoiceField", self.fields["departement_codes"])
        self.mine = my_departements()
        offered = {*(self.mine or ()), *(self.instance.departement_codes or ())}
        field.choices = [
            (each.code, f"{each.name} ({each.code})")
            for each in departements
            if self.mine is None or each.code in offered
        ]
        self.was_ending_on = self.instance.ends_on
        if self.instance.pk and self.instance.state != Convention.State.DRAFT:
            for name in ("departement_codes", "starts_on", "geography"):
                self.fields[name].disabled = True
                self.fields[name].help_text = _(
                    "Ne change plus : les parties l’ont signé. Renouvelez la convention pour le modifier."
                )

    def clean(self) -> dict[str, Any]:
        """The end is not before the start, nor later than what the parties signed."""
        values = super().clean() or {}
        starts_on, ends_on = values.get("starts_on"), values.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("La fin est avant le début. Corrigez l’une des deux dates."))  # fmt: skip
        chosen = values.get("departement_codes")
        if chosen and self.mine is not None and not self.mine & set(chosen):
            self.add_error(
                "departement_codes",
                _("Gardez au moins un de vos départements : sans lui, vous ne verriez plus la convention."),
            )  # fmt: skip
        in_force = self.instance.pk and self.instance.state != Convention.State.DRAFT
        if in_force and ends_on and ends_on > self.was_ending_on:
            self.add_error(
                "ends_on",
                _(
                    "Les parties n’ont pas signé pour plus longtemps : la fin peut être avancée, pas reculée. "
                    "Pour continuer après cette date, renouvelez la convention."
                ),
            )
        return values


class NewConventionForm(ConventionForm):
    """The same, with the parties to begin with."""

    parties = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Parties"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Vous pourrez en ajouter plus tard."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the active landlords and partners."""
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Organisation]", self.fields["parties"])
        field.queryset = possible_parties()


def possible_parties() -> Any:
    """Landlords and partners that are active."""
    return Organisation.objects.filter(kind__in=["landlord", "partner"], is_active=True)


class PartyForm(forms.ModelForm):
    """An organisation and the correspondent it names."""

    class Meta:
        model = Party
        fields: ClassVar = ["organisation", *CORRESPONDENT]
        help_texts: ClassVar = {
            "correspondent": gettext_lazy("Une fonction, par exemple « Référente sûreté »."),
            "correspondent_email": gettext_lazy("Reçoit les relances."),
        }

    def __init__(self, *args: Any, convention: Convention, **kwargs: Any) -> None:
        """Leave out the organisations that are parties already; never change one into another."""
        super().__init__(*args, **kwargs)
        self.convention = convention
        self.instance.convention = convention
        field = cast("forms.ModelChoiceField[Organisation]", self.fields["organisation"])
        taken = Party.objects.filter(convention=convention).exclude(pk=self.instance.pk)
        field.queryset = possible_parties().exclude(pk__in=[p.organisation_id for p in taken])
        field.disabled = bool(self.instance.pk)


class CorrespondentForm(forms.ModelForm):
    """Whom the other parties and the coordination write to; the party says it itself."""

    class Meta:
        model = Party
        fields: ClassVar = list(CORRESPONDENT)
        help_texts: ClassVar = {
            "correspondent": gettext_lazy("Une fonction, par exemple « Référente sûreté »."),
            "correspondent_email": gettext_lazy("Reçoit les rappels d’échéance et de signature. Visible des parties."),
        }  # fmt: skip


DOCUMENT_HELP = gettext_lazy(
    "PDF, JPEG ou PNG, 10 Mo au plus. Seules les parties et la coordination peuvent le lire."
)


def checked(sent: UploadedFile[Any]) -> Document:
    """What was sent, as a form refuses it."""
    try:
        return read_document(sent)
    except ConventionError as error:
        raise forms.ValidationError(str(error)) from error


class DocumentForm(forms.Form):
    """The signed document: a PDF, or the picture of a page."""

    document = forms.FileField(label=gettext_lazy("Document signé"), help_text=DOCUMENT_HELP)

    def clean_document(self) -> Document:
        """What it is, whatever its name says."""
        return checked(self.cleaned_data["document"])


class SignatureForm(forms.Form):
    """Who signs, as what, when; a landlord also says how much it allows at most."""

    signatory = forms.CharField(label=gettext_lazy("Signataire"), max_length=120)
    signatory_function = forms.CharField(label=gettext_lazy("Fonction du signataire"), max_length=120)  # fmt: skip
    signed_on = forms.DateField(label=gettext_lazy("Signée le"), widget=DayInput)
    cap = forms.ChoiceField(
        label=gettext_lazy("Niveau de détail au plus"),
        choices=Detail.choices,
        initial=Detail.FILE,
        help_text=gettext_lazy(
            "Si l’annexe donne davantage, vos sites ne sont lus qu’à ce niveau. « dossier » : pas de limite."
        ),
    )
    document = forms.FileField(
        label=gettext_lazy("Document signé"), required=False, help_text=DOCUMENT_HELP
    )

    def clean_document(self) -> Document | None:
        """What it is, whatever its name says."""
        sent = self.cleaned_data["document"]
        return checked(sent) if sent else None

    def __init__(self, *args: Any, landlord: bool, **kwargs: Any) -> None:
        """Only a landlord has sites to limit the reading of."""
        super().__init__(*args, **kwargs)
        self.fields["signed_on"].initial = timezone.localdate()
        if not landlord:
            del self.fields["cap"]

    def given(self) -> SignatureGiven:
        """The signature as the service takes it."""
        values = {name: self.cleaned_data[name] for name in self.cleaned_data if name != "document"}
        values["cap"] = Detail(values.get("cap", Detail.FILE))
        return SignatureGiven(**values)


class PaperSignatureForm(SignatureForm):
    """A signature given on paper, recorded by the coordination."""

    party = forms.ModelChoiceField(label=gettext_lazy("Partie"), queryset=Party.objects.none())
    annex = forms.ModelChoiceField(label=gettext_lazy("Version de l’annexe"), queryset=Annex.objects.none())  # fmt: skip
    field_order = (
        "party",
        "annex",
        "signatory",
        "signatory_function",
        "signed_on",
        "cap",
        "document",
    )

    def __init__(self, *args: Any, parties: list[Party], annexes: list[Annex], **kwargs: Any) -> None:  # fmt: skip
        """Offer the parties and the versions that may be signed."""
        super().__init__(*args, landlord=True, **kwargs)
        party = cast("forms.ModelChoiceField[Party]", self.fields["party"])
        annex = cast("forms.ModelChoiceField[Annex]", self.fields["annex"])
        party.queryset = Party.objects.filter(pk__in=[each.pk for each in parties])
        party.choices = [(each.pk, each.organisation.name) for each in parties]
        annex.queryset = Annex.objects.filter(pk__in=[each.pk for each in annexes])
        annex.choices = [
            (each.pk, _("Version %(number)s, %(state)s") % {"number": each.number, "state": each.get_state_display()})
            for each in annexes
        ]  # fmt: skip
        self.fields["cap"].help_text = _(
            "Pour un bailleur : le plus fin de ce que ses sites donnent à lire."
        )

    def given(self) -> SignatureGiven:
        """The signature as the service takes it."""
        names = ("signatory", "signatory_function", "signed_on")
        return SignatureGiven(
            cap=Detail(self.cleaned_data["cap"]),
            **{name: self.cleaned_data[name] for name in names},
        )


class LineForm(forms.Form):
    """One line of an annex. The reader is one choice: a category, a named party, or the landlords."""

    reader = forms.ChoiceField(label=gettext_lazy("Lecteur"))
    territory = forms.ChoiceField(label=gettext_lazy("Territoire"))
    min_level = forms.TypedChoiceField(
        label=gettext_lazy("À partir du niveau"),
        coerce=int,
        choices=[
            (1, gettext_lazy("1 (tous)")),
            (2, gettext_lazy("2, 3 et 4")),
            (3, gettext_lazy("3 et 4")),
            (4, gettext_lazy("4 seulement")),
        ],
        initial=3,
    )
    detail = forms.ChoiceField(label=gettext_lazy("Niveau de détail"), choices=Detail.choices, initial=Detail.SITE)  # fmt: skip

    def __init__(self, *args: Any, convention: Convention, parties: list[Party], **kwargs: Any) -> None:  # fmt: skip
        """Offer the readers and the territories of the convention."""
        super().__init__(*args, **kwargs)
        reader = cast("forms.ChoiceField", self.fields["reader"])
        territory = cast("forms.ChoiceField", self.fields["territory"])
        reader.choices = [
            (_("Catégories"), [(f"category:{code}", subject) for code, (subject, _p) in CATEGORY_SUBJECTS.items()]),
            (_("Partenaires nommés"), [(f"organisation:{p.organisation_id}", p.organisation.name) for p in parties
                                       if p.organisation.kind == Organisation.Kind.PARTNER]),
            (_("Bailleurs"), [("landlords:", _("Les bailleurs signataires"))]),
        ]  # fmt: skip
        territory.choices = territory_choices(convention)

    def line(self, annex: Annex, existing: AnnexLine | None = None) -> AnnexLine:
        """The line, unsaved."""
        line = existing or AnnexLine(annex=annex, convention=annex.convention)
        kind, _colon, value = self.cleaned_data["reader"].partition(":")
        line.reader = kind
        line.category = value if kind == AnnexLine.Reader.CATEGORY else ""
        named = kind == AnnexLine.Reader.ORGANISATION
        line.organisation = Organisation.objects.get(pk=int(value)) if named else None
        line.territory = Territory.objects.get(pk=int(self.cleaned_data["territory"]))
        line.min_level = self.cleaned_data["min_level"]
        line.detail = self.cleaned_data["detail"]
        return line

    @staticmethod
    def initial_of(line: AnnexLine) -> dict[str, Any]:
        """What the form shows for a line that exists."""
        value = line.category or (line.organisation_id or "")
        return {
            "reader": f"{line.reader}:{value}",
            "territory": str(line.territory_id),
            "min_level": line.min_level,
            "detail": line.detail,
        }


# IRIS are too many for one list, and no annex speaks of a single one: compose a custom territory instead.
OFFERED = [
    TerritoryKind.DEPARTEMENT,
    TerritoryKind.COMMUNE,
    TerritoryKind.QPV,
    TerritoryKind.ZONE,
    TerritoryKind.CUSTOM,
]


def territory_choices(convention: Convention) -> list[Any]:
    """Territories of the convention's départements, by kind, latest vintage."""
    territories = (
        Territory.objects.current(*OFFERED)
        .filter(departement_code__in=[*convention.departement_codes, ""])
        .only("id", "kind", "code", "name")
        .order_by("name")
    )
    groups: dict[str, list[tuple[str, str]]] = {kind: [] for kind in OFFERED}
    for each in territories:
        groups[each.kind].append((str(each.pk), f"{each.name} ({each.code})"))
    return [(TerritoryKind(kind).label, choices) for kind, choices in groups.items() if choices]
