"""Signed documents, correspondents, and the reminder of missing signatures."""

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
from sharing.conventions import documents
from sharing.conventions.forms import CorrespondentForm, DocumentForm
from sharing.conventions.models import Party, Signature
from sharing.conventions.reminders import remind_signatures
from sharing.conventions.standing import standing


@require_GET
@requires("sharing.read", "shared.read", "conventions.read")
def document(request: HttpRequest, key: UUID) -> HttpResponse:
    """The signed document, for the parties and the coordination."""
    return documents.hand_over(principal_of(request), key)


@require_http_methods(["GET", "POST"])
@requires("conventions.sign", "conventions.edit")
def document_send(request: HttpRequest, key: UUID, pk: int) -> HttpResponse:
    """Attach a document to a signature: a party to its own, the coordination to those of its conventions."""
    principal = principal_of(request)
    convention = get_object_or_404(conventions(principal), key=key)
    own = Signature.objects.filter(convention=convention)
    if not principal.is_coordinator:
        own = own.filter(organisation_id=principal.organisation_id)
    signature = get_object_or_404(own, pk=pk)
    back = _back(request, key)
    form = DocumentForm(request.POST, request.FILES) if request.method == "POST" else DocumentForm()
    if request.method == "POST" and form.is_valid():
        documents.attach(signature, form.cleaned_data["document"])
        messages.success(request, _("Le document est gardé avec la signature."))
        return redirect(back)
    heading = _("Joindre le document signé")
    context = {
        "heading": heading,
        "lead": _("Signature de %(name)s, %(function)s")
        % {"name": signature.signatory, "function": signature.signatory_function},
        "breadcrumbs": [(convention.name, back), (heading, "")],
        "form": form,
        "back": back,
        "sends_file": True,
    }
    return render(request, "conventions/form.html", context, status=422 if form.errors else 200)


def _back(request: HttpRequest, key: UUID) -> str:
    coordinates = principal_of(request).is_coordinator
    return reverse("convention-signatures" if coordinates else "party-convention", args=[key])


@require_http_methods(["GET", "POST"])
@requires("conventions.sign")
def correspondent(request: HttpRequest, key: UUID) -> HttpResponse:
    """The party says whom to write to."""
    principal = principal_of(request)
    found = get_object_or_404(
        Party.objects.filter(convention__in=conventions(principal)).select_related("convention"),
        convention__key=key,
        organisation_id=principal.organisation_id,
    )
    form = CorrespondentForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        # Only these columns are the party's to change.
        form.instance.save(update_fields=form.Meta.fields)
        messages.success(request, _("Le correspondant est enregistré."))
        return redirect("party-convention", key)
    heading = _("Notre correspondant")
    context = {
        "heading": heading,
        "breadcrumbs": [(found.convention.name, _back(request, key)), (heading, "")],
        "form": form,
        "back": _back(request, key),
    }
    return render(request, "conventions/form.html", context, status=422 if form.errors else 200)


@require_POST
@requires("conventions.edit")
def signatures_remind(request: HttpRequest, key: UUID) -> HttpResponse:
    """Remind one party (`partie`), or all whose signature is missing."""
    principal = principal_of(request)
    wanted = request.POST.get("partie", "")
    found = standing(get_object_or_404(conventions(principal), key=key))
    done = remind_signatures(principal, found, int(wanted) if wanted.isdecimal() else None)
    if done.told == 1:
        messages.success(request, _("Un rappel est parti."))
    elif done.told:
        messages.success(request, _("%(n)s rappels sont partis.") % {"n": done.told})
    elif done.already:
        messages.info(request, _("Ces parties ont déjà reçu un rappel aujourd’hui. Attendez demain."))  # fmt: skip
    else:
        messages.info(request, _("Aucune signature ne manque."))
    if done.without_address:
        messages.warning(
            request,
            _("Sans adresse de correspondant, le rappel ne s’affiche que dans ORSEN : %(names)s.")
            % {"names": ", ".join(done.without_address)},
        )
    return redirect("convention-signatures", key)
