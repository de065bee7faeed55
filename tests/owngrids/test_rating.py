"""A rating on a landlord's grid: kept on the common scale, shown on its own, read by nobody else."""

from __future__ import annotations

import uuid

import pytest
from django.db import Error, transaction
from django.http import Http404
from django.urls import reverse

from sharing.access import shared_file, shared_scope, shared_site
from sharing.details import Detail
from tenants.access import landlord_scope
from tenants.campaigns.grids.reading import CRITERIA
from tenants.campaigns.models import Assessment, Campaign
from tenants.campaigns.services import (
    CampaignError,
    Submission,
    close,
    create_campaign,
    do_counter_visit,
    publish,
    submit_assessment,
    validate,
)
from tenants.owngrids import services
from tenants.owngrids.models import OwnGrid
from tests.cast import Cast
from tests.owngrids.conftest import SECRET, five_levels, launch
from tests.owngrids.test_grid import QUIET
from tests.sharing.test_annex import add_line


def rate(
    cast: Cast, campaign: Campaign, code: str, *, level: int | None = None, reason: str = "",
    **answers: int,
) -> Assessment:  # fmt: skip
    principal = cast.amandier.director.principal
    said = Submission(uuid.uuid4(), QUIET | answers, level, reason)
    with landlord_scope(principal):
        return submit_assessment(principal, campaign, cast.amandier.sites[code], said).assessment


def test_the_common_scale_and_the_own_answers_are_both_kept(cast: Cast, campaign: Campaign) -> None:
    kept = rate(cast, campaign, "N1", q2=4, q5=2)
    assert kept.criteria == {"nature_gravity": 1, "frequency": 4, "equipment": 1, "service": 1}
    assert (kept.suggested_level, kept.level) == (2, 2)
    assert kept.own_answers == {"answers": QUIET | {"q2": 4, "q5": 2}, "level": 2, "suggested": 2}


def test_two_own_levels_of_one_common_level_still_ask_why(cast: Cast, campaign: Campaign) -> None:
    with pytest.raises(CampaignError):
        rate(cast, campaign, "N1", q2=4, q5=2, level=3)
    kept = rate(cast, campaign, "N1", q2=4, q5=2, level=3, reason="Un hall de plus")
    assert (kept.suggested_level, kept.level, kept.reason_to_differ) == (2, 2, "Un hall de plus")
    assert kept.own_answers is not None
    assert kept.own_answers["level"] == 3


def test_the_highest_own_level_asks_for_a_counter_visit(cast: Cast, campaign: Campaign) -> None:
    principal = cast.amandier.director.principal
    kept = rate(cast, campaign, "N1", q1=4)
    with landlord_scope(principal):
        assert validate(principal, kept) is not None
    assert kept.level == 4


def test_a_published_grid_never_changes_even_past_the_services(cast: Cast, own: OwnGrid) -> None:
    principal = cast.amandier.admin.principal
    with landlord_scope(principal):
        with pytest.raises(CampaignError):
            services.change(principal, own, five_levels())
        with pytest.raises(Error, match="never changes"), transaction.atomic():
            OwnGrid.objects.filter(pk=own.pk).update(definition={})
        draft = services.next_version(principal, own)
        assert (draft.version, services.next_version(principal, own).pk) == (2, draft.pk)
        with pytest.raises(CampaignError):  # a draft launches nothing
            create_campaign(
                principal, name="X", reference_date=draft.created_at.date(), opens_on=draft.created_at.date(),
                closes_on=draft.created_at.date(), own_grid=draft,
            )  # fmt: skip


def test_a_campaign_keeps_the_version_that_it_was_launched_with(
    cast: Cast, campaign: Campaign, own: OwnGrid
) -> None:
    principal = cast.amandier.admin.principal
    with landlord_scope(principal):
        draft = services.next_version(principal, own)
        services.change(principal, draft, five_levels() | {"title": "Autre"})
        services.publish(principal, services.own_grid_of(principal, draft.pk))
        assert [each.version for each in services.usable(principal)] == [2]
        campaign.refresh_from_db()
        assert campaign.own_grid is not None
        assert campaign.own_grid.version == 1


def test_no_other_landlord_sees_it(cast: Cast, own: OwnGrid) -> None:
    stranger = cast.bouleau.admin.principal
    with landlord_scope(stranger):
        assert services.latest(stranger) == []
        with pytest.raises(Http404):
            services.own_grid_of(stranger, own.pk)
    assert cast.bouleau.admin.client().get(reverse("own-grid", args=[own.pk])).status_code == 404


def test_a_caretaker_writes_no_grid(cast: Cast, own: OwnGrid) -> None:
    for member in (cast.amandier.caretaker, cast.amandier.director):
        assert member.client().get(reverse("own-grid-list")).status_code == 403


def test_partners_read_the_common_level_and_criteria_only(cast: Cast, campaign: Campaign) -> None:
    add_line(
        cast, reader="category", category="police", territory=cast.departement, min_level=4, detail=Detail.FILE,
    )  # fmt: skip
    admin, police, site = cast.amandier.admin.principal, cast.police, cast.amandier.sites["N3"]
    kept = rate(cast, campaign, "N3", q1=4)
    with landlord_scope(admin):
        visit = validate(admin, kept)
        assert visit is not None
        again = Submission(uuid.uuid4(), QUIET | {"q1": 4, "q2": 4})
        do_counter_visit(cast.amandier.security.principal, visit, again)
        close(admin, campaign)
        publish(admin, campaign)
    with shared_scope(police.principal):
        shared = shared_site(police.principal, site.key)
        assert shared is not None
        assert (shared.level, shared.has_file) == (4, True)
        file = shared_file(police.principal, shared)
        assert file is not None
        assert file.criteria == {"nature_gravity": 4, "frequency": 4, "equipment": 1, "service": 1}
    page = police.client().get(reverse("shared-site", args=[site.key])).content.decode()
    assert site.name in page
    assert SECRET not in page


def test_the_pages_show_the_landlords_own_words(cast: Cast, campaign: Campaign) -> None:
    client, site = cast.amandier.director.client(), cast.amandier.sites["N1"]
    page = reverse("rate-site", args=[campaign.key, site.key])
    shown = client.get(page).content.decode()
    assert f"Présence {SECRET}" in shown
    assert "Question 5 sur 5" in shown
    answers = {**QUIET, "q2": 4, "q5": 2}
    asked = client.post(
        reverse("rate-suggestion"), answers | {"campaign": campaign.key}
    ).content.decode()
    assert "Jaune" in asked
    sent = client.post(page, answers | {"key": uuid.uuid4(), "level": "3", "reason_to_differ": "Un hall de plus"})  # fmt: skip
    assert sent.status_code == 302
    assert SECRET in client.get(sent["Location"]).content.decode()
    detail = client.get(reverse("campaign-detail", args=[campaign.key])).content.decode()
    assert SECRET in detail
    assert "5 sur 5" not in detail
    assert "4 sur 4" in detail
    aid = client.get(reverse("grid-aid"), {"campagne": campaign.key}).content.decode()
    assert SECRET in aid
    assert SECRET not in client.get(reverse("grid-aid")).content.decode()
    strange = cast.bouleau.director.client().get(reverse("grid-aid"), {"campagne": campaign.key})
    assert SECRET not in strange.content.decode()


def test_campaigns_on_different_grids_compare_on_the_common_level_and_say_so(
    cast: Cast, campaign: Campaign, own: OwnGrid
) -> None:
    admin = cast.amandier.admin.principal
    common = launch(cast, None)
    with landlord_scope(admin):
        common.reference_date = campaign.reference_date.replace(
            year=campaign.reference_date.year - 1
        )
        common.save(update_fields=["reference_date"])
        for each, answers in (
            (common, dict.fromkeys(CRITERIA, 1)),
            (campaign, QUIET | {"q2": 4, "q5": 2}),
        ):
            said = Submission(uuid.uuid4(), answers)
            kept = submit_assessment(admin, each, cast.amandier.sites["N1"], said).assessment
            validate(admin, kept)
            close(admin, each)
            publish(admin, each)
    page = cast.amandier.admin.client().get(reverse("evolution")).content.decode()
    assert "pas la même grille" in page
