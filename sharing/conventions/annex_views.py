"""The annex editor: versions, lines, the sentence of each, and why a line applies at a place."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.gate import requires
from accounts.models import Organisation
from gis.territories.models import Territory
from sharing.conventions import services
from sharing.conventions.explain import explain
from sharing.conventions.forms import LineForm, territory_choices
from sharing.conventions.models import Annex, AnnexLine
from sharing.conventions.standing import Standing, standing
from sharing.conventions.views import crumbs, held
from sharing.conventions.wording import problems, sentence


def _version(request: HttpRequest, key: UUID, number: int) -> tuple[Standing, Annex]:
    found = standing(held(request, key))
    for annex in found.annexes:
        if annex.number == number:
            annex.convention = found.convention
            return found, annex
    raise Http404


def _lines(annex: Annex) -> list[AnnexLine]:
    return list(annex.lines.select_related("organisation", "territory").order_by("pk"))


@require_GET
@requires("conventions.read")
def annex(request: HttpRequest, key: UUID, number: int) -> HttpResponse:
    """One version, line by line; a draft with its editor. `ligne` opens one line for change."""
    found, version = _version(request, key, number)
    wanted = request.GET.get("ligne", "")
    edited = next((line for line in _lines(version) if str(line.pk) == wanted), None)
    initial = LineForm.initial_of(edited) if edited else None
    form = LineForm(initial=initial, convention=found.convention, parties=found.parties)
    return _page(request, found, version, form, edited)


def _page(
    request: HttpRequest,
    found: Standing,
    version: Annex,
    form: LineForm,
    edited: AnnexLine | None,
) -> HttpResponse:
    lines = _lines(version)
    heading = _("Annexe, version %(number)s") % {"number": version.number}
    rows = [
        {"line": line, "sentence": sentence(line), "problems": problems(line, lines, found.convention, found.parties)}
        for line in lines
    ]  # fmt: skip
    landlords = [
        (party.organisation, found.signature(party.organisation_id, version))
        for party in found.parties
        if party.organisation.kind == Organisation.Kind.LANDLORD
    ]
    context = {
        "heading": heading,
        "breadcrumbs": crumbs(found.convention, (heading, "")),
        "convention": found.convention,
        "standing": found,
        "annex": version,
        "rows": rows,
        "form": form,
        "edited": edited,
        "landlords": landlords,
        "unsigned": sum(1 for _landlord, signature in landlords if signature is None),
        "editable": version.state == Annex.State.DRAFT,
    }
    return render(request, "conventions/annex.html", context, status=422 if form.errors else 200)


@require_POST
@requires("conventions.edit")
def annex_start(request: HttpRequest, key: UUID) -> HttpResponse:
    """A new version, starting from the last one."""
    convention = held(request, key)
    try:
        version = services.start_version(convention)
    except services.ConventionError as error:
        messages.error(request, str(error))
        return redirect("convention", key)
    return redirect("annex", key, version.number)


ANNEX_STEPS = {
    "proposer": services.propose,
    "reprendre": services.take_back,
    "en-vigueur": services.put_in_force,
}


@require_POST
@requires("conventions.edit")
def annex_step(request: HttpRequest, key: UUID, number: int, code: str) -> HttpResponse:
    """Propose a version to signature, take it back, or put it in force."""
    _found, version = _version(request, key, number)
    if code not in ANNEX_STEPS:
        raise Http404
    try:
        ANNEX_STEPS[code](version)
    except services.ConventionError as error:
        messages.error(request, str(error))
    else:
        values = {"number": number, "state": version.get_state_display()}
        messages.success(request, _("Version %(number)s : %(state)s.") % values)
    return redirect("annex", key, number)


@require_POST
@requires("conventions.edit")
def line_save(request: HttpRequest, key: UUID, number: int, pk: int | None = None) -> HttpResponse:
    """Add a line, or change one; a draft only."""
    found, version = _version(request, key, number)
    edited = get_object_or_404(version.lines, pk=pk) if pk else None
    form = LineForm(request.POST, convention=found.convention, parties=found.parties)
    if not form.is_valid():
        return _page(request, found, version, form, edited)
    try:
        services.require_draft(version)
    except services.ConventionError as error:
        messages.error(request, str(error))
    else:
        form.line(version, edited).save()
        messages.success(request, _("La ligne est enregistrée."))
    return redirect("annex", key, number)


@require_POST
@requires("conventions.edit")
def line_delete(request: HttpRequest, key: UUID, number: int, pk: int) -> HttpResponse:
    """Remove a line from a draft."""
    _found, version = _version(request, key, number)
    line = get_object_or_404(version.lines, pk=pk)
    try:
        services.require_draft(version)
    except services.ConventionError as error:
        messages.error(request, str(error))
    else:
        line.delete()
        messages.success(request, _("La ligne est retirée."))
    return redirect("annex", key, number)


@require_POST
@requires("conventions.edit")
def annex_grace(request: HttpRequest, key: UUID, number: int) -> HttpResponse:
    """Days during which readers still read after the end; part of what the parties sign."""
    _found, version = _version(request, key, number)
    days = request.POST.get("grace_days", "")
    try:
        services.require_draft(version)
        services.set_grace(version, int(days) if days.isdecimal() else -1)
    except services.ConventionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Le délai de grâce est enregistré."))
    return redirect("annex", key, number)


@require_GET
@requires("conventions.read")
def line_sentence(request: HttpRequest, key: UUID, number: int) -> HttpResponse:
    """The sentence of the line as it stands in the form, while it is being written."""
    found, version = _version(request, key, number)
    form = LineForm(request.GET, convention=found.convention, parties=found.parties)
    context: dict[str, object] = {"sentence": "", "problems": []}
    if form.is_valid():
        line = form.line(version)
        wanted = request.GET.get("ligne", "")
        line.pk = int(wanted) if wanted.isdecimal() else None
        context = {
            "sentence": sentence(line),
            "problems": problems(line, _lines(version), found.convention, found.parties),
        }
    return render(request, "conventions/_sentence.html", context)


@require_GET
@requires("conventions.read")
def explanation(request: HttpRequest, key: UUID) -> HttpResponse:
    """Which line applies to a reader at a place, level by level, and why the others do not."""
    found = standing(held(request, key))
    version = _asked_version(found, request.GET.get("version", ""))
    reader = _asked_reader(found, request.GET.get("lecteur", ""))
    place = _asked_place(request.GET.get("territoire", ""))
    rows = explain(version, reader, place) if version and reader and place else []
    context = {
        "heading": _("Qui lit quoi, et pourquoi"),
        "breadcrumbs": crumbs(found.convention, (_("Explication"), "")),
        "convention": found.convention,
        "readers": [party.organisation for party in found.parties],
        "territories": territory_choices(found.convention),
        "annexes": found.annexes,
        "version": version,
        "reader": reader,
        "place": place,
        "place_value": str(place.pk) if place else "",
        "rows": rows,
        "obstacles": found.obstacles(reader.pk) if reader else [],
        "silent": found.silent_landlords(reader.pk) if reader else [],
    }
    return render(request, "conventions/explanation.html", context)


def _asked_version(found: Standing, number: str) -> Annex | None:
    for annex in found.annexes:
        if str(annex.number) == number:
            return annex
    return found.in_force or found.to_come


def _asked_reader(found: Standing, pk: str) -> Organisation | None:
    return next((p.organisation for p in found.parties if str(p.organisation_id) == pk), None)


def _asked_place(pk: str) -> Territory | None:
    return Territory.objects.filter(pk=int(pk)).first() if pk.isdecimal() else None
