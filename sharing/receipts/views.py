"""The copies that left: a list, each one's receipt, the file itself, and the page that verifies a copy."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.gate import principal_of, requires
from accounts.step_up import ask, is_fresh
from sharing.access import conventions
from sharing.conventions.models import Convention
from sharing.details import Detail
from sharing.receipts import kinds, services
from sharing.receipts.taken import ask_for_deletion, copies_under
from sharing.receipts.verifying import VerifyForm
from tenants.access import sites

PAGE = 50
MOST_NAMES = 200
NAMED = frozenset({Detail.SITE, Detail.FILE})
# Whoever may get a file of some kind, or is told of those that hold its data.
READERS = ("shared.read", "sharing.read", "reports.read", "sites.read", "conventions.read")


@require_GET
@requires(*READERS)
def receipt_list(request: HttpRequest) -> HttpResponse:
    """The copies that the member's own organisation took."""
    principal = principal_of(request)
    own = services.receipts(principal).filter(organisation_id=principal.organisation_id)
    page = Paginator(own, PAGE).get_page(request.GET.get("page"))
    context = {
        "heading": _("Copies"),
        "lead": _("Les fichiers que votre organisation a emportés, chacun avec son reçu."),
        "tab": "copies",
        "page": page,
        "rows": [(each, kinds.kind(each.kind).label) for each in page.object_list],
    }
    return render(request, "receipts/list.html", context)


@require_GET
@requires(*READERS)
def receipt(request: HttpRequest, key: UUID) -> HttpResponse:
    """One receipt: what the copy holds, for whom, until when, its SHA-256; the file, for whom it was made."""
    principal = principal_of(request)
    found = services.receipt_of(principal, key)
    named = dict(Convention.objects.filter(pk__in=found.convention_ids).values_list("pk", "name"))
    parts = list(found.parts.select_related("about").order_by("about__name"))
    mine = [key for part in parts if part.about_id == principal.organisation_id for key in part.site_keys]  # fmt: skip
    names = (
        list(sites(principal).filter(key__in=mine).order_by("name").values_list("key", "name")[:MOST_NAMES])
        if mine and principal.is_landlord and principal.may("sites.read")
        else []
    )  # fmt: skip
    own = found.organisation_id == principal.organisation_id
    context = {
        "heading": _("Reçu %(number)s") % {"number": found.number},
        "breadcrumbs": [(_("Copies"), reverse("receipt-list")), (found.number, "")],
        "receipt": found,
        "kind": kinds.kind(found.kind).label,
        "requester": services.requester_of(found.role_code, found.organisation_id),
        "conventions": [named.get(pk, "–") for pk in found.convention_ids],
        "parts": [(part, named.get(part.convention_id or 0, ""), len(part.site_keys)) for part in parts],
        "names": names,
        "unnamed": max(len(mine) - len(names), 0) if names else 0,
        "own": own,
        "refusal": services.refusal(principal, found) if own else "",
    }  # fmt: skip
    return render(request, "receipts/sheet.html", context)


@require_GET
@requires(*READERS)
def receipt_file(request: HttpRequest, key: UUID) -> HttpResponse:
    """The file, if the member may still have it at this very moment.

    One that names other organisations' sites takes a second factor shown a moment ago, as making it did.
    """
    principal = principal_of(request)
    receipt = services.receipt_of(principal, key)
    if receipt.detail in NAMED and not is_fresh(request):
        return ask(request)
    return services.hand_over(principal, receipt)


@require_http_methods(["GET", "POST"])
@requires(*READERS)
def verify(request: HttpRequest) -> HttpResponse:
    """Which receipt a copy has, for those who may look at that receipt; the same answer for all others."""
    principal = principal_of(request)
    asked = request.method == "POST"
    form = VerifyForm(request.POST, request.FILES) if asked else VerifyForm()
    found = form.found(principal) if asked and form.is_valid() else []
    context = {
        "heading": _("Vérifier une copie"),
        "lead": _("Un fichier sorti d’ORSEN est-il bien celui qui a été remis, à qui, et jusqu’à quand ?"),
        "breadcrumbs": [(_("Copies"), reverse("receipt-list")), (_("Vérifier une copie"), "")],
        "form": form,
        "answered": asked and form.is_valid(),
        "found": [
            (each, kinds.kind(each.kind).label, services.requester_of(each.role_code, each.organisation_id))
            for each in found
        ],
    }  # fmt: skip
    return render(request, "receipts/verify.html", context, status=422 if form.errors else 200)


@require_GET
@requires("conventions.read", "sharing.read")
def copies_taken(request: HttpRequest, key: UUID) -> HttpResponse:
    """The copies that others took under a convention: all of them for its coordination, a landlord's own data else."""
    principal = principal_of(request)
    convention = get_object_or_404(conventions(principal), key=key)
    back = reverse("convention" if principal.is_coordinator else "party-convention", args=[key])
    context = {
        "heading": _("Copies déjà emportées"),
        "lead": _(
            "Suspendre, terminer ou retirer une signature arrête la lecture, jamais les fichiers déjà emportés : "
            "demandez leur suppression."
        )
        if principal.is_coordinator
        else _(
            "Les copies qui contiennent des données de votre organisme. Retirer votre signature ne les efface pas : "
            "demandez leur suppression."
        ),
        "breadcrumbs": [(convention.name, back), (_("Copies déjà emportées"), "")],
        "convention": convention,
        "taken": copies_under(principal, convention),
    }  # fmt: skip
    return render(request, "receipts/taken.html", context)


@require_POST
@requires("conventions.edit", "conventions.sign")
def copies_delete(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask one reader (`lecteur`) to delete its copies."""
    principal = principal_of(request)
    convention = get_object_or_404(conventions(principal), key=key)
    wanted = request.POST.get("lecteur", "")
    if ask_for_deletion(principal, convention, int(wanted) if wanted.isdecimal() else 0):
        messages.success(request, _("La demande est partie. Elle s’affiche aussi sur la page d’accueil du lecteur."))  # fmt: skip
    else:
        messages.info(
            request,
            _("Cette demande est déjà partie aujourd’hui, ou ce lecteur n’a emporté aucune copie."),
        )
    return redirect("copies-taken", key)
