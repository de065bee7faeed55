"""Announce an intervention that one plans; read what the neighbours announced; tell of it once."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Membership, Organisation
from accounts.principal import Principal, from_membership
from gis.territories.models import Territory
from sharing.access import shared_scope
from sharing.announcements.models import Announcement
from sharing.details import Detail
from sharing.notices.services import Telling, tell
from tenants.access import sites
from tenants.interventions.models import Intervention
from tenants.stock.models import Site


class AnnouncementRefusedError(ValueError):
    """An announcement that cannot be made; the message says why."""


@dataclass(frozen=True)
class Nearby:
    """An intervention planned near the reader's sites, at the detail that the annex gives the reader."""

    key: uuid.UUID
    convention_id: int
    landlord_id: int
    landlord: str
    detail: Detail
    starts_on: dt.date
    ends_on: dt.date | None
    lever: str  # empty below `file`
    place: str
    own_keys: tuple[uuid.UUID, ...]


def _require(principal: Principal) -> None:
    if not (principal.is_landlord and principal.may("interventions.announce")):
        raise PermissionDenied(_("Votre rôle ne permet pas d’annoncer une intervention."))


def announcement_of(principal: Principal, intervention: Intervention) -> Announcement | None:
    """The one that stands for an intervention that the door gave."""
    found: Announcement | None = Announcement.objects.filter(
        landlord_id=principal.organisation_id,
        intervention_key=intervention.key,
        withdrawn_at__isnull=True,
    ).first()
    return found


def announce(principal: Principal, intervention: Intervention, metres: int) -> Announcement:
    """Let the neighbours within that distance know. Raises AnnouncementRefusedError, PermissionDenied."""
    _require(principal)
    if intervention.status != Intervention.Status.PLANNED:
        raise AnnouncementRefusedError(_("Seule une intervention prévue s’annonce."))
    if metres not in Announcement.Metres.values:
        raise AnnouncementRefusedError(_("Choisissez une des distances proposées."))
    try:
        with transaction.atomic():
            made: Announcement = Announcement.objects.create(
                landlord_id=principal.organisation_id,
                intervention_key=intervention.key,
                metres=metres,
            )
    except IntegrityError as error:
        raise AnnouncementRefusedError(_("Cette intervention est déjà annoncée.")) from error
    return made


def withdraw(principal: Principal, intervention: Intervention) -> None:
    """From now on nobody reads it any more."""
    _require(principal)
    Announcement.objects.filter(
        landlord_id=principal.organisation_id,
        intervention_key=intervention.key,
        withdrawn_at__isnull=True,
    ).update(withdrawn_at=timezone.now())


def near(principal: Principal) -> list[Nearby]:
    """What others announced near the member's own sites, the soonest first. Nothing for whoever is no landlord."""
    if not (principal.is_landlord and principal.may("sharing.read")):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, convention_id, landlord_id, detail, starts_on, ends_on, lever, place, own_keys "
            "FROM shared.announced_near()"
        )
        rows = cursor.fetchall()
    if not rows:
        return []
    reach = set(sites(principal).order_by().values_list("key", flat=True))
    names = dict(Organisation.objects.filter(pk__in=[row[2] for row in rows]).values_list("pk", "name"))  # fmt: skip
    codes = [row[7] for row in rows if row[3] == Detail.NEIGHBOURHOOD]
    quarters = dict(Territory.objects.current("qpv").filter(code__in=codes).values_list("code", "name"))  # fmt: skip
    found = [
        Nearby(
            key, convention_id, landlord_id, names.get(landlord_id, ""), Detail(detail), starts_on, ends_on, lever or "",
            quarters.get(place, place) if detail == Detail.NEIGHBOURHOOD else place,
            tuple(each for each in map(_uuid, own_keys) if each in reach),
        )
        for key, convention_id, landlord_id, detail, starts_on, ends_on, lever, place, own_keys in rows
    ]  # fmt: skip
    return sorted(
        (each for each in found if each.own_keys),
        key=lambda each: (each.starts_on, each.landlord, each.place),
    )


def _uuid(value: object) -> uuid.UUID:
    return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))


def watch_list(principal: Principal, found: list[Nearby]) -> list[tuple[Nearby, list[Site]]]:
    """Each with the member's own sites to watch, by name."""
    keys = {key for each in found for key in each.own_keys}
    by_key = {site.key: site for site in sites(principal).filter(key__in=keys)}
    return [
        (each, sorted((by_key[key] for key in each.own_keys if key in by_key), key=lambda site: site.name))
        for each in found
    ]  # fmt: skip


def tell_near() -> int:
    """Tell every landlord, in its own scope, of what was announced near it; each announcement once. Returns how many."""
    told = 0
    landlords = Organisation.objects.filter(kind=Organisation.Kind.LANDLORD, is_active=True)
    for landlord in landlords.order_by("pk"):
        principal = _somebody_of(landlord)
        if principal is None:
            continue
        with shared_scope(principal):
            told += len(
                tell(
                    landlord.pk, [_telling(landlord, each) for each in _once_each(near(principal))]
                )
            )
    return told


def _once_each(found: list[Nearby]) -> list[Nearby]:
    return list({each.key: each for each in reversed(found)}.values())


def _telling(landlord: Organisation, each: Nearby) -> Telling:
    values = {
        "landlord": each.landlord,
        "place": each.place,
        "day": date_format(each.starts_on, "j F Y"),
    }
    return Telling(
        f"near:{each.key}:{landlord.pk}",
        landlord.pk,
        _("Intervention prévue près de vos sites : %(place)s") % values,
        _("%(landlord)s prévoit une intervention à partir du %(day)s. Voyez lesquels de vos sites suivre.") % values,
        reverse("landlord-sharing"),
        landlord.contact_email,
        each.convention_id,
    )  # fmt: skip


def _somebody_of(landlord: Organisation) -> Principal | None:
    live = Membership.objects.live().filter(organisation=landlord).select_related("organisation")
    found = (from_membership(each) for each in live.order_by("pk"))
    return next(
        (each for each in found if each.may("sharing.read") and each.role.reach == "all"), None
    )
