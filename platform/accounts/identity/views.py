"""The way to the second factor, for whoever must show one again."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET

from accounts.gate import signed_in
from accounts.models import User
from accounts.step_up import confirmation_step


@require_GET
@signed_in
def confirm_identity(request: HttpRequest) -> HttpResponse:
    """Lead to the page of the person's own second factor, and back to `next` after it."""
    back = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        back = "/"
    step = reverse(confirmation_step(cast("User", request.user)))
    return HttpResponseRedirect(f"{step}?{urlencode({'next': back})}")
