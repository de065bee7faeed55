"""The page of tokens: make one, see it once, take it back; a QGIS project that opens the layer."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.gate import principal_of, requires
from accounts.step_up import fresh_second_factor
from sharing.ogc import tokens
from sharing.ogc.models import LayerToken
from sharing.ogc.views import base_of

READERS = ("shared.read", "sharing.read")
REFUSED = 422


class TokenForm(forms.Form):
    """What the token is for, and under which convention."""

    label = forms.CharField(
        label=gettext_lazy("Usage"),
        max_length=80,
        help_text=gettext_lazy("Par exemple « QGIS du service cartographie »."),
    )
    convention = forms.ChoiceField(label=gettext_lazy("Convention"))


@requires(*READERS)
@require_http_methods(["GET", "POST"])
@fresh_second_factor
def token_list(request: HttpRequest) -> HttpResponse:
    """The member's tokens; sending the form makes one, whose text is shown this once."""
    principal = principal_of(request)
    form = TokenForm(request.POST if request.method == "POST" else None)
    form.fields["convention"].choices = [  # type: ignore[attr-defined]
        (str(each.key), each.name) for each in tokens.open_conventions(principal)
    ]
    text = ""
    if request.method == "POST" and form.is_valid():
        _token, text = tokens.make(
            principal, form.cleaned_data["convention"], form.cleaned_data["label"]
        )
        form = TokenForm()
        form.fields["convention"].choices = []  # type: ignore[attr-defined]
    response = render(
        request,
        "ogc/tokens.html",
        {
            "heading": _("Accès SIG"),
            "lead": _(
                "Ouvrez les sites partagés dans QGIS ou tout logiciel qui lit OGC API – Features."
            ),
            "form": form,
            "text": text,
            "address": f"{base_of(request)}/",
            "tokens": tokens.tokens_of(principal),
        },
        status=REFUSED if form.errors else 200,
    )
    response["Cache-Control"] = "private, no-store"
    return response


@requires(*READERS)
@require_POST
def token_revoke(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take a token back."""
    if tokens.revoke(principal_of(request), key):
        messages.success(request, _("Le jeton est retiré : il n’ouvre plus rien."))
    else:
        messages.info(request, _("Ce jeton était déjà retiré."))
    return redirect("layer-tokens")


@requires(*READERS)
@require_POST
def qgis_project(request: HttpRequest) -> HttpResponse:
    """A QGIS project with the layer, in EPSG:2154, carrying the token that was just made. Raises Http404 for another's."""
    text = request.POST.get("jeton", "")
    mine = LayerToken.objects.filter(
        digest=tokens.digest_of(text), membership_id=principal_of(request).membership_id, revoked_at__isnull=True
    )  # fmt: skip
    if not mine.exists():
        raise Http404(_("Ce jeton n’existe pas ou a été retiré."))
    body = render_to_string(
        "ogc/project.qgs.xml", {"address": f"{base_of(request)}/", "token": text}
    )
    response = HttpResponse(body, content_type="application/x-qgis-project")
    response["Content-Disposition"] = 'attachment; filename="orsen.qgs"'
    response["Cache-Control"] = "private, no-store"
    return response
