"""Ratings from a past campaign or another tool: the rules by which they arrive, and back again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from gis.territories.importing.errors import ImportRefusedError
from tenants.access import landlord_scope
from tenants.campaigns import services as campaigns
from tenants.campaigns.models import Assessment, Campaign, CampaignSite, Decision
from tenants.imports.models import FileImport
from tenants.imports.records.destination import DestinationForm
from tenants.stock.models import Site
from tests.cast import Cast
from tests.imports.records import RATINGS, apply, csv, reasons, received
from tests.imports.test_trial_and_undo import apart as apart
from tests.imports.test_trial_and_undo import tables, undo

PAST = {"campaign": "new", "name": "Baromètre 2023", "day": "2023-10-01"}


def levels(cast: Cast) -> dict[str, int | None]:
    with landlord_scope(cast.amandier.admin.principal):
        rows = Site.objects.filter(code__in=["N1", "N2", "N3"])
        return dict(rows.values_list("code", "current_level"))


def kept(cast: Cast, name: str = "Baromètre 2023") -> dict[str, int | None]:
    with landlord_scope(cast.amandier.admin.principal):
        rows = CampaignSite.objects.filter(campaign__name=name)
        return dict(rows.values_list("site__code", "level"))


def unrated(cast: Cast) -> None:
    with landlord_scope(cast.amandier.admin.principal):
        Site.objects.update(current_level=None, current_on=None)


def test_a_past_campaign_comes_in_as_it_was_decided(cast: Cast) -> None:
    unrated(cast)
    applied = apply(cast.amandier, received(cast.amandier, "ratings", RATINGS, **PAST))
    assert reasons(cast.amandier, applied) == [(5, "Aucun site de votre pa")]
    assert kept(cast) == {"N1": 4, "N2": 1, "N3": 2}
    assert levels(cast) == {"N1": 4, "N2": 1, "N3": 2}
    with landlord_scope(cast.amandier.admin.principal):
        campaign = Campaign.objects.get(name="Baromètre 2023")
        assert (campaign.state, str(campaign.reference_date)) == ("closed", "2023-10-01")
        ratings = {each.site.code: each for each in Assessment.objects.select_related("site")}
        assert ratings["N1"].criteria == dict.fromkeys(
            ["nature_gravity", "frequency", "equipment", "service"], 4
        )
        assert ratings["N2"].criteria == {}
        days = {code: str(timezone.localdate(each.rated_at)) for code, each in ratings.items()}
        assert days == {"N1": "2023-10-03", "N2": "2023-10-01", "N3": "2023-10-05"}
        assert Decision.objects.filter(outcome="validated").count() == 3
        assert Site.objects.filter(code__in=["N1", "N2"], published_level=4).count() == 0
    client = cast.amandier.admin.client()
    page = client.get(reverse("site-detail", args=[ratings["N2"].site.key]))
    assert page.status_code == 200


def test_a_later_campaigns_level_stays(cast: Cast) -> None:
    unrated(cast)
    apply(cast.amandier, received(cast.amandier, "ratings", csv("Code site;Niveau", "N1;2"), **(
        PAST | {"name": "Plus récente", "day": "2025-10-01"}
    )))  # fmt: skip
    apply(cast.amandier, received(cast.amandier, "ratings", RATINGS, **PAST))
    assert kept(cast)["N1"] == 4
    assert levels(cast)["N1"] == 2


def test_an_old_campaign_is_not_published_over_a_later_one(cast: Cast) -> None:
    """Partners go on reading the later level when a past campaign is published after it."""
    admin = cast.amandier.admin.principal
    unrated(cast)
    for name, day, level in [("Récente", "2025-10-01", 2), ("Ancienne", "2023-10-01", 3)]:
        content = csv("Code site;Niveau", f"N1;{level}")
        apply(cast.amandier, received(
            cast.amandier, "ratings", content, campaign="new", name=name, day=day
        ))  # fmt: skip
        with landlord_scope(admin):
            campaigns.publish(admin, Campaign.objects.get(name=name))
    with landlord_scope(admin):
        assert Site.objects.get(code="N1").published_level == 2


def test_the_same_file_again_adds_nothing_and_a_corrected_one_the_correction(cast: Cast) -> None:
    apply(cast.amandier, received(cast.amandier, "ratings", RATINGS, **PAST))
    with landlord_scope(cast.amandier.admin.principal):
        key = str(Campaign.objects.get(name="Baromètre 2023").key)
    again = apply(cast.amandier, received(cast.amandier, "ratings", RATINGS, campaign=key))
    assert (again.report["created"], again.report["changed"], again.report["unchanged"]) == (
        0,
        0,
        3,
    )
    corrected = apply(
        cast.amandier,
        received(cast.amandier, "ratings", csv("Code site;Niveau", "N2;3"), campaign=key),
    )
    assert (corrected.report["changed"], kept(cast)["N2"]) == (1, 3)
    with landlord_scope(cast.amandier.admin.principal):
        assert Assessment.objects.filter(site__code="N2").count() == 2
        assert corrected.lines.filter(action="left").count() == 2


def opened(cast: Cast) -> Campaign:
    admin, today = cast.amandier.admin.principal, timezone.localdate()
    with landlord_scope(admin):
        campaign = campaigns.create_campaign(
            admin, name="En cours", reference_date=today, opens_on=today, closes_on=today
        )
        campaigns.open_campaign(admin, campaign)
    return campaign


def test_in_an_open_campaign_ratings_wait_for_their_validation(cast: Cast) -> None:
    before = levels(cast)
    campaign = opened(cast)
    apply(cast.amandier, received(cast.amandier, "ratings", RATINGS, campaign=str(campaign.key)))
    assert levels(cast) == before
    admin = cast.amandier.admin.principal
    with landlord_scope(admin):
        assert Assessment.objects.filter(campaign=campaign, decisions=None).count() == 3
        visit = campaigns.validate(admin, Assessment.objects.get(site__code="N1"))
    assert visit is not None


@pytest.mark.parametrize("target", ["past", "open"])
def test_an_undo_leaves_every_table_as_it_was(cast: Cast, target: str) -> None:
    options = PAST if target == "past" else {"campaign": str(opened(cast).key)}
    before = tables(cast.amandier)
    applied = apply(cast.amandier, received(cast.amandier, "ratings", RATINGS, **options))
    assert tables(cast.amandier) != before
    undo(cast.amandier, applied)
    assert tables(cast.amandier) == before


def test_what_was_published_is_not_undone(cast: Cast) -> None:
    admin = cast.amandier.admin.principal
    applied = apply(cast.amandier, received(cast.amandier, "ratings", RATINGS, **PAST))
    with landlord_scope(admin):
        campaigns.publish(admin, Campaign.objects.get(name="Baromètre 2023"))
    before = tables(cast.amandier)
    with pytest.raises(ImportRefusedError, match="annulé"):
        undo(cast.amandier, applied)
    assert tables(cast.amandier) == before


def test_what_people_rated_cannot_be_deleted(cast: Cast) -> None:
    """PostgreSQL lets an imported rating go, and no other."""
    campaign = opened(cast)
    admin = cast.amandier.admin.principal
    apply(cast.amandier, received(cast.amandier, "ratings", RATINGS, campaign=str(campaign.key)))
    with landlord_scope(admin):
        Assessment.objects.create(
            campaign=campaign, site=cast.amandier.sites["N1"], criteria={}, suggested_level=2, level=2,
            rated_by_id=admin.user_id,
        )  # fmt: skip
    with landlord_scope(admin), connection.cursor() as cursor:
        cursor.execute("DELETE FROM tenants_assessment")
        cursor.execute("SELECT count(*) FROM tenants_assessment")
        assert cursor.fetchone() == (1,)
    with (
        landlord_scope(admin),
        connection.cursor() as cursor,
        pytest.raises(DatabaseError),
        transaction.atomic(),
    ):
        cursor.execute("UPDATE tenants_assessment SET level = 1")


def test_the_page_asks_where_the_ratings_go(cast: Cast) -> None:
    client = cast.amandier.admin.client()
    file = received(cast.amandier, "ratings", RATINGS)
    url = reverse("stock-import-columns", args=[file.key])
    assert "Où vont ces cotations" in client.get(url).content.decode()
    posted: dict[str, Any] = {"colonne-0": "site_code", "colonne-1": "level", "campaign": "new"}
    refused = client.post(url, posted | {"name": "", "day": ""})
    assert refused.status_code == 422
    assert "Donnez un nom" in refused.content.decode()
    tomorrow = (timezone.localdate() + dt.timedelta(days=1)).isoformat()
    assert client.post(url, posted | {"name": "x", "day": tomorrow}).status_code == 422
    assert client.post(url, posted | {"name": "x", "day": "2023-10-01"}).status_code == 302
    with landlord_scope(cast.amandier.admin.principal):
        kept_import = FileImport.objects.get(pk=file.pk)
    expected = {"campaign": "new", "name": "x", "day": "2023-10-01", "barometer": ""}
    assert kept_import.options == expected


def test_a_campaign_of_people_never_takes_a_file_as_decided(cast: Cast) -> None:
    admin, campaign = cast.amandier.admin.principal, opened(cast)
    with landlord_scope(admin):
        Assessment.objects.create(
            campaign=campaign, site=cast.amandier.sites["N1"], criteria={}, suggested_level=2, level=2,
            rated_by_id=admin.user_id,
        )  # fmt: skip
        campaigns.close(admin, campaign)
        offered = dict(DestinationForm().fields["campaign"].choices)  # type: ignore[attr-defined]
    assert str(campaign.key) not in offered
    file = received(cast.amandier, "ratings", RATINGS, campaign=str(campaign.key))
    with pytest.raises(ImportRefusedError, match="ne prend plus"):
        apply(cast.amandier, file)
