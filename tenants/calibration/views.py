"""The rater's situations, one a screen; and the landlord's own figures, which name nobody."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.gate import principal_of, requires
from tenants.calibration import services
from tenants.calibration.agreement import ENOUGH_RATERS
from tenants.calibration.forms import AnswerForm
from tenants.calibration.models import Vignette, VignetteSet
from tenants.campaigns.grids import read_grid
from tenants.campaigns.services.launching import current_grid


@require_GET
@requires("assessments.write", "campaigns.read")
def calibration(request: HttpRequest) -> HttpResponse:
    """What is left to answer, what was answered, and how alike the landlord's people rate."""
    principal = principal_of(request)
    current = services.open_set() or VignetteSet.objects.exclude(state="draft").first()
    context: dict[str, Any] = {
        "heading": _("Étalonnage"),
        "lead": _(
            "Tout le monde cote les mêmes situations : on voit si l’échelle est lue de la même façon."
        ),
        "current": current,
        "rates": principal.may("assessments.write"),
        "reads": principal.may("campaigns.read"),
        "minimum": ENOUGH_RATERS,
    }
    if current is not None and principal.may("assessments.write"):
        answers = list(services.own_answers(principal, current))
        done = {answer.vignette_id for answer in answers}
        left = [each for each in current.vignettes.all() if each.pk not in done]
        context |= {
            "answers": answers,
            "next": left[0] if left and current.state == "open" else None,
            "total": len(answers) + len(left),
        }
    if current is not None and principal.may("campaigns.read"):
        raters, lines = services.own_lines(principal, current)
        labels = {each.code: each.label for each in read_grid(current_grid()).criteria}
        context |= {
            "raters": raters,
            "lines": [(labels.get(line.code, _("Niveau")), line) for line in lines],
        }
    return render(request, "calibration/calibration.html", context)


@require_http_methods(["GET", "POST"])
@requires("assessments.write")
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Rate one situation. The grid's own level is told afterwards, so that it does not lead the answer."""
    principal = principal_of(request)
    vignette = get_object_or_404(
        Vignette.objects.select_related("vignette_set").exclude(vignette_set__state="draft"), pk=pk
    )
    current = vignette.vignette_set
    answered = services.own_answers(principal, current)
    if answered.filter(vignette=vignette).exists():
        return redirect("calibration")
    form = AnswerForm(read_grid(current_grid()), request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        criteria = {code: said[code] for code in said if code != "level"}
        try:
            kept = services.give(principal, vignette, criteria, said["level"])
        except services.CalibrationError as refusal:
            form.add_error(None, str(refusal))
        else:
            words = {"level": kept.level, "suggested": kept.suggested_level}
            messages.success(
                request,
                _("Réponse gardée : niveau %(level)s ; la grille aurait proposé %(suggested)s.")
                % words,
            )
            left = current.vignettes.exclude(pk__in=answered.values("vignette_id")).first()
            return redirect("calibration-answer", left.pk) if left else redirect("calibration")
    context = {
        "heading": vignette.title,
        "vignette": vignette,
        "number": answered.count() + 1,
        "total": current.vignettes.count(),
        "form": form,
        "grid": form.grid,
        "breadcrumbs": [(_("Étalonnage"), reverse("calibration")), (vignette.title, "")],
    }
    return render(request, "calibration/answer.html", context, status=422 if form.errors else 200)
