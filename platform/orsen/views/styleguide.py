"""The style guide: every component on one page, so that a change of style is seen everywhere at once."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from accounts.gate import public
from orsen.templatetags.orsen_ui import icon_names


class SampleForm(forms.Form):
    """One field of each kind, as the forms of the product use them."""

    name = forms.CharField(
        label=_("Nom de la résidence"), help_text=_("Tel que les locataires la connaissent.")
    )
    agency = forms.ChoiceField(
        label=_("Agence"), choices=[("1", "Agence Nord"), ("2", "Agence Sud")]
    )
    opened = forms.DateField(
        label=_("Ouverture"), widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    size = forms.IntegerField(label=_("Logements"), min_value=1)
    remark = forms.CharField(label=_("Observation"), widget=forms.Textarea, required=False)
    kind = forms.ChoiceField(
        label=_("Nature du fait"),
        choices=[
            ("OCCUP", _("Occupation de hall")),
            ("BIENS", _("Dégradation")),
            ("TRANQ", _("Tapage")),
        ],
        widget=forms.RadioSelect,
    )
    levers = forms.MultipleChoiceField(
        label=_("Leviers mobilisés"),
        choices=[
            ("1", _("Présence renforcée")),
            ("2", _("Contrôle d’accès")),
            ("3", _("Médiation")),
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    plan = forms.FileField(
        label=_("Fichier du patrimoine"),
        required=False,
        help_text=_("CSV ou XLSX, 200 Mo au plus."),
    )
    shared = forms.BooleanField(
        label=_("Partager ce commentaire avec les partenaires"), required=False
    )


@public
def styleguide(request: HttpRequest) -> HttpResponse:
    """The page at /style/. Raises Http404 outside the demonstration."""
    if not getattr(settings, "ORSEN_DEMO", False):
        raise Http404
    refused = SampleForm(data={"name": "", "size": "0", "agency": "1"})
    sites = [
        {
            "name": f"Résidence {name}",
            "commune": commune,
            "dwellings": size,
            "level": level,
            "before": before,
        }
        for name, commune, size, level, before in [
            ("des Tilleuls", "Orsen-la-Ville", 312, 4, 3),
            ("du Vieux Moulin", "Saint-Aubin-sur-Orse", 84, 1, 1),
            ("Les Hautes Bruyères", "Valmont-les-Prés", 1248, 3, 2),
            ("du Lavoir", "Orsen-la-Ville", 46, 2, 3),
            ("de la Gare", "Montfleury", 128, 0, 0),
        ]
    ]
    context = {
        "heading": _("Guide de style"),
        "sites": sites,
        "form": SampleForm(initial={"name": "Résidence des Tilleuls"}),
        "refused": refused,
        "counts": {1: 1204, 2: 186, 3: 71, 4: 18},
        "page": Paginator(range(2400), 50).page(4),
        "points": [("2021", 2), ("2022", 2), ("2023", 3), ("2024", None), ("2025", 4)],
        "icons": sorted(icon_names()),
        "area": 1_254_000,
        "breadcrumbs": [(_("Accueil"), "/"), (_("Guide de style"), "")],
    }
    return render(request, "styleguide.html", context)
