"""The catalogue of levers, by the level that each is meant from."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.gate import principal_of, requires
from tenants.interventions.catalogue import CatalogueLine, catalogue, save_lever
from tenants.interventions.forms import LeverForm


@require_GET
@requires("sites.read")
def lever_list(request: HttpRequest) -> HttpResponse:
    """What may be tried at each level."""
    lines = catalogue()
    context = {
        "heading": _("Leviers par niveau"),
        "lead": _("Ce que votre organisme peut engager, et à partir de quel niveau."),
        "breadcrumbs": [(_("Interventions"), reverse("intervention-list")), (_("Leviers"), "")],
        "levels": [
            (level, [each for each in lines if each.from_level == level and not each.is_retired])
            for level in (1, 2, 3, 4)
        ],
        "retired": [each for each in lines if each.is_retired],
        "may_edit": principal_of(request).may("campaigns.manage"),
    }
    return render(request, "interventions/lever_list.html", context)


@require_http_methods(["GET", "POST"])
@requires("campaigns.manage")
def lever_create(request: HttpRequest) -> HttpResponse:
    """Add a lever."""
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@requires("campaigns.manage")
def lever_edit(request: HttpRequest, lever: str) -> HttpResponse:
    """Change a lever; one of the starting list becomes the landlord's own."""
    line = next((each for each in catalogue() if each.code == lever), None)
    if line is None:
        raise Http404(_("Ce levier n’existe pas dans votre catalogue."))
    return _edit(request, line)


def _edit(request: HttpRequest, line: CatalogueLine | None) -> HttpResponse:
    initial = (
        {"label": line.label, "from_level": line.from_level, "is_retired": line.is_retired}
        if line
        else {}
    )
    form = LeverForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        save_lever(principal_of(request), line.code if line else None, **form.cleaned_data)
        messages.success(request, _("Le levier est enregistré."))
        return redirect("lever-list")
    heading = line.label if line else _("Nouveau levier")
    context = {
        "heading": heading,
        "breadcrumbs": [(_("Leviers"), reverse("lever-list")), (heading, "")],
        "form": form,
        "back": reverse("lever-list"),
    }
    return render(
        request, "interventions/lever_form.html", context, status=422 if form.errors else 200
    )
