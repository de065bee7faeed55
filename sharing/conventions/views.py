"""The coordination's pages of a convention: list, sheet, parties, signatures, changes of state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.gate import principal_of, requires
from sharing.access import conventions
from sharing.conventions import documents, services
from sharing.conventions.forms import (
    ConventionForm,
    NewConventionForm,
    PaperSignatureForm,
    PartyForm,
)
from sharing.conventions.models import Convention, Party
from sharing.conventions.standing import standing, standings
from sharing.conventions.wording import sentence
from sharing.notices.services import notices
from sharing.waivers.services import waivers_of

FORM = ["GET", "POST"]


def held(request: HttpRequest, key: UUID) -> Convention:
    """A convention that the coordination holds. Raises Http404."""
    return get_object_or_404(conventions(principal_of(request)), key=key)


def crumbs(convention: Convention, *rest: tuple[str, str]) -> list[tuple[str, str]]:
    """The way from the list to a page of the convention."""
    own = [
        (_("Conventions"), reverse("convention-list")),
        (convention.name, reverse("convention", args=[convention.key])),
    ]
    return own + list(rest) if rest else [own[0], (convention.name, "")]


@require_GET
@requires("conventions.read")
def convention_list(request: HttpRequest) -> HttpResponse:
    """The conventions that the coordination holds, with what each is waiting for."""
    found = standings(conventions(principal_of(request)))
    context = {
        "heading": _("Conventions"),
        "lead": _("Chaque convention dit qui lit quoi, sur quel territoire et jusqu’à quand."),
        "standings": found,
        "notices": notices(principal_of(request))[:5],
    }
    return render(request, "conventions/list.html", context)


@require_http_methods(FORM)
@requires("conventions.edit")
def convention_create(request: HttpRequest) -> HttpResponse:
    """A new convention, in preparation."""
    holder = Convention(coordinator_id=principal_of(request).organisation_id)
    form = NewConventionForm(request.POST or None, instance=holder)
    if request.method == "POST" and form.is_valid():
        convention = services.create_convention(
            form.save(commit=False), list(form.cleaned_data["parties"])
        )
        messages.success(request, _("La convention est créée. Écrivez maintenant son annexe."))
        return redirect("convention", convention.key)
    context = {
        "heading": _("Nouvelle convention"),
        "breadcrumbs": [(_("Conventions"), reverse("convention-list")), (_("Nouvelle"), "")],
        "form": form,
        "back": reverse("convention-list"),
    }
    return render(request, "conventions/form.html", context, status=422 if form.errors else 200)


@require_GET
@requires("conventions.read")
def convention_sheet(request: HttpRequest, key: UUID) -> HttpResponse:
    """Where a convention stands: what it gives, who has signed, what is missing, what can be done."""
    convention = held(request, key)
    found = standing(convention)
    shown = found.in_force or found.to_come
    lines = shown.lines.select_related("organisation", "territory").order_by("pk") if shown else []
    context = {
        "heading": convention.name,
        "breadcrumbs": crumbs(convention),
        "standing": found,
        "convention": convention,
        "waivers": waivers_of(convention),
        "departements": ", ".join(convention.departement_codes),
        "annex": shown,
        "sentences": [sentence(line) for line in lines],
        "steps": [step for step in STEPS.values() if convention.state in step.from_states],
        "rounds": convention.rounds.all()[:5],
    }
    return render(request, "conventions/sheet.html", context)


@require_http_methods(FORM)
@requires("conventions.edit")
def convention_edit(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change the sheet; once in force, the name and an earlier end only."""
    convention = held(request, key)
    form = ConventionForm(request.POST or None, instance=convention)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("La convention est enregistrée."))
        return redirect("convention", key)
    context = {
        "heading": _("Modifier la convention"),
        "breadcrumbs": crumbs(held(request, key), (_("Modifier"), "")),
        "form": form,
        "back": reverse("convention", args=[key]),
    }
    return render(request, "conventions/form.html", context, status=422 if form.errors else 200)


STOPPED = gettext_lazy(
    "La lecture est arrêtée. Les fichiers déjà emportés ne s’effacent pas d’eux-mêmes : « Copies déjà emportées » les "
    "liste, avec un texte pour demander leur suppression."
)


@dataclass(frozen=True)
class Step:
    """A change of state: its name, what it does, in the words of the confirmation."""

    code: str
    label: str | Promise
    effect: str | Promise
    from_states: frozenset[str]
    run: Callable[[Convention], None]
    danger: bool = False
    stops: bool = False


STEPS = {
    step.code: step
    for step in [
        Step("activer", gettext_lazy("Mettre en vigueur"),
             gettext_lazy("Dès maintenant, et à partir de la date de début, les lecteurs lisent ce que l’annexe donne des "
                          "bailleurs qui ont signé cette version. L’annexe proposée entre en vigueur."),
             frozenset({"draft"}), services.activate),
        Step("reprendre", gettext_lazy("Remettre en vigueur"),
             gettext_lazy("Les lecteurs retrouvent dès maintenant ce que l’annexe en vigueur leur donne."),
             frozenset({"suspended"}), services.activate),
        Step("suspendre", gettext_lazy("Suspendre"),
             gettext_lazy("Dès la prochaine page ouverte, plus personne ne lit rien au titre de cette convention. Vous "
                          "pourrez la remettre en vigueur ; les signatures sont gardées."),
             frozenset({"active"}), services.suspend, stops=True),
        Step("terminer", gettext_lazy("Terminer"),
             gettext_lazy("Dès la prochaine page ouverte, plus personne ne lit rien au titre de cette convention. Elle ne "
                          "se rouvre pas : il faudra la renouveler et la faire signer."),
             frozenset({"active", "suspended"}), services.end, danger=True, stops=True),
    ]
}  # fmt: skip


@require_http_methods(FORM)
@requires("conventions.edit")
def convention_step(request: HttpRequest, key: UUID, code: str) -> HttpResponse:
    """Confirm a change of state, having said what it does; then do it."""
    convention, step = held(request, key), STEPS.get(code)
    if step is None:
        raise Http404
    if request.method == "POST":
        try:
            step.run(convention)
        except services.ConventionError as error:
            messages.error(request, str(error))
        else:
            if step.stops:
                messages.info(request, STOPPED)
            messages.success(request, _("C’est fait : %(step)s.") % {"step": step.label})
        return redirect("convention", key)
    context = {
        "heading": step.label,
        "breadcrumbs": crumbs(convention, (str(step.label), "")),
        "convention": convention,
        "step": step,
        "missing": standing(convention).missing,
    }
    return render(request, "conventions/step.html", context)


@require_POST
@requires("conventions.edit")
def convention_renew(request: HttpRequest, key: UUID) -> HttpResponse:
    """A new draft that follows this convention."""
    following = services.renew(held(request, key))
    messages.success(
        request,
        _("Une nouvelle convention est en préparation, avec les mêmes parties et la même annexe. Vérifiez ses dates."),
    )  # fmt: skip
    return redirect("convention-edit", following.key)


@require_http_methods(FORM)
@requires("conventions.edit")
def party_form(request: HttpRequest, key: UUID, pk: int | None = None) -> HttpResponse:
    """Add a party, or change its correspondent."""
    convention = held(request, key)
    party = get_object_or_404(convention.parties, pk=pk) if pk else None
    form = PartyForm(request.POST or None, instance=party, convention=convention)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("La partie est enregistrée."))
        return redirect("convention", key)
    heading = party.organisation.name if party else _("Ajouter une partie")
    context = {
        "heading": heading,
        "breadcrumbs": crumbs(convention, (heading, "")),
        "form": form,
        "back": reverse("convention", args=[key]),
        "remove": reverse("party-remove", args=[key, party.pk]) if party else "",
    }
    return render(request, "conventions/form.html", context, status=422 if form.errors else 200)


@require_POST
@requires("conventions.edit")
def party_remove(request: HttpRequest, key: UUID, pk: int) -> HttpResponse:
    """Take a party out."""
    party = get_object_or_404(Party.objects.filter(convention=held(request, key)), pk=pk)
    try:
        services.remove_party(party)
    except services.ConventionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("La partie est retirée de la convention."))
    return redirect("convention", key)


@require_http_methods(FORM)
@requires("conventions.edit")
def signatures(request: HttpRequest, key: UUID) -> HttpResponse:
    """Signatures given and missing; record one that was given on paper."""
    convention = held(request, key)
    found = standing(convention)
    form = PaperSignatureForm(
        request.POST or None, request.FILES or None, parties=found.parties, annexes=found.to_sign
    )
    if request.method == "POST" and form.is_valid():
        try:
            signature = services.sign(
                form.cleaned_data["party"],
                form.cleaned_data["annex"],
                form.given(),
                by_itself=False,
            )
        except services.ConventionError as error:
            form.add_error(None, str(error))
        else:
            if form.cleaned_data["document"]:
                documents.attach(signature, form.cleaned_data["document"])
            messages.success(request, _("La signature est enregistrée."))
            return redirect("convention-signatures", key)
    names = {party.organisation_id: party.organisation.name for party in found.parties}
    versions = {annex.pk: annex.number for annex in found.annexes}
    context = {
        "heading": _("Signatures"),
        "breadcrumbs": crumbs(convention, (_("Signatures"), "")),
        "standing": found,
        "convention": convention,
        "given": [(names.get(s.organisation_id, "–"), versions.get(s.annex_id or 0), s) for s in found.signatures],
        "form": form,
    }  # fmt: skip
    return render(request, "conventions/signatures.html", context, status=422 if form.errors else 200)  # fmt: skip
