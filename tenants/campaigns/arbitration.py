"""Sites with more than one rating that nobody has decided between: two people, or one key with two contents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from accounts.principal import Principal
from tenants.access import assessments
from tenants.campaigns.models import Assessment, Campaign, CampaignSite


@dataclass(frozen=True)
class Conflict:
    """A site and its rival ratings, the first received first."""

    line: CampaignSite
    rivals: tuple[Assessment, ...]

    @property
    def by_one_person(self) -> bool:
        """Whether one person gave them all."""
        return len({rating.rated_by_id for rating in self.rivals}) == 1


def _undecided(principal: Principal, campaign: Campaign) -> QuerySet[Assessment]:
    return assessments(principal).filter(
        campaign=campaign, kind=Assessment.Kind.FIRST, decisions=None
    )


def conflicted_lines(principal: Principal, campaign: Campaign) -> QuerySet[CampaignSite]:
    """The campaign's sites within reach where a choice must be made, by name."""
    rivals = (
        _undecided(principal, campaign)
        .order_by()
        .values("site_id")
        .annotate(n=Count("pk"))
        .filter(n__gt=1)
        .values("site_id")
    )
    lines: QuerySet[CampaignSite] = (
        CampaignSite.objects.filter(campaign=campaign, site_id__in=rivals)
        .select_related("site", "site__agency")
        .order_by("site__name", "pk")
    )
    return lines


def conflicts_of(
    principal: Principal, campaign: Campaign, lines: Sequence[CampaignSite]
) -> list[Conflict]:
    """The rival ratings of these sites, in the order of the sites."""
    rivals: dict[int, list[Assessment]] = {line.site_id: [] for line in lines}
    found = _undecided(principal, campaign).filter(site_id__in=rivals).select_related("rated_by")
    for rating in found.order_by("received_at", "pk"):
        rivals[rating.site_id].append(rating)
    return [Conflict(line, tuple(rivals[line.site_id])) for line in lines]
