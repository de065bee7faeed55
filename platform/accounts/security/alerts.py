"""Tell the people who can act: an account or an address that guesses too often is journalled and mailed, once a lock."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from axes.helpers import get_cool_off
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.roles import ROLES
from accounts.security.address import client_address
from accounts.security.events import Kind, note
from accounts.security.models import SecurityEvent

logger = logging.getLogger(__name__)


def alert(sender: object, request: HttpRequest, username: str | None, **kwargs: Any) -> None:
    """Journal a lock-out and mail it: to the administrators of the person's organisations, else to the operators."""
    user = User.objects.filter(email=(username or "").lower()).first()
    address = client_address(request)
    if _said(user, address, get_cool_off(request) or timedelta(minutes=15)):
        return
    at_code = request.path.startswith("/compte/2fa/")
    kind = Kind.CODES_REFUSED if at_code else Kind.LOCKED_OUT
    events = note(request, kind, user=user)
    organisations = [event.organisation_id for event in events if event.organisation_id]
    readers = _administrators(organisations) if organisations else _operators()
    _mail(sorted(readers), user, address, kind)


def _said(user: User | None, address: str | None, within: timedelta) -> bool:
    """Whether this lock was told already."""
    recent = SecurityEvent.objects.filter(
        kind__in=[Kind.LOCKED_OUT, Kind.CODES_REFUSED], at__gt=timezone.now() - within, user=user
    )
    return recent.exists() if user else recent.filter(ip_address=address).exists()


def _administrators(organisations: Iterable[int]) -> set[str]:
    managing = [code for code, role in ROLES.items() if "people.manage" in role.permissions]
    return set(
        Membership.objects.live()
        .filter(organisation_id__in=organisations, role_code__in=managing)
        .values_list("user__email", flat=True)
    )


def _operators() -> set[str]:
    return set(User.objects.filter(is_staff=True, is_active=True).values_list("email", flat=True))


def _mail(readers: list[str], user: User | None, address: str | None, kind: Kind) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("Essais de connexion répétés sur ORSEN Plateforme")
        context = {"user": user, "address": address, "what": kind.label, "at": timezone.now()}
        text = render_to_string("security/alert.txt", context)

    def send() -> None:
        for reader in readers:  # one each: a recipient does not learn who the others are
            try:
                send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [reader])
            except OSError:  # a silent mail server must not turn a refusal into an error page
                logger.exception("The alert to %s could not be sent", reader)

    transaction.on_commit(send)
