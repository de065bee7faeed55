"""Who may call a view. Every route declares it; a system check refuses to start with one that does not.

    @requires("sites.read")      a member whose role holds the permission
    @signed_in                   anybody who is logged in
    @public                      anybody

A class-based view (the API's too) carries the same names in its `gate` attribute.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.permissions import known
from accounts.principal import Principal

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"
SIGNED_IN = "signed_in"


def principal_of(request: HttpRequest) -> Principal:
    """The principal that the scope middleware put on the request. Raises PermissionDenied when there is none."""
    principal = getattr(request, "principal", None)
    if principal is None:
        raise PermissionDenied(
            _(
                "Votre compte n’est rattaché à aucune organisation. Adressez-vous à son administrateur."
            )
        )
    return cast("Principal", principal)


def requires(*permissions: str) -> Callable[[View], View]:
    """Let in a member whose role holds one of the permissions. A bad name raises at import."""
    for permission in permissions:
        known(permission)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            principal = principal_of(request)
            if not any(principal.may(permission) for permission in permissions):
                raise PermissionDenied(_("Votre rôle ne donne pas accès à cette page."))
            return cast("HttpResponse", view(request, *args, **kwargs))

        guarded.gate = permissions  # type: ignore[attr-defined]
        return cast("View", guarded)

    return decorate


def signed_in(view: View) -> View:
    """Let in anybody who is logged in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return cast("HttpResponse", view(request, *args, **kwargs))

    guarded.gate = (SIGNED_IN,)  # type: ignore[attr-defined]
    return cast("View", guarded)


def public(view: View) -> View:
    """Let in anybody."""
    view.gate = (PUBLIC,)  # type: ignore[attr-defined]
    return view


def express(view: View) -> View:
    """Mark a view of many small answers (tiles): a reader who is known gets there by the short way.

    Only `orsen.express` reads the mark. Every check is made on that way too, the view's own gate included. Such a view
    takes z, x and y, reads only, and says who may keep its answer.
    """
    view.express = True  # type: ignore[attr-defined]
    return view


def asking(statement: str) -> Callable[[View], View]:
    """Of an `@express` view: the statement, one row and no parameters, that it asks first in the reader's scope.

    On the short way it travels with the opening of the scope. What the view does with its answer is the view's own.
    """

    def decorate(view: View) -> View:
        view.asking = statement  # type: ignore[attr-defined]
        return view

    return decorate


def at_hand(answer: Callable[..., HttpResponse | None]) -> Callable[[View], View]:
    """Of an `@express` view: how it answers from what the process keeps, without a scope; None where it cannot.

    Called as answer(request, principal, standing, z, x, y), behind the same checks; `standing`: tenants.tiles.standing, as
    PostgreSQL gave it at this request.
    """

    def decorate(view: View) -> View:
        view.at_hand = answer  # type: ignore[attr-defined]
        return view

    return decorate
