"""The second factor of a log-in, asked unless the provider vouches for one."""

from __future__ import annotations

from allauth.account.authentication import get_authentication_records
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest

from accounts.step_up import PROCONNECT


class SecondFactorStage(AuthenticateStage):  # type: ignore[misc]  # allauth ships no types
    """allauth's own stage; a level of assurance that counts as a second factor stands for the code."""

    def _should_handle(self, request: HttpRequest) -> bool:
        records = get_authentication_records(request, self.login.user)
        vouched = any(
            record.get("method") == "mfa" and record.get("provider") == PROCONNECT
            for record in records
        )
        return not vouched and bool(super()._should_handle(request))
