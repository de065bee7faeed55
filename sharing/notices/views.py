"""Put a notice away."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.gate import principal_of, requires
from sharing.notices.services import notices


@require_POST
@requires("sharing.read", "shared.read", "conventions.read")
def notice_read(request: HttpRequest, key: UUID) -> HttpResponse:
    """The organisation has seen it; it no longer shows."""
    notices(principal_of(request)).filter(key=key).update(read_at=timezone.now())
    return redirect("home")
