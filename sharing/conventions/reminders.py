"""Reminders of a convention: its end that comes near, and the signatures that are missing."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Membership, Organisation
from accounts.principal import Principal, from_membership
from sharing.access import conventions, shared_scope
from sharing.conventions.models import Convention
from sharing.conventions.standing import Standing, standings
from sharing.notices.services import Telling, tell

logger = logging.getLogger(__name__)
THRESHOLDS: Final = (7, 30, 90)  # days before the end


def threshold_of(days_left: int) -> int | None:
    """The reminder that is due that many days before the end: the nearest threshold not yet passed."""
    return next((each for each in THRESHOLDS if 0 <= days_left <= each), None)


def remind_ends() -> int:
    """Tell the parties of every convention whose end is near; each threshold once. Returns how many were told.

    Acts for a member of the coordination that holds the conventions, with that person's rights.
    """
    told = 0
    holders = Organisation.objects.filter(kind=Organisation.Kind.COORDINATOR, is_active=True)
    for holder in holders:
        principal = _somebody_of(holder)
        if principal is None:
            logger.warning("Nobody of %s may remind of its conventions.", holder.name)
            continue
        with shared_scope(principal):
            last = timezone.localdate() + dt.timedelta(days=max(THRESHOLDS))
            ending = conventions(principal).filter(
                state=Convention.State.ACTIVE, ends_on__range=(timezone.localdate(), last)
            )
            for standing in standings(ending):
                told += len(tell(holder.pk, _of_end(standing)))
    return told


def _somebody_of(holder: Organisation) -> Principal | None:
    live = Membership.objects.live().filter(organisation=holder).select_related("organisation")
    found = (from_membership(each) for each in live.order_by("pk"))
    return next((each for each in found if each.may("conventions.edit")), None)


def _of_end(standing: Standing) -> list[Telling]:
    convention = standing.convention
    days_left = (convention.ends_on - timezone.localdate()).days
    threshold = threshold_of(days_left)
    if threshold is None:
        return []
    grace = standing.in_force.grace_days if standing.in_force else 0
    values = {
        "name": convention.name,
        "day": date_format(convention.ends_on, "j F Y"),
        "n": days_left,
        "coordination": convention.coordinator.name,
    }
    title = _("La convention « %(name)s » prend fin le %(day)s") % values
    after = (
        _("Un délai de grâce de %(grace)s jours est signé : la lecture cesse ensuite.") % {"grace": grace}
        if grace
        else _("Aucun délai de grâce n’est signé : le lendemain, plus personne ne lit rien à son titre.")
    )  # fmt: skip
    to_parties = _(
        "Il reste %(n)s jours. Pour continuer, la convention doit être renouvelée et signée : voyez avec "
        "%(coordination)s."
    )
    to_holder = _(
        "Il reste %(n)s jours. Pour continuer, renouvelez-la et faites signer la nouvelle version."
    )
    own = reverse("convention", args=[convention.key])
    cause = f"end:{convention.pk}:{threshold}"
    return [
        *(
            Telling(f"{cause}:{party.organisation_id}", party.organisation_id, title,
                    f"{to_parties % values} {after}", reverse("party-convention", args=[convention.key]),
                    party.correspondent_email, convention.pk)
            for party in standing.parties
        ),
        Telling(f"{cause}:{convention.coordinator_id}", convention.coordinator_id, title,
                f"{to_holder % values} {after}", own, convention.coordinator.contact_email, convention.pk),
    ]  # fmt: skip


@dataclass(frozen=True)
class Reminded:
    """What came of a reminder of signatures: told, told today already, parties without an address."""

    told: int
    already: int
    without_address: list[str]


def remind_signatures(
    principal: Principal, standing: Standing, organisation_id: int | None = None
) -> Reminded:
    """Remind the parties whose signature is missing (or one of them); at most once a day each."""
    convention, today = standing.convention, timezone.localdate()
    missing = [
        each
        for each in standing.missing
        if organisation_id is None or each.party.organisation_id == organisation_id
    ]
    tellings = [
        Telling(
            f"signature:{each.annex.pk}:{each.party.organisation_id}:{today:%Y-%m-%d}",
            each.party.organisation_id,
            _("Votre signature est attendue : « %(name)s »") % {"name": convention.name},
            _("La version %(number)s de l’annexe attend la signature de votre organisation. %(consequence)s")
            % {"number": each.annex.number, "consequence": each.consequence},
            reverse("party-convention", args=[convention.key]),
            each.party.correspondent_email,
            convention.pk,
            # A convention in preparation is not in force yet: that is when signatures are gathered.
            only_while_live=False,
        )
        for each in missing
    ]  # fmt: skip
    told = tell(principal.organisation_id, tellings)
    return Reminded(
        len(told),
        len(tellings) - len(told),
        sorted({each.party.organisation.name for each in missing if not each.party.correspondent_email}),
    )  # fmt: skip
