"""How allauth is bent to this product."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitationOnlyAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Nobody signs up: people are invited by their organisation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether the sign-up page takes anybody."""
        return False
