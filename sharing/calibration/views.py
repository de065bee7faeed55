"""The coordination's pages: landlords' figures without a name of anybody, and the situations of each version."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.gate import principal_of, requires
from sharing.calibration import services
from sharing.calibration.forms import VignetteForm
from tenants.calibration.models import Vignette, VignetteSet
from tenants.calibration.services import MEASURES, CalibrationError

GATE = "rounds.manage"
COLUMNS = {
    "nature_gravity": gettext_lazy("Gravité"),
    "frequency": gettext_lazy("Fréquence"),
    "equipment": gettext_lazy("Équipements"),
    "service": gettext_lazy("Service"),
    "level": gettext_lazy("Niveau"),
}


@require_GET
@requires(GATE)
def figures(request: HttpRequest) -> HttpResponse:
    """How alike landlords rate the same situations (`version`: the newest that was open, unless told)."""
    principal = principal_of(request)
    versions = list(VignetteSet.objects.all())
    asked = request.GET.get("version", "")
    shown = [each for each in versions if each.state != VignetteSet.State.DRAFT]
    current = next((each for each in shown if str(each.version) == asked), shown[0] if shown else None)  # fmt: skip
    context = {
        "heading": _("Étalonnage entre bailleurs"),
        "lead": _("Les mêmes situations, cotées par tous : l’échelle est-elle lue de la même façon ?"),
        "versions": versions,
        "current": current,
        "columns": [str(COLUMNS[code]) for code in MEASURES],
        "lines": services.landlord_lines(principal, current) if current else [],
        "minimum": services.minimum(),
    }  # fmt: skip
    return render(request, "vignettes/figures.html", context)


@require_GET
@requires(GATE)
def version(request: HttpRequest, number: int) -> HttpResponse:
    """The situations of one version."""
    found = get_object_or_404(VignetteSet, version=number)
    heading = _("Situations, version %(n)s") % {"n": found.version}
    context = {
        "heading": heading,
        "breadcrumbs": [(_("Étalonnage"), reverse("calibration-figures")), (heading, "")],
        "version": found,
        "vignettes": found.vignettes.all(),
        "is_draft": found.state == VignetteSet.State.DRAFT,
        "fewest": services.FEWEST,
    }
    return render(request, "vignettes/version.html", context)


@require_POST
@requires(GATE)
def version_new(request: HttpRequest) -> HttpResponse:
    """Prepare the next version from the newest one."""
    try:
        draft = services.next_version(principal_of(request))
    except CalibrationError as refusal:
        messages.error(request, str(refusal))
        return redirect("calibration-figures")
    messages.success(request, _("La version est en préparation : modifiez ses situations, puis ouvrez-la."))  # fmt: skip
    return redirect("vignette-set", draft.version)


@require_POST
@requires(GATE)
def version_open(request: HttpRequest, number: int) -> HttpResponse:
    """Open a draft; the one before closes."""
    found = get_object_or_404(VignetteSet, version=number)
    try:
        services.open_version(principal_of(request), found)
    except CalibrationError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("La série est ouverte : chaque personne qui cote la voit, page « Étalonnage »."))  # fmt: skip
    return redirect("vignette-set", number)


@require_http_methods(["GET", "POST"])
@requires(GATE)
def vignette_new(request: HttpRequest, number: int) -> HttpResponse:
    """Add a situation to a draft."""
    return _edit(request, number, None)


@require_http_methods(["GET", "POST"])
@requires(GATE)
def vignette_edit(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Change a situation of a draft, or take it out."""
    return _edit(request, number, get_object_or_404(Vignette, vignette_set__version=number, pk=pk))


def _edit(request: HttpRequest, number: int, vignette: Vignette | None) -> HttpResponse:
    principal = principal_of(request)
    found = get_object_or_404(VignetteSet, version=number)
    if found.state != VignetteSet.State.DRAFT:
        messages.info(request, _("Une série ouverte ne change plus : préparez la version suivante."))  # fmt: skip
        return redirect("vignette-set", number)
    if request.method == "POST" and vignette is not None and "remove" in request.POST:
        services.remove_vignette(principal, found, vignette.pk)
        messages.success(request, _("La situation est retirée."))
        return redirect("vignette-set", number)
    initial = {"title": vignette.title, "text": vignette.text} if vignette else None
    form = VignetteForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.save_vignette(principal, found, **form.cleaned_data, pk=vignette.pk if vignette else None)  # fmt: skip
        messages.success(request, _("La situation est enregistrée."))
        return redirect("vignette-set", number)
    heading = vignette.title if vignette else _("Nouvelle situation")
    context = {
        "heading": heading,
        "breadcrumbs": [
            (_("Étalonnage"), reverse("calibration-figures")),
            (_("Situations, version %(n)s") % {"n": number}, reverse("vignette-set", args=[number])),
            (heading, ""),
        ],
        "form": form,
        "vignette": vignette,
        "back": reverse("vignette-set", args=[number]),
    }  # fmt: skip
    return render(request, "vignettes/form.html", context, status=422 if form.errors else 200)
