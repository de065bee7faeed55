"""Who is asking: one person, acting for one organisation, in one role. Every request and every task carries one."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from django.http import HttpRequest

from accounts.models import Membership, Organisation, User
from accounts.permissions import known
from accounts.roles import Role, role

ACTIVE_MEMBERSHIP = "active_membership"  # session key


class PrincipalError(PermissionError):
    """The person may no longer act for that organisation."""


@dataclass(frozen=True)
class Principal:
    """A person acting for an organisation. Immutable; made from a live membership only."""

    user_id: int
    membership_id: int
    organisation_id: int
    organisation_kind: str
    role_code: str
    # The only permissions that count, whatever the role holds: those of a telephone. None: all of the role's.
    within: frozenset[str] | None = None

    @property
    def role(self) -> Role:
        """The role's row of the table."""
        return role(self.role_code)

    def may(self, permission: str) -> bool:
        """Whether the role holds the permission. Raises UnknownPermissionError for a name out of the registry."""
        if self.within is not None and known(permission) not in self.within:
            return False
        return known(permission) in self.role.permissions

    def narrowed_to(self, permissions: frozenset[str]) -> Principal:
        """The same person, with no more than these permissions."""
        return replace(self, within=frozenset(known(name) for name in permissions))

    @property
    def is_landlord(self) -> bool:
        """Whether it acts for a landlord."""
        return self.organisation_kind == Organisation.Kind.LANDLORD

    @property
    def is_partner(self) -> bool:
        """Whether it acts for a partner."""
        return self.organisation_kind == Organisation.Kind.PARTNER

    @property
    def is_coordinator(self) -> bool:
        """Whether it acts for the coordination."""
        return self.organisation_kind == Organisation.Kind.COORDINATOR

    def as_json(self) -> dict[str, Any]:
        """What a job row keeps of it: its rights are evaluated again when the job runs."""
        return {name: value for name, value in asdict(self).items() if name != "within"}


def from_membership(membership: Membership) -> Principal:
    """The principal of a membership that the caller has just read."""
    return Principal(
        user_id=membership.user_id,
        membership_id=membership.pk,
        organisation_id=membership.organisation_id,
        organisation_kind=membership.organisation.kind,
        role_code=membership.role_code,
    )


def of_membership(membership_id: int) -> Principal:
    """Evaluate the rights again, for a task. Raises PrincipalError when the membership no longer counts."""
    membership = (
        Membership.objects.live().select_related("organisation").filter(pk=membership_id).first()
    )
    if membership is None:
        raise PrincipalError(f"membership {membership_id} no longer counts")
    return from_membership(membership)


def of_request(request: HttpRequest) -> Principal | None:
    """The principal of a request: the membership chosen in the session, else the person's first live one."""
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return None
    live = Membership.objects.live().filter(user=user).select_related("organisation").order_by("pk")
    chosen = request.session.get(ACTIVE_MEMBERSHIP)
    memberships = list(live)
    for membership in memberships:
        if membership.pk == chosen:
            return from_membership(membership)
    return from_membership(memberships[0]) if memberships else None
