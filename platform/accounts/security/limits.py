"""How many guesses the door takes, by account and by address, counted in PostgreSQL: every process sees the same count,
and a stopped Redis neither opens the door nor shuts it.

Passwords and second-factor codes count together. Three limits over AXES_COOLOFF_TIME, each from the settings: one account
from one address; one account from anywhere; one address whatever the account. Somebody who hammers an account from
elsewhere does not keep its owner out: an address from which she logged in lately is held to the first limit alone.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessLog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User

KNOWN_ADDRESS_DAYS: Final = 90


def username(request: HttpRequest, credentials: dict[str, Any] | None) -> str | None:
    """The account that is tried, as axes asks for it: the log-in form names it `login`, allauth `email`."""
    found = (credentials or {}).get("email") or (credentials or {}).get("username")
    found = found or request.POST.get("login")
    return str(found).strip().lower()[:254] if found else None


class DoorHandler(AxesDatabaseHandler):  # type: ignore[misc]  # axes ships no types
    """axes' own counting, with one limit for each of AXES_LOCKOUT_PARAMETERS instead of one for all."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Failures on the scale of AXES_FAILURE_LIMIT: the worst of the limits, each in proportion."""
        limits = (
            settings.ORSEN_LOGIN_LIMIT,
            settings.ORSEN_LOGIN_LIMIT_ACCOUNT,
            settings.ORSEN_LOGIN_LIMIT_ADDRESS,
        )
        known = self._known(request, credentials)
        worst = 0
        attempts = zip(self.get_user_attempts(request, credentials), limits, strict=True)
        for place, (tried, limit) in enumerate(attempts):
            if place == 1 and known:
                continue
            total = tried.aggregate(total=Sum("failures_since_start"))["total"] or 0
            worst = max(worst, total * settings.AXES_FAILURE_LIMIT // limit)
        return worst

    def _known(self, request: HttpRequest, credentials: dict[str, Any] | None) -> bool:
        since = timezone.now() - timedelta(days=KNOWN_ADDRESS_DAYS)
        address = getattr(request, "axes_ip_address", None)
        return bool(
            AccessLog.objects.filter(
                username=username(request, credentials), ip_address=address, attempt_time__gte=since
            ).exists()
        )


def refuse_when_exhausted(request: HttpRequest, user: User) -> None:
    """Raises ValidationError when the account, or the address, has guessed too often."""
    if settings.AXES_ENABLED and not AxesProxyHandler.is_allowed(request, {"email": user.email}):
        raise ValidationError(
            _("Trop de codes refusés. Par sécurité, attendez un quart d’heure, puis recommencez.")
        )


def count_refused_code(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A refused second-factor code counts like a refused password."""
    AxesProxyHandler.user_login_failed(
        sender=sender, credentials={"email": user.email}, request=request
    )
