"""How allauth is bent to this product."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import NO_ADDRESS
from accounts.proconnect.session import end_session_url
from accounts.security.address import client_address

MFA_STAGE = "allauth.mfa.stages.AuthenticateStage"


class InvitationOnlyAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Nobody signs up: people are invited by their organisation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether the sign-up page takes anybody."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The caller's address, as the limits count it. Raises PermissionDenied when there is none."""
        found = client_address(request)
        if found is None:
            raise PermissionDenied(_("L’adresse de votre connexion n’est pas connue."))
        return found

    def get_login_stages(self) -> list[str]:
        """allauth's steps of a log-in, the second factor being ours (ProConnect may vouch for it)."""
        return [
            "accounts.proconnect.stage.SecondFactorStage" if path == MFA_STAGE else path
            for path in super().get_login_stages()
        ]

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """To ProConnect's own log-out when it opened the session; else to the log-in page."""
        return end_session_url(request) or str(super().get_logout_redirect_url(request))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """allauth's mails; none to the made-up address of somebody who has none."""
        if not email.endswith(f"@{NO_ADDRESS}"):
            super().send_mail(template_prefix, email, context)
