"""Sign a waiver for the member's own organisation, revoke it, and list those of a convention."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.principal import Principal
from sharing.conventions.models import Convention, Party
from sharing.waivers.models import Waiver


class WaiverRefusedError(ValueError):
    """A waiver that cannot be signed; the message says why."""


def _require(principal: Principal) -> None:
    if not (principal.is_landlord and principal.may("waivers.sign")):
        raise PermissionDenied(
            _("Seul l’administrateur d’un organisme renonce à la protection de ses propres chiffres.")
        )  # fmt: skip


def waivers_of(convention: Convention) -> list[Waiver]:
    """Those that stand, of a convention that the door gave."""
    found = Waiver.objects.filter(convention=convention, revoked_at__isnull=True)
    return list(found.select_related("organisation").order_by("organisation__name"))


def own_waiver(principal: Principal, convention: Convention) -> Waiver | None:
    """The one of the member's organisation, if it stands."""
    found: Waiver | None = Waiver.objects.filter(
        convention=convention,
        organisation_id=principal.organisation_id,
        revoked_at__isnull=True,
    ).first()
    return found


def sign(principal: Principal, convention: Convention, signatory: str, function: str) -> Waiver:
    """Give up the protection of the organisation's own figures. Raises WaiverRefusedError, PermissionDenied."""
    _require(principal)
    own = principal.organisation_id
    if not Party.objects.filter(convention=convention, organisation_id=own).exists():
        raise WaiverRefusedError(_("Votre organisme n’est pas partie à cette convention."))
    if not convention.is_live:
        raise WaiverRefusedError(_("La convention n’est pas en vigueur : rien n’en est publié."))
    try:
        with transaction.atomic():
            made: Waiver = Waiver.objects.create(
                convention=convention,
                organisation_id=own,
                signatory=signatory,
                signatory_function=function,
            )
    except IntegrityError as error:
        raise WaiverRefusedError(_("Votre organisme a déjà renoncé. Rechargez la page.")) from error
    return made


def revoke(principal: Principal, convention: Convention) -> bool:
    """Take it back: releases built from now on protect the organisation again. Returns whether there was one."""
    _require(principal)
    changed = Waiver.objects.filter(
        convention=convention,
        organisation_id=principal.organisation_id,
        revoked_at__isnull=True,
    ).update(revoked_at=timezone.now())
    return bool(changed)
