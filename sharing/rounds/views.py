"""Rounds: the coordination's list, sheet and reminders; the landlord's one-click answer."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.gate import principal_of, requires
from sharing.access import conventions
from sharing.calibration.services import drifts
from sharing.conventions.models import Convention
from sharing.rounds import files, services
from sharing.rounds.forms import RoundForm
from sharing.rounds.models import CampaignRound
from tenants.campaigns.services import CampaignError


def _round(key: UUID) -> CampaignRound:
    found = CampaignRound.objects.select_related("convention", "convention__coordinator")
    return get_object_or_404(found, key=key)


@require_GET
@requires("rounds.manage")
def round_list(request: HttpRequest) -> HttpResponse:
    """The rounds of the conventions that the coordination holds."""
    active = conventions(principal_of(request)).filter(state=Convention.State.ACTIVE)
    context = {
        "heading": _("Campagnes des conventions"),
        "lead": _("Vous suivez l’avancement par des comptes : aucun site n’est visible d’ici."),
        "rows": services.overview(),
        "active": active,
    }
    return render(request, "rounds/list.html", context)


@require_http_methods(["GET", "POST"])
@requires("rounds.manage")
def round_create(request: HttpRequest, key: UUID) -> HttpResponse:
    """Launch a round of one convention."""
    convention = get_object_or_404(conventions(principal_of(request)), key=key)
    form = RoundForm(request.POST or None, instance=CampaignRound(convention=convention))
    if request.method == "POST" and form.is_valid():
        try:
            launched = services.launch(form.save(commit=False))
        except services.RoundError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request,
                _("La campagne est lancée : elle attend la réponse de chaque bailleur, page « Partage »."),
            )  # fmt: skip
            return redirect("round", launched.key)
    heading = _("Lancer une campagne")
    context = {
        "heading": heading,
        "breadcrumbs": [(_("Campagnes"), reverse("round-list")), (heading, "")],
        "form": form,
        "back": reverse("convention", args=[key]),
    }
    return render(request, "conventions/form.html", context, status=422 if form.errors else 200)


@require_GET
@requires("rounds.manage")
def round_sheet(request: HttpRequest, key: UUID) -> HttpResponse:
    """How far each landlord is."""
    found = _round(key)
    landlords = services.progress(found)
    told = files.statuses(found)
    rows = [
        (each, status, status is not None and status.is_ready(found.files_asked_at))
        for each in landlords
        for status in [told.get(each.organisation.pk)]
    ]
    context = {
        "heading": found.name,
        "breadcrumbs": [(_("Campagnes"), reverse("round-list")), (found.name, "")],
        "round": found,
        "landlords": landlords,
        "rows": rows,
        "mandates": sum(1 for each in told.values() if each.mandate_id),
        "answered": sum(1 for each in landlords if each.campaign_state),
        "done": sum(1 for each in landlords if each.is_done),
        "sites": sum(each.sites for each in landlords),
        "assessed": sum(each.assessed for each in landlords),
        "decided": sum(each.decided for each in landlords),
        "drifts": drifts(principal_of(request), found),
        "late": [each for each in landlords if each.may_be_reminded],
    }
    return render(request, "rounds/sheet.html", context)


@require_POST
@requires("rounds.manage")
def round_remind(request: HttpRequest, key: UUID) -> HttpResponse:
    """Remind one landlord (`bailleur`), or all that are late."""
    found = _round(key)
    wanted = request.POST.get("bailleur", "")
    late = [each.organisation.pk for each in services.progress(found) if each.may_be_reminded]
    sent, refused = 0, []
    for pk in [int(wanted)] if wanted.isdecimal() else late:
        try:
            services.remind(found, pk)
            sent += 1
        except services.RoundError as error:
            refused.append(str(error))
    for text in dict.fromkeys(refused):
        messages.error(request, text)
    if sent == 1:
        messages.success(request, _("Une relance est partie."))
    elif sent:
        messages.success(request, _("%(n)s relances sont parties.") % {"n": sent})
    elif not refused:
        messages.info(request, _("Aucun bailleur à relancer aujourd’hui."))
    return redirect("round", key)


@require_POST
@requires("rounds.manage")
def round_files(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask for the pre-filled file of every landlord that gave the mandate."""
    try:
        files.ask(principal_of(request), _round(key))
    except services.RoundError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Les fichiers sont demandés, chez chaque bailleur qui a donné mandat."))  # fmt: skip
    return redirect("round", key)


@require_POST
@requires("rounds.manage")
def round_close(request: HttpRequest, key: UUID) -> HttpResponse:
    """Close the round."""
    try:
        services.close(_round(key))
    except services.RoundError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("La campagne est close. Vous pouvez en produire le rapport."))
    return redirect("round", key)


@require_POST
@requires("campaigns.manage")
def round_answer(request: HttpRequest, key: UUID) -> HttpResponse:
    """A landlord answers with a campaign of its own."""
    try:
        campaign = services.answer(principal_of(request), _round(key))
    except (services.RoundError, CampaignError) as error:
        messages.error(request, str(error))
        return redirect("landlord-sharing")
    text = _(
        "La campagne « %(name)s » est en préparation. Vérifiez-la, puis ouvrez-la, page « Campagnes »."
    )
    messages.success(request, text % {"name": campaign.name})
    return redirect("landlord-sharing")
