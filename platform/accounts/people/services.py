"""Invite, accept, change a role, suspend, restore. Each takes effect at the person's next request."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.departements import codes_for
from accounts.models import (
    NO_ADDRESS,
    Invitation,
    Membership,
    Organisation,
    SecurityEvent,
    User,
)
from accounts.people.signals import invitation_accepted
from accounts.principal import Principal
from accounts.roles import ROLES
from accounts.security.events import Kind, note_by


class PeopleError(ValueError):
    """Something that cannot be done, in a sentence for the person who asked."""


def _manage(principal: Principal) -> None:
    if not principal.may("people.manage"):
        raise PermissionError("people.manage")


def _known_role(principal: Principal, role_code: str) -> None:
    role = ROLES.get(role_code)
    if role is None or role.organisation_kind != principal.organisation_kind:
        raise PeopleError(
            _("Ce rôle n’existe pas dans votre organisation : choisissez-en un de la liste.")
        )


def _codes(role_code: str, departements: str) -> list[str]:
    try:
        return codes_for(role_code, departements)
    except ValidationError as error:
        raise PeopleError(" ".join(error.messages)) from error


def members(principal: Principal) -> QuerySet[Membership]:
    """Everybody who acts, or acted, for the principal's organisation."""
    _manage(principal)
    return (
        Membership.objects.filter(organisation_id=principal.organisation_id)
        .select_related("user", "organisation")
        .order_by("suspended_at", "user__display_name", "pk")
    )


def invitations(principal: Principal) -> QuerySet[Invitation]:
    """The invitations of the principal's organisation that nobody has accepted or cancelled."""
    _manage(principal)
    return Invitation.objects.filter(
        organisation_id=principal.organisation_id,
        accepted_at__isnull=True,
        cancelled_at__isnull=True,
    )


def digest(secret: str) -> str:
    """What is kept of an invitation's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def invite(
    principal: Principal,
    *,
    email: str,
    display_name: str,
    role_code: str,
    base_url: str,
    departements: str = "",
) -> Invitation:
    """Send an invitation; a former open one to the same address and role is replaced.

    `departements`: codes, for a role by département. Raises PeopleError for a role of another kind of organisation,
    somebody who already has it, or wrong codes.
    """
    _manage(principal)
    _known_role(principal, role_code)
    codes = _codes(role_code, departements)
    email = email.strip().lower()
    held = Membership.objects.live().filter(
        organisation_id=principal.organisation_id, user__email=email, role_code=role_code
    )
    if held.exists():
        raise PeopleError(_("Cette personne a déjà ce rôle dans votre organisation."))
    invitations(principal).filter(email=email, role_code=role_code).update(
        cancelled_at=timezone.now()
    )
    secret = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        organisation_id=principal.organisation_id,
        email=email,
        display_name=display_name.strip(),
        role_code=role_code,
        departement_codes=codes,
        secret_sha256=digest(secret),
        invited_by_id=principal.user_id,
        expires_at=timezone.now() + timedelta(days=settings.ORSEN_INVITATION_DAYS),
    )
    organisation = Organisation.objects.get(pk=principal.organisation_id)
    text = render_to_string(
        "people/invitation.txt",
        {
            "invitation": invitation,
            "organisation": organisation,
            "url": f"{base_url.rstrip('/')}/invitation/{secret}/",
        },
    )
    subject = _("Invitation à rejoindre %(organisation)s sur ORSEN Plateforme") % {
        "organisation": organisation.name
    }
    note_by(principal, Kind.INVITED, detail=f"{invitation.role.label}")
    transaction.on_commit(lambda: send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [email]))
    return invitation


def cancel_invitation(principal: Principal, pk: int) -> bool:
    """Make an open invitation useless. Returns whether there was one."""
    return bool(invitations(principal).filter(pk=pk).update(cancelled_at=timezone.now()))


def open_invitation(secret: str) -> Invitation | None:
    """The invitation that this secret opens, if it can still be accepted."""
    found = (
        Invitation.objects.select_related("organisation")
        .filter(secret_sha256=digest(secret))
        .first()
    )
    return found if found is not None and found.is_open and found.organisation.is_active else None


@transaction.atomic
def accept(secret: str, *, signed_in: User | None, password: str = "") -> Membership:
    """Turn the invitation into a membership; a person without an account gets one with this password.

    Somebody who has an account must be signed in with it: an invitation is no way around a password. Raises PeopleError.
    """
    found = open_invitation(secret)
    if found is None:
        raise PeopleError(
            _(
                "Cette invitation n’est plus valable : demandez-en une nouvelle à votre organisation."
            )
        )
    invitation = Invitation.objects.select_for_update().get(pk=found.pk)
    user = User.objects.filter(email=invitation.email).first()
    if user is None:
        user = User.objects.create_user(
            invitation.email, password, display_name=invitation.display_name
        )
    elif signed_in is None or signed_in.pk != user.pk:
        raise PeopleError(
            _("Connectez-vous d’abord avec %(email)s, puis rouvrez ce lien.")
            % {"email": user.email}
        )
    membership, _created = Membership.objects.update_or_create(
        user=user,
        organisation_id=invitation.organisation_id,
        role_code=invitation.role_code,
        defaults={
            "suspended_at": None,
            "until": None,
            "departement_codes": invitation.departement_codes,
        },
    )
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    SecurityEvent.objects.create(
        kind=Kind.JOINED,
        organisation_id=invitation.organisation_id,
        user=user,
        by_id=invitation.invited_by_id,
        detail=str(invitation.role.label),
    )
    invitation_accepted.send(sender=Membership, invitation=invitation, membership=membership)
    return membership


@transaction.atomic
def add_without_address(principal: Principal, *, display_name: str, role_code: str) -> Membership:
    """Add somebody who has no e-mail address: no password, no mail; a telephone that is activated for her opens the way.

    Raises PeopleError for a role that is not held by site, since anybody else must be able to log in.
    """
    _manage(principal)
    _known_role(principal, role_code)
    if ROLES[role_code].reach != "assigned":
        raise PeopleError(_("Sans adresse électronique, seul un gardien peut être ajouté."))
    user = User.objects.create_user(
        f"{uuid.uuid4().hex}@{NO_ADDRESS}", display_name=display_name.strip()
    )
    membership = Membership.objects.create(
        user=user, organisation_id=principal.organisation_id, role_code=role_code
    )
    note_by(principal, Kind.JOINED, user=user, detail=str(membership.role.label))
    return membership


def _member(principal: Principal, pk: int) -> Membership:
    found = members(principal).filter(pk=pk).first()
    if found is None:
        raise PeopleError(_("Cette personne n’est pas de votre organisation."))
    return found


@transaction.atomic
def suspend(principal: Principal, pk: int) -> Membership:
    """Stop somebody acting for the organisation, at her next request. Raises PeopleError for oneself."""
    membership = _member(principal, pk)
    if membership.user_id == principal.user_id:
        raise PeopleError(
            _(
                "Vous ne pouvez pas vous suspendre vous-même : demandez-le à un autre administrateur."
            )
        )
    membership.suspended_at = timezone.now()
    membership.save(update_fields=["suspended_at"])
    note_by(principal, Kind.SUSPENDED, user=membership.user, detail=str(membership.role.label))
    return membership


@transaction.atomic
def restore(principal: Principal, pk: int) -> Membership:
    """Let a suspended member act again."""
    membership = _member(principal, pk)
    membership.suspended_at = None
    membership.save(update_fields=["suspended_at"])
    note_by(principal, Kind.RESTORED, user=membership.user, detail=str(membership.role.label))
    return membership


@transaction.atomic
def change_role(
    principal: Principal, pk: int, role_code: str, departements: str = ""
) -> Membership:
    """Give a member another role, or other départements in a role that has some.

    Raises PeopleError for one's own, an unknown one, one already held, or wrong codes.
    """
    membership = _member(principal, pk)
    _known_role(principal, role_code)
    codes = _codes(role_code, departements)
    if membership.user_id == principal.user_id:
        raise PeopleError(
            _(
                "Vous ne pouvez pas changer votre propre rôle : demandez-le à un autre administrateur."
            )
        )
    others = Membership.objects.filter(
        user_id=membership.user_id, organisation_id=membership.organisation_id, role_code=role_code
    )
    if others.exclude(pk=membership.pk).exists():
        raise PeopleError(_("Cette personne a déjà ce rôle."))
    before = membership.label
    membership.role_code, membership.departement_codes = role_code, codes
    membership.save(update_fields=["role_code", "departement_codes"])
    change = f"{before} → {membership.label}"
    note_by(principal, Kind.ROLE_CHANGED, user=membership.user, detail=change)
    return membership


def organisation_of(principal: Principal) -> Organisation:
    """The organisation that the principal manages the people of."""
    _manage(principal)
    return Organisation.objects.get(pk=principal.organisation_id)


@transaction.atomic
def declare_sirets(principal: Principal, *, siret: str, other_sirets: list[str]) -> Organisation:
    """Declare the SIRETs under which ProConnect may send the organisation's people. They must be valid."""
    organisation = organisation_of(principal)
    organisation.siret = siret
    organisation.other_sirets = sorted(set(other_sirets) - {siret})
    organisation.save(update_fields=["siret", "other_sirets"])
    declared = " ".join(sorted(organisation.declared_sirets))
    note_by(principal, Kind.SIRETS_CHANGED, detail=declared[:200])
    return organisation


def security_events(principal: Principal) -> QuerySet[SecurityEvent]:
    """What happened at the door to the organisation's people, latest first."""
    _manage(principal)
    return SecurityEvent.objects.filter(organisation_id=principal.organisation_id).select_related(
        "user", "by"
    )
