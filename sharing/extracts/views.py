"""Ask for a file of sites; read the dictionary of the data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts.gate import principal_of, requires
from accounts.principal import Principal
from accounts.step_up import fresh_second_factor
from sharing.access import shared_sites
from sharing.extracts.dictionary import HISTORY, INTERVENTIONS, TABLES
from sharing.extracts.gathering import own_sites
from sharing.extracts.services import Wanted, make_own, make_shared
from sharing.extracts.writing import FORMS
from sharing.receipts.models import Receipt
from sharing.sites.filters import SiteFilter, facet

SHARED = ("shared.read", "sharing.read")
REFUSED = 422


class ExtractForm(forms.Form):
    """The form of the file and its tables."""

    forme = forms.ChoiceField(
        label=gettext_lazy("Forme du fichier"), widget=forms.RadioSelect, initial="xlsx",
        choices=[(name, form.label) for name, form in FORMS.items()],
    )  # fmt: skip
    tables = forms.MultipleChoiceField(
        label=gettext_lazy("Avec les sites, ajouter"), widget=forms.CheckboxSelectMultiple, required=False,
        choices=[(HISTORY.name, HISTORY.label), (INTERVENTIONS.name, INTERVENTIONS.label)],
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@requires("sites.read")
@fresh_second_factor
def own(request: HttpRequest) -> HttpResponse:
    """The landlord's own sites, within the member's reach."""
    principal = principal_of(request)
    count = own_sites(principal).count()
    return _page(
        request, principal, make_own, count, SiteFilter(),
        {"heading": _("Exporter vos sites"), "back": reverse("site-list"), "back_label": _("Sites")},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@requires(*SHARED)
@fresh_second_factor
def shared(request: HttpRequest) -> HttpResponse:
    """The shared sites, with the filters of their list."""
    principal = principal_of(request)
    asked = SiteFilter.of_query(request.GET)
    sites = shared_sites(principal)
    count = asked.apply(sites).count()
    return _page(
        request, principal, make_shared, count, asked,
        {
            "heading": _("Exporter les sites partagés"), "back": reverse("shared-site-list"),
            "back_label": _("Sites partagés"), "chips": asked.chips(facet(sites)), "shared": True,
        },
    )  # fmt: skip


def _page(
    request: HttpRequest, principal: Principal, make: Callable[[Principal, Wanted], Receipt], count: int,
    asked: SiteFilter, context: dict[str, Any],
) -> HttpResponse:  # fmt: skip
    form = ExtractForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and count:
        wanted = Wanted(form.cleaned_data["forme"], tuple(form.cleaned_data["tables"]), asked)
        return redirect("receipt", make(principal, wanted).key)
    context |= {
        "lead": _("Le fichier porte un reçu : à qui, sous quelle convention, jusqu’à quand le garder."),
        "breadcrumbs": [(context["back_label"], context["back"]), (_("Exporter"), "")],
        "form": form,
        "count": count,
    }  # fmt: skip
    return render(request, "extracts/ask.html", context, status=REFUSED if form.errors else 200)


@require_GET
@requires("sites.read", *SHARED, "conventions.read")
def dictionary(request: HttpRequest) -> HttpResponse:
    """« Données ORSEN »: tables, columns, types, meanings, and who has them."""
    names = {"own": _("vos sites"), "site": _("partagé : site"), "file": _("partagé : dossier")}
    context = {
        "heading": _("Données ORSEN"),
        "lead": _("Ce que contiennent les exports et l’API : tables, colonnes, types, sens. Pour ORFI data et vos outils."),
        "tables": [
            (table, [(each, [names[scope] for scope in names if scope in each.scopes & table.scopes]) for each in table.columns])
            for table in TABLES
        ],
        "forms": [form.label for form in FORMS.values()],
    }  # fmt: skip
    return render(request, "extracts/dictionary.html", context)
