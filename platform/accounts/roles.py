"""Roles as a literal table: which kind of organisation has which roles, and what each may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.permissions import known


@dataclass(frozen=True)
class Role:
    """What a member of an organisation may do.

    `reach` says on which sites of the landlord: `all`, `agency` (the agencies it is attached to) or `assigned`
    (the sites given to it by name). Partners and coordinators have no sites of their own: their reach is `none`.
    """

    code: str
    organisation_kind: str
    label: str | Promise
    reach: str
    permissions: frozenset[str]
    second_factor: bool = False
    # Narrowed to the départements of the membership; without one it reads nothing (sharing/sql: my_departements).
    by_departement: bool = False


def _role(
    code: str,
    kind: str,
    label: str | Promise,
    reach: str,
    permissions: str,
    *,
    second_factor: bool = False,
    by_departement: bool = False,
) -> Role:
    return Role(
        code,
        kind,
        label,
        reach,
        frozenset(known(name) for name in permissions.split()),
        second_factor,
        by_departement,
    )


_READER = "sites.read campaigns.read incidents.read reports.read"
_DIRECTION = (
    f"{_READER} sites.edit stock.import campaigns.manage assessments.write assessments.validate "
    "counter_visits.write incidents.write interventions.write interventions.announce sharing.read"
)

_TABLE: Final = [
    _role("landlord_admin", "landlord", _("Administrateur de l’organisme"), "all",
          f"{_DIRECTION} people.manage sites.assign conventions.sign waivers.sign meetings.write",
          second_factor=True),
    _role("security_direction", "landlord", _("Direction sécurité"), "all", f"{_DIRECTION} meetings.write",
          second_factor=True),
    _role("agency_director", "landlord", _("Direction d’agence"), "agency",
          f"{_READER} assessments.write assessments.validate incidents.write interventions.write sharing.read"),
    _role("sector_head", "landlord", _("Chef de secteur"), "agency",
          f"{_READER} assessments.write assessments.validate incidents.write interventions.write"),
    _role("caretaker", "landlord", _("Gardien"), "assigned", "sites.read assessments.write incidents.write"),
    _role("support_reader", "landlord", _("Services support (lecture)"), "all", _READER),
    _role("partner_correspondent", "partner", _("Correspondant"), "none",
          "shared.read reports.read conventions.sign people.manage meetings.write", second_factor=True),
    # A reader owes one as soon as an annex names sites to its organisation: orsen.second_factor asks the annex.
    _role("partner_reader", "partner", _("Lecteur"), "none", "shared.read reports.read"),
    _role("coordination_admin", "coordinator", _("Administrateur AORIF"), "none",
          "conventions.read conventions.edit rounds.manage reports.build reports.publish reports.read "
          "territories.edit people.manage meetings.write", second_factor=True),
    _role("coordinator", "coordinator", _("Coordinateur départemental"), "none",
          "conventions.read conventions.edit rounds.manage reports.build reports.publish reports.read territories.edit "
          "meetings.write", second_factor=True, by_departement=True),
    _role("operator", "operator", _("Exploitant"), "none", "platform.operate territories.edit", second_factor=True),
]  # fmt: skip

ROLES: Final[dict[str, Role]] = {role.code: role for role in _TABLE}


def role(code: str) -> Role:
    """The role of that code. Raises KeyError for an unknown one."""
    return ROLES[code]


def roles_of(kind: str) -> list[Role]:
    """The roles that an organisation of that kind gives."""
    return [each for each in _TABLE if each.organisation_kind == kind]
