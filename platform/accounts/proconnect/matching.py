"""From an identity to a member. It opens no account and gives no membership: those come from an invitation."""

from __future__ import annotations

from django.utils import timezone

from accounts.models import Membership, User
from accounts.proconnect.models import ProConnectIdentity
from accounts.proconnect.refusals import Refusal
from accounts.proconnect.tokens import Identity


def member(identity: Identity) -> Membership:
    """The live membership of that person in an organisation that declares that SIRET. Raises Refusal.

    A subject once bound answers for its person alone, and a person for hers: an e-mail address that passes to a
    successor does not open the predecessor's account.
    """
    bound = (
        ProConnectIdentity.objects.select_related("user")
        .filter(issuer=identity.issuer, subject=identity.subject)
        .first()
    )
    user = bound.user if bound else User.objects.filter(email=identity.email).first()
    if user is None or not user.is_active:
        raise Refusal("unknown")
    if bound is not None and user.email != identity.email:
        raise Refusal("bound", "the subject is bound to another address")
    if bound is None and user.proconnect_identities.filter(issuer=identity.issuer).exists():
        raise Refusal("bound", "the address is bound to another subject")
    memberships = list(
        Membership.objects.live().filter(user=user).select_related("organisation").order_by("pk")
    )
    if not memberships:
        raise Refusal("unknown", "no live membership")
    for membership in memberships:
        if identity.siret and identity.siret in membership.organisation.declared_sirets:
            return membership
    raise Refusal("siret", identity.siret or "absent")


def bind(identity: Identity, user: User) -> None:
    """Remember the subject, and when it was last used."""
    ProConnectIdentity.objects.update_or_create(
        issuer=identity.issuer,
        subject=identity.subject,
        defaults={"user": user, "used_at": timezone.now()},
    )
