"""Pages that say what went wrong and what to do. They answer without the database."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.utils.translation import gettext

FOR_PROGRAMS: Final = ("/api/", "/ogc/")


def _page(
    request: HttpRequest | None, status: int, heading: str, text: str, *, retry: bool = False
) -> HttpResponse:
    """An error page; without a request, nothing of the site's context is asked for."""
    context = {"status": status, "heading": heading, "text": text, "retry": retry}
    content = loader.render_to_string("error.html", context, request=request)
    response = HttpResponse(content, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _answer(
    request: HttpRequest, status: int, heading: str, text: str, *, framed: bool = False, retry: bool = False,
) -> HttpResponse:  # fmt: skip
    """The error page, or for a program JSON with the same words. `framed`: within the reader's own frame of the site."""
    if request.path.startswith(FOR_PROGRAMS):
        response = JsonResponse({"title": heading, "detail": text, "status": status}, status=status)
        response["Cache-Control"] = "no-store"
        return response
    return _page(request if framed else None, status, heading, text, retry=retry)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request itself is malformed."""
    return _answer(
        request,
        400,
        gettext("Demande incompréhensible"),
        gettext(
            "L’adresse ou le formulaire envoyé n’a pas la forme attendue. Revenez à la page précédente et recommencez."
        ),
    )


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: the reader is known and has no right to this; the refusal's own words come first when it has some."""
    advice = gettext(
        "Si vous travaillez pour plusieurs organisations, changez d’organisation ; sinon, demandez ce droit à la "
        "personne qui gère les accès de la vôtre."
    )
    reason = str(exception) or gettext(
        "Votre rôle dans cette organisation ne permet pas d’ouvrir cette page."
    )
    return _answer(request, 403, gettext("Accès refusé"), f"{reason} {advice}", framed=True)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: nothing is there, or nothing that this reader may know of: the page does not tell which."""
    return _answer(
        request,
        404,
        gettext("Page introuvable"),
        gettext(
            "Cette page n’existe pas, n’existe plus, ou n’est pas partagée avec votre organisation. "
            "Vérifiez l’adresse, ou repartez de l’accueil."
        ),
        framed=True,
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500: the fault is ours; rendered without the request, since its context may be what failed."""
    return _answer(
        request,
        500,
        gettext("Une erreur est survenue"),
        gettext(
            "La page n’a pas pu être préparée. Ce qui était déjà enregistré est conservé ; ce que vous envoyiez "
            "ne l’est pas. "
            "Recommencez dans un instant ; si l’erreur revient, prévenez la personne qui exploite la plateforme, "
            "avec l’heure et l’adresse de la page."
        ),
        retry=True,
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of a form whose token is missing or too old; `reason` is for the log, not for the reader."""
    return _page(
        request,
        403,
        gettext("Formulaire expiré"),
        gettext(
            "Pour votre sécurité, ce formulaire n’est valable qu’un temps, et seulement depuis cette page. "
            "Rien n’a été enregistré. Revenez en arrière, rechargez la page et envoyez-le de nouveau. "
            "Si cela se répète, autorisez les cookies de ce site."
        ),
        retry=True,
    )
