"""Give a file: write it, keep its receipt, and decide again at each download.

Every file that leaves goes through `deliver`, whatever its kind, and is handed over by the route `receipt-file`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.principal import Principal
from accounts.roles import role
from sharing.conventions.models import Annex, Convention
from sharing.details import Detail, rank
from sharing.journal.models import Action
from sharing.journal.services import record
from sharing.receipts import kinds
from sharing.receipts.facts import Facts, new_number
from sharing.receipts.holdings import Holding, figures_of, still_readable
from sharing.receipts.models import Receipt, ReceiptPart
from sharing.release.models import Release
from tenants.jobs.files import write_durably

logger = logging.getLogger(__name__)
FOLDER = "copies"


def deliver(
    principal: Principal,
    *,
    kind: str,
    title: str,
    file_name: str,
    media_type: str,
    make: Callable[[Facts], bytes],
    holdings: Sequence[Holding] = (),
    releases: Sequence[Release] = (),
    released_detail: Detail = Detail.NEIGHBOURHOOD,
    rows: int = 0,
    key: uuid.UUID | None = None,
) -> Receipt:
    """Make a file for the principal, keep it with its receipt, and journal that it left.

    Call it inside the principal's scope (a request, or `shared_scope(principal)` in a job), with what the doors gave
    in that very scope. `kind` is a name of `sharing.receipts.kinds`. `make` gets the facts of the receipt and returns
    the whole file; it must write `facts.rows()` (or at least `facts.line()`) into it. `title` says what the file is
    about, never the name or the address of a site. What the file holds:

    - rows of other landlords' sites: `holdings=of_shared(sites)` (`with_files=True` when it has what `file` adds);
    - the landlord's own rows: `holdings=of_own(principal, sites)`;
    - released figures: `releases=[release]`, and `released_detail` when they are finer or coarser than neighbourhoods.

    A job gives a `key` drawn from its own: an attempt that follows a crash gets the receipt that the first one left.
    Exactly this is asked again at each download. The copy expires after ORSEN_COPY_DAYS, or with the first of its
    conventions to end, its grace included. The answer of the view that follows: `redirect("receipt", receipt.key)`.

        receipt = deliver(
            principal, kind="shared_sites", title=_("Sites partagés"), file_name="sites.csv", media_type="text/csv",
            make=lambda facts: csv_of(sites, facts), holdings=of_shared(sites), rows=len(sites),
        )

    Raises PermissionDenied when the role may not get that kind, UnknownKindError, OSError when the disk refuses.
    """
    _require(principal, kinds.kind(kind))
    key = key or uuid.uuid4()
    made = Receipt.objects.filter(key=key, organisation_id=principal.organisation_id).first()
    if made is not None:
        return made
    now = timezone.now()
    shared = [each for each in holdings if each.convention_id is not None]
    convention_ids = sorted(
        {each.convention_id for each in shared if each.convention_id is not None}
        | {release.convention_id for release in releases}
    )
    details = [each.detail for each in shared] + ([released_detail] if releases else [])
    conventions = list(Convention.objects.filter(pk__in=convention_ids).order_by("pk"))
    facts = Facts(
        number=new_number(),
        title=title,
        requester=requester_of(principal.role_code, principal.organisation_id),
        conventions=tuple(each.name for each in conventions),
        detail=max(details, key=rank) if details else "",
        made_at=now,
        expires_at=_expiry(now, conventions),
    )
    name = f"{FOLDER}/{now:%Y-%m}/{key}{Path(file_name).suffix}"
    with transaction.atomic():
        written = write_durably(name, make(facts))
        receipt = Receipt.objects.create(
            key=key, number=facts.number, kind=kind, title=title[:200],
            organisation_id=principal.organisation_id, membership_id=principal.membership_id,
            role_code=principal.role_code, convention_ids=convention_ids,
            landlord_ids=sorted({each.landlord_id for each in holdings}),
            release_ids=sorted(release.pk for release in releases), detail=facts.detail, rows=rows,
            figures=figures_of(principal, [release.pk for release in releases]),
            file_name=file_name[:120], media_type=media_type, path=written.path, sha256=written.sha256,
            size=written.size, made_at=now, expires_at=facts.expires_at,
        )  # fmt: skip
        ReceiptPart.objects.bulk_create(
            ReceiptPart(receipt=receipt, organisation_id=principal.organisation_id, about_id=each.landlord_id,
                        convention_id=each.convention_id, detail=each.detail, site_keys=list(each.site_keys))
            for each in holdings
        )  # fmt: skip
        _journal(principal, Action.EXPORTED, receipt)
    return receipt


def _require(principal: Principal, kind: kinds.Kind) -> None:
    if not any(principal.may(permission) for permission in kind.permissions):
        raise PermissionDenied(_("Votre rôle ne permet pas d’obtenir ce fichier."))


def requester_of(role_code: str, organisation_id: int) -> str:
    """Function and organisation of whoever a copy was given to."""
    name = Organisation.objects.values_list("name", flat=True).get(pk=organisation_id)
    return _("%(function)s, %(organisation)s") % {
        "function": role(role_code).label,
        "organisation": name,
    }


def _expiry(now: dt.datetime, conventions: list[Convention]) -> dt.datetime:
    """ORSEN_COPY_DAYS from now, or the night after the last day (with grace) of the first convention to end."""
    ends = [now + dt.timedelta(days=settings.ORSEN_COPY_DAYS)]
    graces = dict(
        Annex.objects.filter(
            convention__in=[each.pk for each in conventions], state=Annex.State.IN_FORCE
        ).values_list("convention_id", "grace_days")
    )
    for each in conventions:
        day = each.ends_on + dt.timedelta(days=graces.get(each.pk, 0) + 1)
        ends.append(timezone.make_aware(dt.datetime.combine(day, dt.time())))
    return min(ends)


def _journal(principal: Principal, action: Action, receipt: Receipt) -> None:
    subject = _("%(title)s (reçu %(number)s)") % {"title": receipt.title, "number": receipt.number}
    for part in receipt.parts.all():
        if part.about_id != principal.organisation_id:
            record(principal, action, Detail(part.detail), about_id=part.about_id,
                   convention_id=part.convention_id, rows=len(part.site_keys), subject=subject)  # fmt: skip
    if receipt.release_ids:
        record(principal, action, Detail(receipt.detail), convention_id=receipt.convention_ids[0],
               rows=receipt.rows, subject=subject)  # fmt: skip


def receipts(principal: Principal) -> QuerySet[Receipt]:
    """The receipts that the member may look at (PostgreSQL keeps to its organisation's, and to those about it).

    Who may not know what is shared sees those of the files that are for every member, and her own.
    """
    found: QuerySet[Receipt] = Receipt.objects.select_related("organisation")
    if any(principal.may(each) for each in ("sharing.read", "shared.read", "conventions.read")):
        return found
    common = [name for name, kind in kinds.KINDS.items() if kind.for_organisation]
    own = found.filter(organisation_id=principal.organisation_id)
    return own.filter(kind__in=common) | own.filter(membership_id=principal.membership_id)


def receipt_of(principal: Principal, key: uuid.UUID | str) -> Receipt:
    """One of them. Raises Http404 alike for an absent one and for one that is not the member's to see."""
    found = receipts(principal).filter(key=key).first()
    if found is None:
        raise Http404(_("Ce reçu n’existe pas, ou ne concerne pas votre organisation."))
    return found


def is_for(principal: Principal, receipt: Receipt) -> bool:
    """Whether the file was made for the member, or for every member of her organisation."""
    if receipt.organisation_id != principal.organisation_id:
        return False
    return kinds.kind(receipt.kind).for_organisation or (
        receipt.membership_id == principal.membership_id
    )


def refusal(principal: Principal, receipt: Receipt) -> str:
    """Why the file is not given today, and what to do; empty when it is. Rights are evaluated as they are now."""
    if not any(principal.may(each) for each in kinds.kind(receipt.kind).permissions):
        return _("Votre rôle ne permet plus d’obtenir ce fichier.")
    if not is_for(principal, receipt):
        return _("Ce fichier a été remis à une autre personne : demandez le vôtre.")
    if receipt.has_expired:
        return _(
            "Cette copie a expiré le %(day)s : elle n’est plus remise, et celle que vous avez gardée doit être "
            "supprimée. Si vous en avez encore besoin, demandez-en une nouvelle."
        ) % {"day": date_format(timezone.localtime(receipt.expires_at), "j F Y")}
    if not still_readable(principal, receipt):
        return _(
            "Cette copie contient des données que vos conventions ne vous donnent plus à lire : elle n’est plus "
            "remise, et celle que vous avez gardée doit être supprimée. Demandez-en une nouvelle : elle contiendra "
            "ce que vous lisez aujourd’hui."
        )
    return ""


def hand_over(principal: Principal, receipt: Receipt) -> HttpResponse:
    """The file, with rights evaluated at this very moment. Raises PermissionDenied with the reason, Http404."""
    reason = refusal(principal, receipt)
    if reason:
        raise PermissionDenied(reason)
    path = Path(settings.MEDIA_ROOT) / receipt.path
    if not path.is_file():
        raise Http404(_("Le fichier de cette copie n’est plus là. Demandez-en une nouvelle."))
    body = path.read_bytes()
    if hashlib.sha256(body).hexdigest() != receipt.sha256:
        logger.error("The file of the receipt %s was altered on the disk.", receipt.number)
        raise PermissionDenied(
            _("Le fichier enregistré est abîmé et n’a pas été remis. Demandez une nouvelle copie.")
        )
    _journal(principal, Action.DOWNLOADED, receipt)
    disposition = content_disposition_header(as_attachment=True, filename=receipt.file_name)
    return HttpResponse(
        body,
        content_type=receipt.media_type,
        headers={"Content-Disposition": disposition, "Cache-Control": "private, no-store"},
    )
