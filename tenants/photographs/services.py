"""Join a photograph to a rating, show it to whom it is for, take it back."""

from __future__ import annotations

import hashlib
import uuid
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.principal import Principal
from tenants.access import assessments
from tenants.campaigns.models import Assessment, Campaign, CounterVisit
from tenants.jobs.files import write_durably
from tenants.photographs.models import Photograph
from tenants.photographs.redrawing import PictureRefusedError, redraw

FOLDER: Final = "photographs"


def own_ratings(principal: Principal) -> QuerySet[Assessment]:
    """First ratings and counter-visits that the member gave herself."""
    if not (principal.may("assessments.write") or principal.may("counter_visits.write")):
        raise PermissionError("assessments.write")
    return Assessment.objects.filter(rated_by_id=principal.user_id, file_import=None)


def photographs(principal: Principal) -> QuerySet[Photograph]:
    """Those that the member may look at: her own, and those of the ratings that her role reads.

    Whoever may give the counter-visit sees nothing of a level 4 until the visit is done, as for its comment.
    """
    own = Q(added_by_id=principal.user_id)
    if not principal.may("campaigns.read"):
        return Photograph.objects.filter(own)
    found: QuerySet[Photograph] = Photograph.objects.filter(
        own | Q(assessment__in=assessments(principal).order_by())
    )
    if principal.may("counter_visits.write"):
        pending = CounterVisit.objects.filter(
            campaign_id=OuterRef("assessment__campaign_id"),
            site_id=OuterRef("assessment__site_id"),
            state=CounterVisit.State.PENDING,
        )
        to_come = Q(
            assessment__kind=Assessment.Kind.FIRST,
            assessment__level=4,
            assessment__decisions__isnull=True,
        )
        found = found.filter(own | ~(Exists(pending) | to_come))
    return found


def shown(principal: Principal, ratings: list[Assessment]) -> dict[int, Photograph]:
    """The photographs of these ratings that the member may look at, by rating."""
    found = photographs(principal).filter(assessment__in=[each.pk for each in ratings])
    return {each.assessment_id: each for each in found}


def may_join(principal: Principal, assessment: Assessment) -> bool:
    """Whether the member may join one: her own rating, typed and not imported, before the levels are published."""
    return (
        assessment.rated_by_id == principal.user_id
        and assessment.file_import_id is None
        and assessment.campaign.state != Campaign.State.PUBLISHED
    )


def join(
    principal: Principal, assessment: Assessment, received: bytes, key: uuid.UUID | None = None
) -> Photograph:
    """Keep a photograph of the rating; the same file sent again is the one that is kept.

    Raises PictureRefusedError in a sentence: not a picture, too large, another one joined already, levels published.
    """
    if not own_ratings(principal).filter(pk=assessment.pk).exists():
        raise PermissionError("assessments.write")
    body = hashlib.sha256(received).hexdigest()
    known: Photograph | None = Photograph.objects.filter(assessment=assessment).first()
    if known is not None and known.body_sha256 == body:
        return known
    if known is not None:
        raise _joined_already()
    if not may_join(principal, assessment):
        raise PictureRefusedError(
            _("Les niveaux sont publiés : plus aucune photographie ne se joint à cette cotation.")
        )
    picture = redraw(received)
    name = uuid.uuid4().hex
    # The row after the file: whatever stops in between leaves a file that nothing names, which the sweep removes.
    written = write_durably(f"{FOLDER}/{name[:2]}/{name}.jpg", picture.content)
    try:
        with transaction.atomic():
            return _insert(
                principal,
                assessment,
                written.path,
                picture.width,
                picture.height,
                written.size,
                body,
                key,
            )
    except IntegrityError as error:
        (Path(settings.MEDIA_ROOT) / written.path).unlink(missing_ok=True)
        if "photograph_once_per_assessment" not in str(error):
            raise
        raise _joined_already() from error


def _insert(
    principal: Principal, assessment: Assessment, path: str, width: int, height: int, size: int, body: str,
    key: uuid.UUID | None,
) -> Photograph:  # fmt: skip
    kept: Photograph = Photograph.objects.create(
        key=key or uuid.uuid4(),
        assessment=assessment,
        body_sha256=body,
        file=path,
        width=width,
        height=height,
        size=size,
        added_by_id=principal.user_id,
    )
    return kept


def _joined_already() -> PictureRefusedError:
    return PictureRefusedError(
        _(
            "Une photographie est déjà jointe à cette cotation : retirez-la pour en joindre une autre."
        )
    )


def may_remove(principal: Principal, photograph: Photograph) -> bool:
    """Its author while the rating is proposed (a counter-visit: until the levels are published); at any time whoever
    validates, for a picture may show somebody all the same."""
    if principal.may("assessments.validate"):
        return True
    assessment = photograph.assessment
    if photograph.added_by_id != principal.user_id:
        return False
    if assessment.kind == Assessment.Kind.COUNTER_VISIT:
        return bool(assessment.campaign.state != Campaign.State.PUBLISHED)
    return not assessment.decisions.exists()


def remove(principal: Principal, photograph: Photograph) -> None:
    """Delete the row, and the file once that is committed. Raises PictureRefusedError where it may not be."""
    if not may_remove(principal, photograph):
        raise PictureRefusedError(
            _(
                "Cette cotation est décidée : demandez à votre responsable de retirer la photographie."
            )
        )
    path = Path(settings.MEDIA_ROOT) / str(photograph.file)
    photograph.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))
