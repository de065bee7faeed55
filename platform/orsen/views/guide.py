"""The guide's page, its pictures, its PDF. It says nothing of anybody: whoever is signed in reads it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from accounts.gate import signed_in
from orsen.guide.content import GUIDE
from orsen.guide.pictures_plan import PHONE, PICTURES
from orsen.guide.typesetting import typeset


@require_GET
@signed_in
def guide(request: HttpRequest) -> HttpResponse:
    """Every task, one after the other; « Aide » of a page leads to the task's anchor."""
    tasks = [(task, [(step, PICTURES.get(step.picture)) for step in task.steps]) for task in GUIDE]
    context = {
        "heading": _("Guide utilisateur"),
        "lead": _("Une tâche par métier, pas à pas."),
        "tasks": tasks,
        "phone_size": PHONE,
    }
    return render(request, "guide/guide.html", context)


@require_GET
@signed_in
@cache_control(private=True, max_age=3600)
def guide_picture(request: HttpRequest, name: str) -> HttpResponse:
    """One picture of the plan."""
    picture = PICTURES.get(name)
    if picture is None or not picture.path.is_file():
        raise Http404(name)
    return HttpResponse(picture.path.read_bytes(), content_type="image/png")


@require_GET
@signed_in
def guide_pdf(request: HttpRequest) -> HttpResponse:
    """The guide to print."""
    response = HttpResponse(typeset(), content_type="application/pdf")
    header = content_disposition_header(as_attachment=True, filename="guide-utilisateur.pdf")
    response["Content-Disposition"] = header or "attachment"
    return response
