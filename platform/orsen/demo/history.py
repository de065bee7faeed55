"""Four campaigns gone by and one under way, for one landlord, as the campaign services would have left them.

Rows are made in bulk; the rules are those of `tenants.campaigns.services`: a validated level 4 settles nothing until
its counter-visit, a published campaign publishes what it decided, the open one publishes nothing.
`orsen.consistency` checks the outcome.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import numpy as np
from django.conf import settings

from accounts.models import Membership
from orsen.demo import ratings
from orsen.demo.calendar import CAMPAIGNS, PAST_CAMPAIGNS, Calendar, CampaignDates, at
from orsen.demo.chance import Ints, key
from orsen.demo.own_grid import said_on
from orsen.demo.people import Landlord
from orsen.demo.stock import SitePlan
from tenants.campaigns.models import (
    Assessment,
    Campaign,
    CampaignSite,
    CounterVisit,
    Decision,
    Grid,
    Publication,
)
from tenants.campaigns.services.deciding import COUNTER_VISIT_LEVEL
from tenants.owngrids.models import OwnGrid
from tenants.stock.models import Site

BATCH: Final = 2_000
NOT_RATED, RATED_TWICE, OVERRATED = 0.01, 0.012, 0.09
DECIDED_WHEN_OPEN, VISITED_WHEN_OPEN = 0.78, 0.35


@dataclass
class Rows:
    """What will be inserted, in the order of the references between them."""

    campaign_sites: list[CampaignSite] = field(default_factory=list)
    assessments: list[Assessment] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    counter_visits: list[CounterVisit] = field(default_factory=list)
    publications: list[Publication] = field(default_factory=list)

    def insert(self) -> None:
        """Insert them; the landlord's scope is open."""
        CampaignSite.objects.bulk_create(self.campaign_sites, BATCH)
        Assessment.objects.bulk_create(self.assessments, BATCH)
        Decision.objects.bulk_create(self.decisions, BATCH)
        CounterVisit.objects.bulk_create(self.counter_visits, BATCH)
        Publication.objects.bulk_create(self.publications, BATCH)


@dataclass
class History:
    """Writes one landlord's campaigns over some of its sites (those of one département)."""

    random: np.random.Generator
    calendar: Calendar
    landlord: Landlord
    grid: Grid
    progress: float  # share of the sites rated so far in the open campaign
    own_grid: OwnGrid | None = None  # the landlord's own, on which the open campaign is rated
    rows: Rows = field(default_factory=Rows)

    def write(
        self, sites: Sequence[tuple[Site, SitePlan, Ints]], suffix: str, round_keys: Sequence[UUID | None]
    ) -> None:  # fmt: skip
        """Every campaign over the sites, each with its plan and its level in each campaign. `round_keys`: of the
        convention's rounds, None where the landlord answers to no convention."""
        for index in range(CAMPAIGNS):
            dates = self.calendar.campaign(index)
            campaign = self._campaign(index, dates, suffix, round_keys[index])
            for site, plan, levels in sites:
                if not plan.first_campaign <= index <= plan.last_campaign:
                    continue
                line = frozen(campaign, site)
                self.rows.campaign_sites.append(line)
                rated = (
                    self.random.random() >= NOT_RATED
                    if index < PAST_CAMPAIGNS
                    else self.random.random() < self.progress
                )
                deciding = self._rate(campaign, dates, line, int(levels[index])) if rated else None
                if deciding is not None and index < PAST_CAMPAIGNS:
                    self._publish(campaign, dates, line, deciding)

    def _campaign(
        self, index: int, dates: CampaignDates, suffix: str, round_key: UUID | None
    ) -> Campaign:
        past = index < PAST_CAMPAIGNS
        campaign: Campaign = Campaign.objects.create(
            landlord=self.landlord.organisation, key=key(self.random), name=dates.name + suffix, grid=self.grid,
            own_grid=None if past else self.own_grid,
            reference_date=dates.reference, opens_on=dates.opens, closes_on=dates.closes, round_key=round_key,
            state=Campaign.State.PUBLISHED if past else Campaign.State.OPEN, opened_at=at(dates.opens, 0),
            closed_at=at(dates.closes, 600) if past else None, published_at=at(dates.published, 60) if past else None,
        )  # fmt: skip
        return campaign

    def _one_of(self, *roles: str) -> Membership:
        members = [member for role in roles for member in self.landlord.members[role]]
        return members[int(self.random.integers(len(members)))]

    def _rate(
        self, campaign: Campaign, dates: CampaignDates, line: CampaignSite, level: int
    ) -> Assessment | None:
        """A first rating, its decision, and the counter-visit of a level 4. Returns the rating that settled the level."""
        is_open = campaign.state == Campaign.State.OPEN
        last = (self.calendar.today - dates.opens).days - 1 if is_open else 40
        day = int(self.random.integers(0, max(last, 1)))
        given = 4 if level == 3 and self.random.random() < OVERRATED else level
        if self.random.random() < RATED_TWICE:
            other = self._assess(
                campaign, line, max(1, given - 1), (Assessment.Kind.FIRST, dates.opens, day)
            )
            self._decide(
                other,
                Decision.Outcome.SET_ASIDE,
                day + 1,
                "Une autre cotation du site a été retenue.",
            )
        first = self._assess(campaign, line, given, (Assessment.Kind.FIRST, dates.opens, day))
        decided = day + int(self.random.integers(1, 7))
        undecided = is_open and (decided > last or self.random.random() > DECIDED_WHEN_OPEN)
        if undecided:
            return None
        self._decide(first, Decision.Outcome.VALIDATED, decided)
        if given == COUNTER_VISIT_LEVEL:
            return self._visit(campaign, line, first, (level, decided, last if is_open else None))
        settle(line, given, at(dates.opens + dt.timedelta(days=decided), 300))
        return first

    def _visit(
        self, campaign: Campaign, line: CampaignSite, first: Assessment, seen: tuple[int, int, int | None]
    ) -> Assessment | None:  # fmt: skip
        """The counter-visit of a level 4: its rating, or None while pending. `seen`: level found, day of the
        decision, last day so far when still open."""
        level, decided, last = seen
        opens = campaign.opens_on
        visited = min(decided + int(self.random.integers(2, 14)), 56)
        visit = CounterVisit(
            landlord_id=campaign.landlord_id, campaign=campaign, site_id=line.site_id, assessment=first,
            due_on=opens + dt.timedelta(days=decided + settings.ORSEN_COUNTER_VISIT_DAYS),
            opened_at=at(opens + dt.timedelta(days=decided), 300),
        )  # fmt: skip
        self.rows.counter_visits.append(visit)
        if last is not None and (visited > last or self.random.random() > VISITED_WHEN_OPEN):
            return None
        result = self._assess(
            campaign, line, level, (Assessment.Kind.COUNTER_VISIT, opens, visited)
        )
        self._decide(result, Decision.Outcome.VALIDATED, visited, "Contre-visite")
        visit.result = result
        visit.state = CounterVisit.State.CONFIRMED if level == 4 else CounterVisit.State.CORRECTED
        visit.done_at = at(opens + dt.timedelta(days=visited), 400)
        settle(line, level, visit.done_at)
        return result

    def _assess(
        self, campaign: Campaign, line: CampaignSite, level: int, how: tuple[str, dt.date, int]
    ) -> Assessment:  # fmt: skip
        kind, opens, day = how
        visiting = kind == Assessment.Kind.COUNTER_VISIT
        rater = (
            self._one_of("security_direction")
            if visiting
            else self._one_of("caretaker", "sector_head")
        )
        said = ratings.answer(self.random, level)
        moment = at(opens + dt.timedelta(days=day), int(self.random.integers(0, 540)))
        own = (
            said_on(campaign.own_grid, said.criteria, said.suggested, said.level)
            if campaign.own_grid
            else None
        )
        assessment = Assessment(
            landlord_id=campaign.landlord_id, key=key(self.random), campaign=campaign, site_id=line.site_id, kind=kind,
            criteria=said.criteria, own_answers=own, ticks=said.ticks, suggested_level=said.suggested, level=said.level,
            reason_to_differ=said.reason_to_differ, shared_comment=said.shared_comment, rated_by_id=rater.user_id,
            rated_at=moment, received_at=moment,
        )  # fmt: skip
        self.rows.assessments.append(assessment)
        return assessment

    def _decide(self, assessment: Assessment, outcome: str, day: int, reason: str = "") -> None:
        visiting = assessment.kind == Assessment.Kind.COUNTER_VISIT
        decider = assessment.rated_by_id if visiting else self._one_of("agency_director").user_id
        moment = at(assessment.campaign.opens_on + dt.timedelta(days=day), 541 if visiting else 300)
        self.rows.decisions.append(
            Decision(
                landlord_id=assessment.landlord_id, assessment=assessment, outcome=outcome, reason=reason,
                decided_by_id=decider, decided_at=moment,
            )
        )  # fmt: skip

    def _publish(
        self, campaign: Campaign, dates: CampaignDates, line: CampaignSite, deciding: Assessment
    ) -> None:
        self.rows.publications.append(
            Publication(
                landlord_id=campaign.landlord_id, site_id=line.site_id, campaign=campaign, assessment=deciding,
                level=deciding.level, previous_level=line.site.published_level, published_at=at(dates.published, 60),
            )
        )  # fmt: skip
        line.site.published_level, line.site.published_on = deciding.level, dates.published


def frozen(campaign: Campaign, site: Site) -> CampaignSite:
    """The site as the campaign found it."""
    return CampaignSite(
        landlord_id=campaign.landlord_id, campaign=campaign, site=site, dwellings=site.dwellings,
        departement_code=site.departement_code, commune_code=site.commune_code, iris_code=site.iris_code,
        qpv_code=site.qpv_code, territory_ids=site.territory_ids,
    )  # fmt: skip


def settle(line: CampaignSite, level: int, moment: dt.datetime) -> None:
    """Make the level that of the site in its campaign, and its current one: campaigns are written in order."""
    line.level, line.decided_at = level, moment
    line.site.current_level, line.site.current_on = level, moment.date()
