"""A rating comes in: kept once whatever the network does, never lost, never overwritten."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.principal import Principal
from tenants.access import assessable_sites
from tenants.campaigns.comments import check
from tenants.campaigns.grids import grid_of
from tenants.campaigns.models import Assessment, Campaign, CampaignSite
from tenants.campaigns.purging import LEAST_DAYS, PURGED
from tenants.campaigns.services.errors import CampaignError, require
from tenants.owngrids.rating import read_answers
from tenants.stock.models import Site


@dataclass(frozen=True)
class Submission:
    """What the rater gives. `key` is drawn by her device; `level` None keeps the suggested one.

    Answers and level are those of the campaign's grid: the landlord's own where it was launched with one.
    """

    key: uuid.UUID
    criteria: Mapping[str, int]
    level: int | None = None
    reason_to_differ: str = ""
    ticks: Sequence[str] = ()
    internal_comment: str = ""
    shared_comment: str = ""
    rated_at: dt.datetime | None = None  # by the device's clock; None: now


@dataclass(frozen=True)
class Receipt:
    """What became of it. `created` is False when the same rating had already arrived.

    `diverges`: the key had already come with another content; both are kept, this one under a key derived from the two.
    """

    assessment: Assessment
    created: bool
    diverges: bool = False


@transaction.atomic
def submit_assessment(
    principal: Principal, campaign: Campaign, site: Site, submission: Submission
) -> Receipt:
    """Keep a rating. The same key with the same content counts once; after the closing it is kept as late.

    Raises CampaignError for a campaign that has not opened, a site out of its stock or of the rater's reach, or a
    level that differs from the suggestion without a reason; BadCriteriaError for answers out of the grid.
    """
    require(principal, "assessments.write")
    if not assessable_sites(principal).filter(pk=site.pk).exists():
        raise CampaignError(
            _("Ce site n’est pas de votre périmètre : vous ne pouvez pas le coter.")
        )
    return keep(principal.user_id, campaign, site, submission, Assessment.Kind.FIRST)


def keep(
    rater_id: int, campaign: Campaign, site: Site, submission: Submission, kind: str
) -> Receipt:
    """The common part of a first rating and of a counter-visit. The caller has checked who may give it."""
    campaign = _held_open(campaign)
    if campaign.state == Campaign.State.DRAFT:
        raise CampaignError(
            _("La campagne « %(name)s » n’est pas encore ouverte.") % {"name": campaign.name}
        )
    if not CampaignSite.objects.filter(campaign=campaign, site=site).exists():
        raise CampaignError(
            _(
                "Ce site n’est pas dans le patrimoine de la campagne « %(name)s » : "
                "il a été ajouté après son ouverture."
            )
            % {"name": campaign.name}
        )
    said = read_answers(grid_of(campaign), submission.criteria, submission.level)
    reason = submission.reason_to_differ.strip() if said.differs else ""
    if said.differs and not reason:
        raise CampaignError(
            _("Vous donnez un autre niveau que la grille : dites pourquoi en quelques mots."),
            "reason",
        )
    _refuse_unlawful(reason, submission)
    assessment = Assessment(
        landlord_id=campaign.landlord_id,
        campaign=campaign,
        site=site,
        kind=kind,
        criteria=said.criteria,
        own_answers=said.own,
        ticks=sorted(set(submission.ticks) & _known_ticks(campaign)),
        suggested_level=said.suggested_level,
        level=said.level,
        reason_to_differ=reason,
        internal_comment=submission.internal_comment.strip(),
        shared_comment=submission.shared_comment.strip(),
        rated_by_id=rater_id,
        rated_at=submission.rated_at or timezone.now(),
        is_late=kind == Assessment.Kind.FIRST and campaign.state != Campaign.State.OPEN,
        received_at=timezone.now(),
    )
    return _insert_once(assessment, submission.key)


def _refuse_unlawful(reason: str, submission: Submission) -> None:
    faults = check((reason, submission.internal_comment, submission.shared_comment))
    if faults:
        raise CampaignError(
            _("Reformulez, sans rien qui désigne une personne. %(faults)s")
            % {"faults": " ".join(faults)},
            "comment",
        )


def _held_open(campaign: Campaign) -> Campaign:
    """The campaign under a shared lock: many rate at once, nobody closes it between the look and the insert."""
    query = f"SELECT * FROM {Campaign._meta.db_table} WHERE id = %s FOR SHARE"  # noqa: S608 -- the model's own table
    return Campaign.objects.raw(query, [campaign.pk])[0]


def _known_ticks(campaign: Campaign) -> set[str]:
    return {str(tick["code"]) for tick in campaign.grid.definition["ticks"]}


def content_digest(assessment: Assessment) -> str:
    """SHA-256 of what the rater said: two arrivals with one key are the same rating when it is equal."""
    said = [
        assessment.campaign_id,
        assessment.site_id,
        assessment.rated_by_id,
        assessment.kind,
        assessment.criteria,
        sorted(assessment.ticks),
        assessment.level,
        assessment.reason_to_differ,
        assessment.internal_comment,
        assessment.shared_comment,
    ]
    if assessment.own_answers is not None:
        said.append(assessment.own_answers)
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def purged(assessment: Assessment) -> Assessment:
    """The rating as the purge of old texts leaves it; a copy."""
    left = copy(assessment)
    left.internal_comment = left.shared_comment = ""
    left.reason_to_differ = PURGED if left.reason_to_differ else ""
    return left


def _insert_once(assessment: Assessment, key: uuid.UUID) -> Receipt:
    digest = content_digest(assessment)
    # The second key is derived from the content, so that a retry of the diverging rating is recognised as well. It
    # also serves when the first key is taken by a row that the wall hides.
    derived = uuid.uuid5(key, digest)
    # What the retention leaves of it: a rating sent again years later is still the same one.
    without_texts = content_digest(purged(assessment))
    # A younger one without a text never had one: beside it, this one with a text says something else.
    youngest_purged = timezone.now() - dt.timedelta(days=LEAST_DAYS)
    for candidate in (key, derived):
        assessment.key = candidate
        try:
            with transaction.atomic():
                assessment.save(force_insert=True)
        except IntegrityError as error:
            if "tenants_assessment_key" not in str(error):
                raise
        else:
            return Receipt(assessment, created=True, diverges=candidate == derived)
        assessment.pk = None
        existing = Assessment.objects.filter(key=candidate).first()
        if existing is None:
            continue
        same = {digest, without_texts} if existing.received_at < youngest_purged else {digest}
        if content_digest(existing) in same:
            return Receipt(existing, created=False, diverges=candidate == derived)
    raise CampaignError(
        _("Cette cotation n’a pas pu être enregistrée. Rouvrez le site et recommencez.")
    )
