"""Validation, counter-visits, publication: which level is whose, and when."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from tenants.access import landlord_scope
from tenants.campaigns.models import (
    Assessment,
    Campaign,
    CampaignSite,
    CounterVisit,
    Decision,
    Publication,
)
from tenants.campaigns.services import (
    CampaignError,
    Submission,
    close,
    do_counter_visit,
    join_round,
    may_counter_visit,
    open_campaign,
    publish,
    reopen,
    set_aside,
    validate,
)
from tenants.stock.models import Site
from tests.campaigns.conftest import ANSWERS, Rate
from tests.cast import Cast, Member


def seen_again(level: int) -> Submission:
    return Submission(key=uuid.uuid4(), criteria=ANSWERS[level])


def levels(cast: Cast, code: str) -> tuple[int | None, int | None]:
    site = cast.amandier.sites[code]
    with landlord_scope(cast.amandier.admin.principal):
        site.refresh_from_db()
    return site.current_level, site.published_level


def decide(cast: Cast, assessment: Assessment, by: Member | None = None) -> CounterVisit | None:
    principal = (by or cast.amandier.director).principal
    with landlord_scope(principal):
        return validate(principal, assessment)


def end(cast: Cast, campaign: Campaign) -> None:
    with landlord_scope(cast.amandier.admin.principal):
        close(cast.amandier.admin.principal, campaign)


def test_a_validated_level_becomes_the_current_one_and_is_not_yet_published(
    cast: Cast, campaign: Campaign, rate: Rate
) -> None:
    assert decide(cast, rate("N3", 2)) is None
    assert levels(cast, "N3") == (2, 3)
    with landlord_scope(cast.amandier.admin.principal):
        assert CampaignSite.objects.get(campaign=campaign, site__code="N3").level == 2


def test_the_other_ratings_of_the_site_are_set_aside_and_kept(cast: Cast, rate: Rate) -> None:
    other = rate("N3", 3, cast.amandier.caretaker)
    decide(cast, rate("N3", 2))
    with landlord_scope(cast.amandier.admin.principal):
        assert Assessment.objects.count() == 2
        assert other.decisions.get().outcome == Decision.Outcome.SET_ASIDE


def test_a_rating_is_decided_once(cast: Cast, rate: Rate) -> None:
    assessment = rate("N3", 2)
    decide(cast, assessment)
    with pytest.raises(CampaignError, match="déjà été prise"):
        decide(cast, assessment)


def test_a_rating_is_set_aside_with_a_reason(cast: Cast, rate: Rate) -> None:
    assessment, principal = rate("N3", 2), cast.amandier.director.principal
    with landlord_scope(principal):
        with pytest.raises(CampaignError, match="pourquoi"):
            set_aside(principal, assessment, reason=" ")
        set_aside(principal, assessment, reason="Mauvais site")
    assert levels(cast, "N3") == (3, 3)


def test_an_agency_director_does_not_decide_for_another_agency(cast: Cast, rate: Rate) -> None:
    elsewhere = rate("S3", 2, cast.amandier.admin)
    with pytest.raises(CampaignError, match="périmètre"):
        decide(cast, elsewhere)


def test_a_caretaker_does_not_decide(cast: Cast, rate: Rate) -> None:
    with pytest.raises(PermissionError):
        decide(cast, rate("N3", 2), cast.amandier.caretaker)


def test_a_level_4_waits_for_its_counter_visit(cast: Cast, campaign: Campaign, rate: Rate) -> None:
    visit = decide(cast, rate("N3", 4))
    assert visit is not None
    assert visit.due_on == timezone.localdate() + dt.timedelta(days=30)
    assert levels(cast, "N3") == (3, 3)
    end(cast, campaign)
    with landlord_scope(cast.amandier.admin.principal):
        report = publish(cast.amandier.admin.principal, campaign)
    assert (report.published, report.pending, report.undecided) == (0, 1, 5)
    assert levels(cast, "N3") == (3, 3)


def test_the_delay_of_a_counter_visit_is_a_setting(
    cast: Cast, rate: Rate, settings: object
) -> None:
    settings.ORSEN_COUNTER_VISIT_DAYS = 7  # type: ignore[attr-defined]
    visit = decide(cast, rate("N3", 4))
    assert visit is not None
    assert visit.due_on == timezone.localdate() + dt.timedelta(days=7)


@pytest.mark.parametrize(("seen", "state"), [(4, "confirmed"), (2, "corrected")])
def test_a_counter_visit_confirms_or_corrects_and_both_ratings_stay(
    cast: Cast, rate: Rate, seen: int, state: str
) -> None:
    visit = decide(cast, rate("N3", 4))
    assert visit is not None
    principal, said = cast.amandier.security.principal, seen_again(seen)
    with landlord_scope(principal):
        done = do_counter_visit(principal, visit, said)
        again = do_counter_visit(principal, visit, said)
        assert Assessment.objects.filter(site=visit.site).count() == 2
    assert done.state == again.state == state
    assert levels(cast, "N3") == (seen, 3)


def test_the_rater_does_not_counter_visit(cast: Cast, rate: Rate) -> None:
    security = cast.amandier.security
    visit = decide(cast, rate("N3", 4, security))
    assert visit is not None
    with landlord_scope(security.principal):
        assert not may_counter_visit(security.principal, visit)
        with pytest.raises(CampaignError, match="quelqu’un d’autre"):
            do_counter_visit(security.principal, visit, seen_again(4))
        visit.refresh_from_db()
    assert visit.state == CounterVisit.State.PENDING


def test_an_agency_director_does_not_counter_visit(cast: Cast, rate: Rate) -> None:
    visit = decide(cast, rate("N3", 4, cast.amandier.caretaker))
    assert visit is not None
    principal = cast.amandier.director.principal
    with landlord_scope(principal), pytest.raises(PermissionError):
        do_counter_visit(principal, visit, seen_again(4))


def test_a_counter_visit_is_done_once(cast: Cast, rate: Rate) -> None:
    visit = decide(cast, rate("N3", 4))
    assert visit is not None
    for member, refused in ((cast.amandier.security, False), (cast.amandier.admin, True)):
        with landlord_scope(member.principal):
            if refused:
                with pytest.raises(CampaignError, match="déjà faite"):
                    do_counter_visit(member.principal, visit, seen_again(2))
            else:
                do_counter_visit(member.principal, visit, seen_again(4))
    assert levels(cast, "N3") == (4, 3)


def test_nobody_decides_beside_a_counter_visit(cast: Cast, rate: Rate) -> None:
    decide(cast, rate("N3", 4))
    later = rate("N3", 2)
    with pytest.raises(CampaignError, match="contre-visite est en cours"):
        decide(cast, later)


def test_publishing_moves_what_partners_read(cast: Cast, campaign: Campaign, rate: Rate) -> None:
    decide(cast, rate("N3", 2))
    decide(cast, rate("N1", 1))
    principal = cast.amandier.admin.principal
    with landlord_scope(principal):
        with pytest.raises(CampaignError, match="Closez"):
            publish(principal, campaign)
        close(principal, campaign)
        report = publish(principal, campaign)
        row = Publication.objects.get(site__code="N3")
    assert (report.published, report.changed) == (2, 1)
    assert (row.level, row.previous_level) == (2, 3)
    assert row.assessment_id is not None
    assert levels(cast, "N3") == (2, 2)
    assert levels(cast, "N4") == (4, 4)


def test_a_pending_counter_visit_withholds_a_level_settled_before_it(
    cast: Cast, campaign: Campaign, rate: Rate
) -> None:
    decide(cast, rate("N3", 2))
    assert decide(cast, rate("N3", 4, cast.amandier.caretaker)) is not None
    end(cast, campaign)
    with landlord_scope(cast.amandier.admin.principal):
        report = publish(cast.amandier.admin.principal, campaign)
    assert (report.published, report.pending) == (0, 1)
    assert levels(cast, "N3") == (2, 3)


def test_a_late_counter_visit_follows_at_the_next_publication(
    cast: Cast, campaign: Campaign, rate: Rate
) -> None:
    visit = decide(cast, rate("N3", 4))
    assert visit is not None
    decide(cast, rate("N1", 1))
    end(cast, campaign)
    admin, security = cast.amandier.admin.principal, cast.amandier.security.principal
    with landlord_scope(admin):
        publish(admin, campaign)
    with landlord_scope(security):
        done = do_counter_visit(security, visit, seen_again(4))
    assert levels(cast, "N3") == (4, 3)
    with landlord_scope(admin):
        report = publish(admin, campaign)
        rows = Publication.objects.filter(campaign=campaign)
        assert rows.count() == 2
        assert rows.get(site__code="N3").assessment_id == done.result_id
    assert report.published == 1
    assert levels(cast, "N3") == (4, 4)


def test_a_reopening_says_why_and_takes_ratings_again(
    cast: Cast, campaign: Campaign, rate: Rate
) -> None:
    end(cast, campaign)
    principal = cast.amandier.admin.principal
    with landlord_scope(principal):
        with pytest.raises(CampaignError, match="pourquoi"):
            reopen(principal, campaign, reason="")
        reopen(principal, campaign, reason="Agence Sud absente")
        campaign.refresh_from_db()
    assert (campaign.state, campaign.reopening_reason) == ("open", "Agence Sud absente")
    assert not rate("N3", 2).is_late


def test_steps_out_of_their_moment_are_refused(cast: Cast, campaign: Campaign) -> None:
    principal = cast.amandier.admin.principal
    with landlord_scope(principal):
        with pytest.raises(CampaignError, match="déjà été ouverte"):
            open_campaign(principal, campaign)
        with pytest.raises(CampaignError, match="se rouvre"):
            reopen(principal, campaign, reason="Motif")
        close(principal, campaign)
        with pytest.raises(CampaignError, match="rien à clore"):
            close(principal, campaign)


def test_a_round_is_joined_once(cast: Cast, grid: None) -> None:
    principal, today, key = cast.amandier.admin.principal, timezone.localdate(), uuid.uuid4()
    dates = {"reference_date": today, "opens_on": today, "closes_on": today}
    with landlord_scope(principal):
        joined = join_round(principal, round_key=key, name="Campagne de la convention", **dates)
        assert (joined.round_key, joined.state) == (key, "draft")
        with pytest.raises(CampaignError, match="participe déjà"):
            join_round(principal, round_key=key, name="Encore", **dates)


def test_a_round_freezes_the_sites_of_its_departements_only(cast: Cast, grid: None) -> None:
    """A landlord of two conventions would otherwise rate every site twice."""
    principal, today = cast.amandier.admin.principal, timezone.localdate()
    dates = {"reference_date": today, "opens_on": today, "closes_on": today}
    with landlord_scope(principal):
        Site.objects.filter(code="S3").update(departement_code="98")
        joined = join_round(
            principal, round_key=uuid.uuid4(), name="C", departement_codes=["98"], **dates
        )
        assert open_campaign(principal, joined) == 1
        assert [line.site.code for line in joined.sites.all()] == ["S3"]


def test_decisions_cannot_be_rewritten(cast: Cast, rate: Rate) -> None:
    decide(cast, rate("N3", 2))
    with landlord_scope(cast.amandier.admin.principal):
        for model in (Decision, Assessment):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                model.objects.update(landlord_id=cast.amandier.organisation.pk)
        # What came from a file may go again with it; nothing that somebody gave does.
        with connection.cursor() as cursor:
            for model in (Decision, Assessment):
                cursor.execute(f"DELETE FROM {model._meta.db_table}")
                assert cursor.rowcount == 0
        assert (Decision.objects.count(), Assessment.objects.count()) == (1, 1)
