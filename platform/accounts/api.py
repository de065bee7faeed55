"""The gate of the API: the same permission names, declared on the view class."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView


class Gated(BasePermission):
    """Lets in a member whose role holds one of the names in the view's `gate` attribute; nobody where it is absent."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether the principal of the request may call the view."""
        gate: tuple[str, ...] = getattr(view, "gate", ())
        principal: Any = getattr(request._request, "principal", None)
        return principal is not None and any(principal.may(name) for name in gate)
