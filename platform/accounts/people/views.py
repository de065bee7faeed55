"""The people of an organisation, for its administrator; and the page behind an invitation's link."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.gate import principal_of, public, requires
from accounts.models import User
from accounts.people import services
from accounts.people.forms import InvitationForm, PasswordForm, SiretForm
from accounts.people.services import PeopleError
from accounts.roles import roles_of
from accounts.step_up import fresh_second_factor

EVENTS_A_PAGE = 50


@require_GET
@requires("people.manage")
def people_list(request: HttpRequest) -> HttpResponse:
    """Members and open invitations."""
    principal = principal_of(request)
    context = {
        "heading": _("Personnes"),
        "lead": _(
            "Qui agit pour votre organisation, et dans quel rôle. Tout changement vaut dès la page suivante."
        ),
        "members": services.members(principal),
        "invitations": services.invitations(principal),
        "roles": roles_of(principal.organisation_kind),
        "by_departement": any(
            role.by_departement for role in roles_of(principal.organisation_kind)
        ),
        "own_user_id": principal.user_id,
        "may_place": principal.may("sites.assign"),
        "may_activate": principal.is_landlord,
    }
    return render(request, "people/list.html", context)


@require_http_methods(["GET", "POST"])
@requires("people.manage")
@fresh_second_factor
def people_invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody by mail."""
    principal = principal_of(request)
    form = InvitationForm(request.POST or None, kind=principal.organisation_kind)
    if request.method == "POST" and form.is_valid():
        try:
            invitation = services.invite(
                principal, base_url=request.build_absolute_uri("/"), **form.cleaned_data
            )
        except PeopleError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, _("Invitation envoyée à %(email)s.") % {"email": invitation.email}
            )
            return redirect("people-list")
    status = 422 if form.is_bound else 200
    return render(
        request,
        "people/invite.html",
        {"heading": _("Inviter une personne"), "form": form},
        status=status,
    )


@require_POST
@requires("people.manage")
def people_suspend(request: HttpRequest, pk: int) -> HttpResponse:
    """Suspend a member."""
    return _try(request, lambda: services.suspend(principal_of(request), pk), _("Accès suspendu."))


@require_POST
@requires("people.manage")
@fresh_second_factor
def people_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a suspended member act again."""
    return _try(request, lambda: services.restore(principal_of(request), pk), _("Accès rétabli."))


@require_POST
@requires("people.manage")
@fresh_second_factor
def people_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a member another role."""
    role_code = request.POST.get("role_code", "")
    departements = request.POST.get("departements", "")
    return _try(
        request,
        lambda: services.change_role(principal_of(request), pk, role_code, departements),
        _("Rôle changé."),
    )


@require_POST
@requires("people.manage")
def invitation_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel an open invitation."""
    return _try(
        request,
        lambda: services.cancel_invitation(principal_of(request), pk),
        _("Invitation annulée."),
    )


@require_http_methods(["GET", "POST"])
@requires("people.manage")
@fresh_second_factor
def organisation_sirets(request: HttpRequest) -> HttpResponse:
    """Declare the SIRETs under which ProConnect may send the organisation's people."""
    principal = principal_of(request)
    organisation = services.organisation_of(principal)
    initial = {
        "siret": organisation.siret,
        "other_sirets": "\n".join(organisation.other_sirets),
    }
    form = SiretForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.declare_sirets(principal, **form.cleaned_data)
        messages.success(request, _("SIRET enregistrés."))
        return redirect("people-list")
    context = {
        "heading": _("SIRET de l’organisation"),
        "lead": _(
            "ProConnect transmet le SIRET de la personne qui se connecte : il doit être l’un de ceux-ci."
        ),
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render(request, "people/sirets.html", context, status=status)


@require_GET
@requires("people.manage")
def security_journal(request: HttpRequest) -> HttpResponse:
    """What happened at the door to the organisation's people."""
    events = services.security_events(principal_of(request))
    context = {
        "heading": _("Journal de sécurité"),
        "lead": _("Connexions refusées, accès ouverts ou retirés, changements de rôle."),
        "page": Paginator(events, EVENTS_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "people/security.html", context)


def _try(request: HttpRequest, action: Callable[[], object], done: str) -> HttpResponse:
    try:
        action()
    except PeopleError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("people-list")


@require_http_methods(["GET", "POST"])
@public
def invitation_accept(request: HttpRequest, secret: str) -> HttpResponse:
    """Accept an invitation: set a password for a new account, or confirm with the account that one has."""
    invitation = services.open_invitation(secret)
    if invitation is None:
        return render(request, "people/invitation_gone.html", status=410)
    has_account = User.objects.filter(email=invitation.email).exists()
    form = PasswordForm(request.POST or None) if not has_account else None
    user = request.user if isinstance(request.user, User) else None
    if request.method == "POST" and (form is None or form.is_valid()):
        password = form.cleaned_data["password"] if form else ""
        try:
            services.accept(secret, signed_in=user, password=password)
        except PeopleError as error:
            messages.error(request, str(error))
        else:
            messages.success(
                request,
                _("Votre accès est ouvert. Connectez-vous avec %(email)s.")
                % {"email": invitation.email},
            )
            return redirect("home" if user else "account_login")
    context = {
        "invitation": invitation,
        "form": form,
        "has_account": has_account,
        "user_matches": bool(user and user.email == invitation.email),
    }
    return render(
        request,
        "people/invitation_accept.html",
        context,
        status=422 if form and form.is_bound else 200,
    )
