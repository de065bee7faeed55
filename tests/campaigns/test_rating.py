"""Ratings come in: once, never lost, never overwritten."""

from __future__ import annotations

import threading
import uuid
from dataclasses import replace

import pytest
from django.db import connections
from django.utils import timezone

from tenants.access import landlord_scope
from tenants.campaigns.models import Assessment, Campaign, CampaignSite
from tenants.campaigns.services import (
    CampaignError,
    Submission,
    close,
    create_campaign,
    open_campaign,
    submit_assessment,
)
from tenants.campaigns.suggestion import BadCriteriaError
from tests.campaigns.conftest import ANSWERS
from tests.cast import Cast, make_cast, make_site


def submission(level: int = 3) -> Submission:
    return Submission(key=uuid.uuid4(), criteria=ANSWERS[level], ticks=["dealing", "unknown"])


def test_a_rating_is_kept_with_what_the_grid_suggested(cast: Cast, campaign: Campaign) -> None:
    caretaker = cast.amandier.caretaker
    with landlord_scope(caretaker.principal):
        receipt = submit_assessment(
            caretaker.principal, campaign, cast.amandier.sites["N3"], submission()
        )
        kept = Assessment.objects.get()
    assert receipt.created
    assert (kept.level, kept.suggested_level, kept.ticks, kept.is_late) == (
        3,
        3,
        ["dealing"],
        False,
    )
    assert kept.rated_by == caretaker.user


def test_the_same_key_and_content_count_once(cast: Cast, campaign: Campaign) -> None:
    principal, site, said = (
        cast.amandier.caretaker.principal,
        cast.amandier.sites["N3"],
        submission(),
    )
    with landlord_scope(principal):
        first = submit_assessment(principal, campaign, site, said)
        again = submit_assessment(principal, campaign, site, said)
        assert Assessment.objects.count() == 1
    assert (first.created, again.created) == (True, False)
    assert again.assessment.pk == first.assessment.pk


def test_the_same_key_with_another_content_keeps_both(cast: Cast, campaign: Campaign) -> None:
    principal, site, said = (
        cast.amandier.caretaker.principal,
        cast.amandier.sites["N3"],
        submission(),
    )
    other = replace(said, criteria=ANSWERS[2])
    with landlord_scope(principal):
        submit_assessment(principal, campaign, site, said)
        diverging = submit_assessment(principal, campaign, site, other)
        retried = submit_assessment(principal, campaign, site, other)
        assert Assessment.objects.count() == 2
    assert (diverging.created, diverging.diverges) == (True, True)
    assert (retried.created, retried.assessment.pk) == (False, diverging.assessment.pk)


def test_the_same_key_with_a_comment_added_keeps_both(cast: Cast, campaign: Campaign) -> None:
    principal, site, said = (
        cast.amandier.caretaker.principal,
        cast.amandier.sites["N3"],
        submission(),
    )
    other = replace(said, internal_comment="Le digicode est forcé.")
    with landlord_scope(principal):
        submit_assessment(principal, campaign, site, said)
        diverging = submit_assessment(principal, campaign, site, other)
        retried = submit_assessment(principal, campaign, site, other)
        kept = list(Assessment.objects.order_by("pk").values_list("internal_comment", flat=True))
    assert (diverging.created, diverging.diverges) == (True, True)
    assert (retried.created, retried.assessment.pk) == (False, diverging.assessment.pk)
    assert kept == ["", "Le digicode est forcé."]


def test_a_key_that_another_landlord_used_says_nothing_of_it(
    cast: Cast, campaign: Campaign
) -> None:
    said = submission()
    today = timezone.localdate()
    admin = cast.bouleau.admin.principal
    with landlord_scope(admin):
        other = create_campaign(
            admin, name="Ailleurs", reference_date=today, opens_on=today, closes_on=today
        )
        open_campaign(admin, other)
        submit_assessment(admin, other, cast.bouleau.sites["N3"], said)
    with landlord_scope(cast.amandier.admin.principal):
        receipt = submit_assessment(
            cast.amandier.admin.principal, campaign, cast.amandier.sites["N3"], said
        )
    assert receipt.created


def test_another_level_than_suggested_wants_a_reason(cast: Cast, campaign: Campaign) -> None:
    principal, site = cast.amandier.caretaker.principal, cast.amandier.sites["N3"]
    said = replace(submission(3), level=2)
    with landlord_scope(principal):
        with pytest.raises(CampaignError, match="dites pourquoi"):
            submit_assessment(principal, campaign, site, replace(said, reason_to_differ="  "))
        receipt = submit_assessment(
            principal, campaign, site, replace(said, reason_to_differ="Faits cessés depuis l’été")
        )
    assert (receipt.assessment.level, receipt.assessment.suggested_level) == (2, 3)


def test_answers_out_of_the_grid_are_refused(cast: Cast, campaign: Campaign) -> None:
    principal = cast.amandier.caretaker.principal
    with landlord_scope(principal), pytest.raises(BadCriteriaError):
        submit_assessment(
            principal,
            campaign,
            cast.amandier.sites["N3"],
            replace(submission(), criteria=ANSWERS[3] | {"service": 9}),
        )


def test_what_arrives_after_the_closing_is_kept_as_late(cast: Cast, campaign: Campaign) -> None:
    principal = cast.amandier.caretaker.principal
    with landlord_scope(cast.amandier.admin.principal):
        close(cast.amandier.admin.principal, campaign)
    with landlord_scope(principal):
        receipt = submit_assessment(principal, campaign, cast.amandier.sites["N3"], submission())
    assert receipt.created
    assert receipt.assessment.is_late


def test_a_draft_takes_no_rating(cast: Cast, draft: Campaign) -> None:
    principal = cast.amandier.caretaker.principal
    with landlord_scope(principal), pytest.raises(CampaignError, match="pas encore ouverte"):
        submit_assessment(principal, draft, cast.amandier.sites["N3"], submission())


def test_a_site_out_of_reach_is_refused(cast: Cast, campaign: Campaign) -> None:
    principal = cast.amandier.caretaker.principal
    with landlord_scope(principal), pytest.raises(CampaignError, match="périmètre"):
        submit_assessment(principal, campaign, cast.amandier.sites["N4"], submission())


def test_a_site_that_came_after_the_opening_is_refused(cast: Cast, campaign: Campaign) -> None:
    late = make_site(cast.amandier, "NEUF", [cast.departement])
    principal = cast.amandier.director.principal
    with landlord_scope(principal), pytest.raises(CampaignError, match="ajouté après"):
        submit_assessment(principal, campaign, late, submission())


def test_the_stock_is_frozen_at_the_opening(cast: Cast, campaign: Campaign) -> None:
    with landlord_scope(cast.amandier.admin.principal):
        site = cast.amandier.sites["N3"]
        site.dwellings = 999
        site.save(update_fields=["dwellings"])
        line = CampaignSite.objects.get(campaign=campaign, site=site)
        assert (line.dwellings, line.commune_code, line.qpv_code) == (60, "99001", "QN09901M")
        assert CampaignSite.objects.filter(campaign=campaign).count() == 6


@pytest.mark.commits
def test_two_people_on_one_site_at_once_are_both_kept(committed: None) -> None:
    from tenants.campaigns.grids import load_grids
    from tenants.campaigns.models import Grid

    load_grids(Grid, "default")
    cast = make_cast()
    admin, today = cast.amandier.admin.principal, timezone.localdate()
    with landlord_scope(admin):
        campaign = create_campaign(
            admin, name="Campagne", reference_date=today, opens_on=today, closes_on=today
        )
        open_campaign(admin, campaign)
    together = threading.Barrier(4)
    same = submission(2)
    failures: list[BaseException] = []

    def rates(principal: object, said: Submission) -> None:
        try:
            together.wait(timeout=10)
            with landlord_scope(principal):  # type: ignore[arg-type]
                submit_assessment(principal, campaign, cast.amandier.sites["N3"], said)  # type: ignore[arg-type]
        except BaseException as failure:  # noqa: BLE001 -- told to the test below
            failures.append(failure)
        finally:
            connections.close_all()

    caretaker = cast.amandier.caretaker.principal
    director = cast.amandier.director.principal
    people = [
        (caretaker, same),
        (caretaker, same),
        (director, submission(3)),
        (director, submission(4)),
    ]
    threads = [threading.Thread(target=rates, args=each) for each in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert failures == []
    with landlord_scope(admin):
        levels = sorted(Assessment.objects.values_list("level", flat=True))
    assert levels == [2, 3, 4]
