"""Activate a telephone, know it again, end it. Each takes effect at the telephone's next request."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.devices.models import DeviceActivation, DeviceSession
from accounts.models import Membership, User
from accounts.people.services import PeopleError, digest
from accounts.principal import Principal, from_membership
from accounts.roles import ROLES

CAPTURE = "assessments.write"
# What a telephone may do, whatever the role of its member: a lost telephone opens no other page.
CAPTURE_PERMISSIONS = frozenset({CAPTURE})
SEEN_EVERY = timedelta(minutes=5)  # how often a telephone's passing is written down
NO_MAIL_DOMAIN = "sans-adresse.invalid"  # RFC 2606: no mail can be delivered there


class Standing(StrEnum):
    """What a known telephone is worth now."""

    LIVE = "live"
    EXPIRED = "expired"  # its days are over: activate it again, then send
    REVOKED = "revoked"  # ended, or its member no longer acts: what it sends is put aside


@dataclass(frozen=True)
class Device:
    """A telephone that showed a known secret: its session, what it is worth, and for whom it acts while it is live."""

    session: DeviceSession
    standing: Standing
    principal: Principal | None


def _manage(principal: Principal) -> None:
    if not principal.may("people.manage"):
        raise PermissionError("people.manage")


def candidates(principal: Principal) -> QuerySet[Membership]:
    """Members whose telephone can be activated by a code: they rate, and their role asks for no second factor."""
    _manage(principal)
    codes = [
        code
        for code, role in ROLES.items()
        if CAPTURE in role.permissions and not role.second_factor
    ]
    return (
        Membership.objects.live()
        .filter(organisation_id=principal.organisation_id, role_code__in=codes)
        .select_related("user", "organisation")
        .order_by("user__display_name", "pk")
    )


@transaction.atomic
def enrol(principal: Principal, display_name: str) -> Membership:
    """Take in a caretaker who has no e-mail address: no password, no mail, nothing but activated telephones.

    Raises PeopleError without a name.
    """
    _manage(principal)
    name = display_name.strip()
    if not name:
        raise PeopleError(_("Donnez un nom, par exemple « Gardien, résidence des Tilleuls »."))
    user = User.objects.create_user(
        f"{secrets.token_hex(8)}@{NO_MAIL_DOMAIN}", None, display_name=name
    )
    return Membership.objects.create(
        user=user, organisation_id=principal.organisation_id, role_code="caretaker"
    )


@transaction.atomic
def offer(principal: Principal, membership_pk: int) -> tuple[DeviceActivation, str]:
    """A new activation and its secret, shown once; an earlier open one of the same member is cancelled.

    Raises PeopleError for somebody whose telephone cannot be activated this way.
    """
    membership = candidates(principal).filter(pk=membership_pk).first()
    if membership is None:
        raise PeopleError(
            _("Cette personne ne peut pas être activée par un code : elle ne cote pas de site.")
        )
    now = timezone.now()
    DeviceActivation.objects.filter(
        membership=membership, used_at__isnull=True, cancelled_at__isnull=True
    ).update(cancelled_at=now)
    secret = secrets.token_urlsafe(32)
    activation = DeviceActivation.objects.create(
        membership=membership,
        secret_sha256=digest(secret),
        created_by_id=principal.user_id,
        expires_at=now + timedelta(minutes=settings.ORSEN_DEVICE_ACTIVATION_MINUTES),
    )
    return activation, secret


def offered(principal: Principal, pk: int) -> DeviceActivation | None:
    """An activation of the principal's organisation, to see whether a telephone has taken it."""
    _manage(principal)
    return (
        DeviceActivation.objects.filter(
            pk=pk, membership__organisation_id=principal.organisation_id
        )
        .select_related("membership__user")
        .first()
    )


@transaction.atomic
def take(secret: str, user_agent: str) -> tuple[DeviceSession, str]:
    """Turn an activation into a device session and its token. Raises PeopleError once taken, cancelled or expired."""
    gone = PeopleError(
        _(
            "Ce code n’est plus valable : il ne sert qu’une fois, pendant quelques minutes. "
            "Demandez-en un nouveau à votre responsable."
        )
    )
    now = timezone.now()
    # One statement decides who takes it: of two telephones that scan the same code, one gets nothing.
    taken = DeviceActivation.objects.filter(
        secret_sha256=digest(secret),
        used_at__isnull=True,
        cancelled_at__isnull=True,
        expires_at__gt=now,
    ).update(used_at=now)
    if not taken:
        raise gone
    activation = DeviceActivation.objects.get(secret_sha256=digest(secret))
    if not Membership.objects.live().filter(pk=activation.membership_id).exists():
        raise gone
    return _begin(activation.membership_id, user_agent)


def take_as(principal: Principal, user_agent: str) -> tuple[DeviceSession, str]:
    """A device session for the member who is logged in on this very telephone."""
    if not principal.may(CAPTURE):
        raise PermissionError(CAPTURE)
    return _begin(principal.membership_id, user_agent)


def _begin(membership_id: int, user_agent: str) -> tuple[DeviceSession, str]:
    token = secrets.token_urlsafe(32)
    session = DeviceSession.objects.create(
        membership_id=membership_id,
        label=name_of(user_agent),
        secret_sha256=digest(token),
        expires_at=timezone.now() + timedelta(days=settings.ORSEN_DEVICE_DAYS),
    )
    return session, token


def name_of(user_agent: str) -> str:
    """What the list calls the telephone: browser and system, nothing that would single it out."""
    systems = ("Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux")
    browsers = (("Firefox", "Firefox"), ("Edg", "Edge"), ("SamsungBrowser", "Samsung Internet"),
                ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
    system = next((name for name in systems if name in user_agent), "")
    browser = next((name for mark, name in browsers if mark in user_agent), "")
    return ", ".join(part for part in (browser, system) if part)


def recognise(token: str) -> Device | None:
    """The telephone that holds this token, with what it is worth now; None for an unknown token."""
    session = (
        DeviceSession.objects.select_related("membership__user", "membership__organisation")
        .filter(secret_sha256=digest(token))
        .first()
    )
    # A telephone that the person left herself is a stranger again: what waits in it waits for her next activation.
    if session is None or session.end == DeviceSession.End.LEFT:
        return None
    membership = session.membership
    counts = Membership.objects.live().filter(pk=membership.pk).exists()
    principal = from_membership(membership)
    # Only a landlord's people who rate sites; a telephone in another's name would have nothing to be sent.
    rates = principal.is_landlord and principal.may("assessments.write")
    if session.ended_at or not counts or not rates:
        return Device(session, Standing.REVOKED, None)
    if session.is_expired:
        return Device(session, Standing.EXPIRED, None)
    if timezone.now() - session.last_seen_at > SEEN_EVERY:
        session.last_seen_at = timezone.now()
        session.save(update_fields=["last_seen_at"])
    return Device(session, Standing.LIVE, principal.narrowed_to(CAPTURE_PERMISSIONS))


def sessions(principal: Principal) -> QuerySet[DeviceSession]:
    """Every telephone of the organisation, those that still act first."""
    _manage(principal)
    return (
        DeviceSession.objects.filter(membership__organisation_id=principal.organisation_id)
        .select_related("membership__user", "ended_by")
        .order_by("-ended_at", "-last_seen_at")
    )


def revoke(principal: Principal, pk: int, end: str) -> DeviceSession:
    """End a telephone's session. Raises PeopleError for another organisation's or an unknown reason."""
    found = sessions(principal).filter(pk=pk, ended_at__isnull=True).first()
    if found is None or end not in DeviceSession.End.values:
        raise PeopleError(_("Ce téléphone n’est plus activé : il n’y a rien à retirer."))
    return _end(found, end, principal.user_id)


def leave(session: DeviceSession) -> DeviceSession:
    """The person leaves the telephone; what still waits in it is sent once she activates it again."""
    return _end(session, DeviceSession.End.LEFT, session.membership.user_id)


def _end(session: DeviceSession, end: str, by: int) -> DeviceSession:
    session.ended_at = timezone.now()
    session.end = end
    session.ended_by_id = by
    session.save(update_fields=["ended_at", "end", "ended_by"])
    return session
