"""What a session opened by ProConnect keeps, and the way out of both sides."""

from __future__ import annotations

import secrets
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from accounts.proconnect import provider
from accounts.proconnect.configuration import configuration, is_configured
from accounts.proconnect.refusals import Refusal

ID_TOKEN: Final = "proconnect_id_token"  # noqa: S105 -- name of a session key


def end_session_url(request: HttpRequest) -> str | None:
    """Where the provider ends its own session; None for a session of another kind, or a provider that is silent."""
    id_token = request.session.get(ID_TOKEN)
    if not id_token or not is_configured():
        return None
    try:
        address = provider.metadata(configuration()).get("end_session_endpoint")
    except Refusal:
        return None  # ours is ended all the same
    if not address:
        return None
    said = {
        "id_token_hint": id_token,
        "state": secrets.token_urlsafe(32),
        "post_logout_redirect_uri": request.build_absolute_uri(reverse("proconnect-logged-out")),
    }
    return f"{address}?{urlencode(said)}"
