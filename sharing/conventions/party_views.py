"""A party's own pages: a landlord's « Partage », and the convention where each party signs for itself."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.gate import principal_of, requires
from accounts.models import Organisation
from accounts.step_up import fresh_second_factor
from sharing.access import conventions
from sharing.announcements.services import near, watch_list
from sharing.conventions import documents, services
from sharing.conventions.forms import SignatureForm
from sharing.conventions.models import Annex
from sharing.conventions.standing import Standing, standing, standings
from sharing.conventions.wording import sentence
from sharing.notices.services import notices
from sharing.preview.services import counts_by_reader
from sharing.rounds.services import unanswered
from sharing.waivers.services import own_waiver, waivers_of


@require_GET
@requires("sharing.read")
def landlord_sharing(request: HttpRequest) -> HttpResponse:
    """What the landlord is bound by, what awaits its signature, which partner reads how many of its sites."""
    principal = principal_of(request)
    found = standings(conventions(principal))
    readers = counts_by_reader(principal, found)
    partner = Organisation.Kind.PARTNER
    context = {
        "heading": _("Partage"),
        "lead": _("Qui lit vos sites, au titre de quelle convention, et avec quel détail."),
        "tab": "sharing",
        "notices": notices(principal)[:5],
        "rows": [_row(each, principal.organisation_id) for each in found],
        "partners": [each for each in readers if each.reader.kind == partner],
        "landlords": [each for each in readers if each.reader.kind != partner],
        "nearby": watch_list(principal, near(principal)),
        "rounds": unanswered(principal) if principal.may("campaigns.read") else [],
        "may_answer": principal.may("campaigns.manage"),
    }
    return render(request, "conventions/landlord.html", context)


def _row(found: Standing, organisation_id: int) -> dict[str, object]:
    unsigned = [a for a in found.to_sign if found.signature(organisation_id, a) is None]
    return {
        "standing": found,
        "convention": found.convention,
        "signature": found.signature(organisation_id),
        "unsigned": unsigned,
        "obstacles": found.obstacles(organisation_id),
    }


@require_GET
@requires("sharing.read", "shared.read")
def party_convention(request: HttpRequest, key: UUID) -> HttpResponse:
    """A convention as its party reads it: what each line gives, who signed, its own signature."""
    return _page(request, _bound(request, key), {})


def _bound(request: HttpRequest, key: UUID) -> Standing:
    return standing(get_object_or_404(conventions(principal_of(request)), key=key))


def _page(request: HttpRequest, found: Standing, refused: dict[int, SignatureForm]) -> HttpResponse:
    principal = principal_of(request)
    own = principal.organisation_id
    annexes = []
    for annex in found.to_sign:
        signature = found.signature(own, annex)
        initial: dict[str, object] | None = {"cap": signature.cap} if signature else None
        lines = annex.lines.select_related("organisation", "territory").order_by("pk")
        annexes.append(
            {
                "annex": annex,
                "sentences": [sentence(line) for line in lines],
                "signature": signature,
                "form": refused.get(annex.number) or _form(request, annex, initial=initial),
            }
        )
    back = "landlord-sharing" if principal.is_landlord else "partner-home"
    context = {
        "heading": found.convention.name,
        "breadcrumbs": [(_("Partage"), reverse(back)), (found.convention.name, "")],
        "standing": found,
        "convention": found.convention,
        "annexes": annexes,
        "obstacles": found.obstacles(own),
        "silent": found.silent_landlords(own),
        "signed": found.signature(own) is not None,
        "readers": [p.organisation for p in found.parties if p.organisation.kind == Organisation.Kind.PARTNER],
        "may_sign": principal.may("conventions.sign"),
        "waivers": waivers_of(found.convention),
        "own_waiver": own_waiver(principal, found.convention),
        "may_waive": principal.is_landlord and principal.may("waivers.sign"),
    }  # fmt: skip
    return render(request, "conventions/party.html", context, status=422 if refused else 200)


def _form(
    request: HttpRequest, annex: Annex, *, initial: dict[str, object] | None = None
) -> SignatureForm:
    sent = request.method == "POST"
    return SignatureForm(
        request.POST if sent else None,
        request.FILES if sent else None,
        landlord=principal_of(request).is_landlord,
        initial=initial,
        prefix=f"v{annex.number}",
    )


@require_POST
@requires("conventions.sign")
@fresh_second_factor
def party_sign(request: HttpRequest, key: UUID, number: int) -> HttpResponse:
    """Sign one version for the member's own organisation, or sign it again with another limit."""
    found = _bound(request, key)
    party = found.party(principal_of(request).organisation_id)
    annex = next((each for each in found.to_sign if each.number == number), None)
    if party is None or annex is None:
        raise Http404(_("Cette version de l’annexe n’est pas à signer."))
    form = _form(request, annex)
    if form.is_valid():
        try:
            signature = services.sign(party, annex, form.given(), by_itself=True)
        except services.ConventionError as error:
            form.add_error(None, str(error))
        else:
            if form.cleaned_data["document"]:
                documents.attach(signature, form.cleaned_data["document"])
            messages.success(request, _("Votre signature est enregistrée."))
            return redirect("party-convention", key)
    return _page(request, found, {number: form})


@require_http_methods(["GET", "POST"])
@requires("conventions.sign")
def party_withdraw(request: HttpRequest, key: UUID) -> HttpResponse:
    """Withdraw the organisation's signature, having said what it stops."""
    found = _bound(request, key)
    party = found.party(principal_of(request).organisation_id)
    if party is None:
        raise Http404
    if request.method == "POST":
        services.withdraw(party)
        messages.success(request, _("Votre signature est retirée."))
        if principal_of(request).is_landlord:
            return redirect("copies-taken", key)
        return redirect("party-convention", key)
    context = {
        "heading": _("Retirer la signature"),
        "breadcrumbs": [
            (found.convention.name, reverse("party-convention", args=[key])),
            (_("Retirer la signature"), ""),
        ],
        "convention": found.convention,
        "landlord": principal_of(request).is_landlord,
    }
    return render(request, "conventions/withdraw.html", context)
