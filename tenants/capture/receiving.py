"""Receive what a telephone sends, one rating at a time: kept once, put aside, or refused in a sentence.

The promise to the telephone: an outcome other than a refusal names the key and the hash of a body that is committed.
It may then forget the body. A refused one stays on the telephone until it is put right.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.devices.services import Device, Standing
from accounts.models import Membership
from accounts.principal import Principal
from tenants.access import assessable_sites, ratable_campaigns
from tenants.campaigns.grids import grid_of
from tenants.campaigns.models import Campaign, CampaignSite
from tenants.campaigns.services import CampaignError, Receipt, submit_assessment
from tenants.campaigns.suggestion import BadCriteriaError
from tenants.capture.models import Arrival
from tenants.capture.reading import Body, BodyError, read_body
from tenants.capture.sealing import SealError, read_envelope, unseal
from tenants.owngrids.rating import read_answers
from tenants.stock.models import Site
from tenants.wall.context import Scope, open_scope

MOST_ASIDE = 400  # what one telephone may leave to be examined


@dataclass(frozen=True)
class Outcome:
    """What became of one item; `code` says why where it was refused or put aside."""

    key: str
    sha256: str
    outcome: str  # kept, late, conflict, aside, refused
    code: str = ""
    message: str = ""
    receipt: str = ""

    @property
    def settled(self) -> bool:
        """Whether the telephone may forget the body."""
        return self.outcome != "refused"


class RefusedError(Exception):
    """An item that cannot be taken in, with a code and a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def receive(device: Device, item: Any) -> Outcome:
    """Take one item, in a transaction of its own. Nothing but a lost database makes it raise."""
    key_text = str(item.get("key", ""))[:36] if isinstance(item, dict) else ""
    sha256 = str(item.get("sha256", ""))[:64] if isinstance(item, dict) else ""
    session = device.session
    scope = Scope("landlord", session.membership.organisation_id, session.membership.user_id)
    try:
        # The scope of a telephone that may no longer act opens too, to put aside what it brings: see `_put_aside`.
        with open_scope(scope):
            return once(lambda: _take(device, item))
    except RefusedError as refusal:
        return Outcome(key_text, sha256, "refused", refusal.code, str(refusal))


def once(take: Callable[[], Outcome]) -> Outcome:
    """Take it in a transaction of its own, and again where the same item has come on another way meanwhile."""
    for _attempt in range(2):
        try:
            with transaction.atomic():
                return take()
        except IntegrityError as error:
            # The same item, sent again while its first sending was under way, has just been kept.
            if "arrival_once_per_key_and_body" not in str(error):
                raise
    raise RefusedError("retry", _("Le serveur est occupé : l’envoi sera repris."))


def _take(device: Device, item: Any) -> Outcome:
    key, sha256, plain = open_item(item)
    known: Arrival | None = Arrival.objects.filter(key=key, body_sha256=sha256).first()
    if known is not None:
        return told(known)
    try:
        body = read_body(plain)
    except BodyError as error:
        raise RefusedError("unreadable", str(error)) from error
    if body.key != key:
        raise RefusedError(
            "unreadable", _("Cette cotation est illisible : rouvrez le site et recommencez.")
        )
    line = line_of(body)
    author = _author(device.session.membership, body)
    cause = _cause_to_put_aside(device, body, line)
    if cause:
        _leave_room(device)
        return put_aside(body, sha256, plain, line, author, cause, device.session.key)
    if device.principal is None:
        raise AssertionError("a telephone that no longer acts keeps nothing")
    return _keep(device, device.principal, body, sha256, line)


def open_item(item: Any) -> tuple[UUID, str, bytes]:
    """Unseal it: (key, SHA-256 of the body, body). Raises RefusedError."""
    try:
        key, sha256 = UUID(str(item["key"])), str(item["sha256"])
        plain = unseal(read_envelope(item["sealed"]), key)
    except (KeyError, TypeError, ValueError) as error:
        code = "sealed" if isinstance(error, SealError) else "unreadable"
        raise RefusedError(
            code,
            _(
                "Cette cotation n’a pas pu être ouverte : rouvrez-la sur le téléphone, puis renvoyez-la."
            ),
        ) from error
    if hashlib.sha256(plain).hexdigest() != sha256:
        raise RefusedError("damaged", _("Cette cotation est arrivée abîmée : l’envoi sera repris."))
    return key, sha256, plain


def read_opened(plain: bytes, key: UUID) -> Body:
    """What was unsealed under a key, read. Raises RefusedError."""
    try:
        body = read_body(plain)
    except BodyError as error:
        raise RefusedError("unreadable", str(error)) from error
    if body.key != key:
        raise RefusedError(
            "unreadable", _("Cette cotation est illisible : rouvrez le site et recommencez.")
        )
    return body


def line_of(body: Body) -> CampaignSite:
    """The site of the campaign that it rates, whose grid holds what it answers. Raises RefusedError."""
    line: CampaignSite | None = (
        CampaignSite.objects.select_related(
            "campaign", "campaign__grid", "campaign__own_grid", "site"
        )
        .filter(campaign__key=body.campaign, site__key=body.site)
        .first()
    )
    if line is None:
        raise RefusedError(
            "unknown",
            _(
                "Ce site n’est pas dans cette campagne : demandez à votre responsable de l’y ajouter."
            ),
        )
    try:
        read_answers(grid_of(line.campaign), body.submission.criteria, body.submission.level)
    except BadCriteriaError as error:
        raise RefusedError(
            "unreadable", _("Cette cotation est illisible : rouvrez le site et recommencez.")
        ) from error
    return line


def _author(own: Membership, body: Body) -> Membership:
    """Whose rating it says it is. Only members of the same landlord can be named."""
    if body.membership_id == own.pk:
        return own
    return member_named(own.organisation_id, body)


def member_named(organisation_id: int, body: Body) -> Membership:
    """The member whom a rating names. Raises RefusedError for somebody of another organisation."""
    found = Membership.objects.filter(
        pk=body.membership_id, organisation_id=organisation_id
    ).first()
    if found is None:
        raise RefusedError(
            "unreadable",
            _("Cette cotation vient d’un autre organisme : elle ne peut pas être reçue ici."),
        )
    return found


def _cause_to_put_aside(device: Device, body: Body, line: CampaignSite) -> str:
    """The rights are looked at again on arrival; what they no longer cover waits for somebody who decides."""
    if device.standing is Standing.REVOKED or device.principal is None:
        return Arrival.Cause.REVOKED
    if body.membership_id != device.principal.membership_id:
        return Arrival.Cause.AUTHOR
    if not assessable_sites(device.principal).filter(pk=line.site_id).exists():
        return Arrival.Cause.REACH
    return ""


def _leave_room(device: Device) -> None:
    held = Arrival.objects.filter(device_key=device.session.key, state=Arrival.State.ASIDE)
    if held.count() >= MOST_ASIDE:
        raise RefusedError(
            "full",
            _(
                "Trop de cotations de ce téléphone attendent un examen : adressez-vous à votre responsable."
            ),
        )


def put_aside(
    body: Body, sha256: str, plain: bytes, line: CampaignSite, author: Membership, cause: str, device_key: UUID | None,
) -> Outcome:  # fmt: skip
    """Keep it for somebody who decides (tenants/capture/examining.py)."""
    arrival = Arrival.objects.create(
        key=body.key,
        body_sha256=sha256,
        state=Arrival.State.ASIDE,
        cause=cause,
        campaign=line.campaign,
        site=line.site,
        author_id=author.user_id,
        device_key=device_key,
        body=plain.decode(),
    )
    return told(arrival)


def _keep(
    device: Device, principal: Principal, body: Body, sha256: str, line: CampaignSite
) -> Outcome:
    campaign: Campaign = line.campaign
    site: Site = line.site
    if not ratable_campaigns(principal).filter(pk=campaign.pk).exists():
        raise RefusedError(
            "unknown",
            _("La campagne « %(name)s » n’est pas encore ouverte.") % {"name": campaign.name},
        )
    try:
        receipt: Receipt = submit_assessment(principal, campaign, site, body.submission)
    except CampaignError as error:
        raise RefusedError(error.code or "refused", str(error)) from error
    arrival = Arrival.objects.create(
        key=body.key,
        body_sha256=sha256,
        state=Arrival.State.KEPT,
        assessment=receipt.assessment,
        diverges=receipt.diverges,
        campaign=campaign,
        site=site,
        author_id=principal.user_id,
        device_key=device.session.key,
    )
    return told(arrival)


def told(arrival: Arrival) -> Outcome:
    """What the telephone is told, the same at every repetition."""
    if arrival.state == Arrival.State.KEPT and arrival.assessment is not None:
        name, message = "kept", _("Reçue.")
        if arrival.diverges:
            name, message = "conflict", _("Reçue, en double version : votre responsable choisira.")
        elif arrival.assessment.is_late:
            name, message = "late", _("Reçue après la clôture : votre responsable décidera.")
        return Outcome(
            str(arrival.key), arrival.body_sha256, name, "", message, str(arrival.assessment.key)
        )
    message = _("Reçue et mise de côté : votre organisme l’examinera.")
    return Outcome(str(arrival.key), arrival.body_sha256, "aside", arrival.cause, message)
