"""Like with like between two campaigns, the watch list, the levers by level, the one-page file of a site."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from sharing.receipts.models import Receipt
from tenants.access import landlord_scope
from tenants.campaigns.models import Campaign, CampaignSite, Grid
from tenants.evolution.models import WatchedSite
from tenants.evolution.reading import comparable, compare, latest_pairs, pair_of
from tenants.evolution.watching import watch_list
from tenants.interventions.catalogue import catalogue, lever_choices, levers_for, save_lever
from tenants.interventions.models import Intervention, InterventionSite
from tenants.stock.models import Site
from tests.cast import Cast

# code: level at each campaign; None: the campaign kept none; absent: it did not hold the site
FIRST = {"N1": 1, "N2": 2, "N3": 3, "N4": 4, "S3": 3}
SECOND = {"N1": 1, "N2": 3, "N3": 3, "N4": None, "S3": 2}


@pytest.fixture
def two(cast: Cast) -> tuple[Campaign, Campaign]:
    today = timezone.localdate()
    with landlord_scope(cast.amandier.admin.principal):
        made = []
        for years, name, levels in ((1, "Campagne 1", FIRST), (0, "Campagne 2", SECOND)):
            day = today - dt.timedelta(days=365 * years + 30)
            campaign = Campaign.objects.create(
                name=name, grid=Grid.objects.order_by("pk")[0], reference_date=day, opens_on=day, closes_on=day, state="closed",
            )  # fmt: skip
            for code, level in levels.items():
                CampaignSite.objects.create(
                    campaign=campaign, site=cast.amandier.sites[code], level=level, dwellings=60 if years else 100
                )  # fmt: skip
            made.append(campaign)
    return made[0], made[1]


def test_only_sites_of_both_campaigns_that_are_still_managed_count(
    cast: Cast, two: tuple[Campaign, Campaign]
) -> None:
    principal = cast.amandier.admin.principal
    with landlord_scope(principal):
        whole, agencies = compare(principal, *two)
        assert (whole.sites, whole.up, whole.down, whole.unsettled) == (4, 1, 1, 1)
        assert whole.dwellings == 400  # of the later campaign
        assert (whole.share_before, whole.share_after) == (0.5, 0.5)
        assert dict(whole.matrix()[1][1])[3] == 1
        assert sum(each.sites for _name, each in agencies) == whole.sites
        Site.objects.filter(code="N3").update(state="sold", left_on=timezone.localdate())
        whole, _agencies = compare(principal, *two)
        assert (whole.sites, whole.left["sold"]) == (3, 1)
        assert (whole.share_before, whole.share_after) == (pytest.approx(1 / 3), pytest.approx(1 / 3))  # fmt: skip


def test_a_director_compares_her_agency_alone(cast: Cast, two: tuple[Campaign, Campaign]) -> None:
    principal = cast.amandier.director.principal
    with landlord_scope(principal):
        whole, agencies = compare(principal, *two)
    assert len(agencies) == 1
    assert "S3" not in {move.site.code for move in whole.moves}
    page = cast.amandier.director.client().get(reverse("evolution")).content.decode()
    assert "Résidence N2" in page


def test_the_watch_list_gives_its_reasons(cast: Cast, two: tuple[Campaign, Campaign]) -> None:
    principal = cast.amandier.admin.principal
    with landlord_scope(principal):
        found = {row.site.code: row.reasons for row in watch_list(principal)}
    assert found.keys() == {"N2", "N3"}
    assert "niveau 2 au niveau 3" in found["N2"][0]
    assert "sans intervention" in found["N3"][0]
    with landlord_scope(principal):
        lever = save_lever(principal, "presence", label="Présence", from_level=2, is_retired=False)
        planned = Intervention.objects.create(title="x", lever=lever, starts_on=timezone.localdate())  # fmt: skip
        InterventionSite.objects.create(intervention=planned, site=cast.amandier.sites["N3"])
        assert {row.site.code for row in watch_list(principal)} == {"N2"}


def test_a_site_is_followed_by_hand_within_reach(cast: Cast) -> None:
    client, sites = cast.amandier.director.client(), cast.amandier.sites
    where = reverse("watch", args=[sites["N1"].key])
    assert client.post(where, {"reason": "Appeler M. Dupont au 06 12 34 56 78"}).status_code == 422
    assert client.post(where, {"reason": "Travaux de la tour voisine"}).status_code == 302
    assert "Travaux de la tour voisine" in client.get(reverse("watch-list")).content.decode()
    assert client.post(reverse("watch", args=[sites["S3"].key]), {"reason": "x"}).status_code == 404
    caretaker = cast.amandier.caretaker.client()
    assert caretaker.post(where, {"reason": "x"}).status_code == 403
    client.post(reverse("unwatch", args=[sites["N1"].key]))
    with landlord_scope(cast.amandier.admin.principal):
        assert not WatchedSite.objects.exists()


def test_the_catalogue_is_the_landlords_to_change(cast: Cast) -> None:
    admin = cast.amandier.admin
    client = admin.client()
    client.post(reverse("lever-edit", args=["mediation"]), {"label": "Médiation de nuit", "from_level": "2"})  # fmt: skip
    client.post(reverse("lever-create"), {"label": "Maître-chien", "from_level": "4"})
    client.post(reverse("lever-edit", args=["travaux"]), {"label": "Travaux", "from_level": "2", "is_retired": "on"})  # fmt: skip
    with landlord_scope(admin.principal):
        known = {line.code: line for line in catalogue()}
        assert (known["mediation"].label, known["mediation"].from_level) == ("Médiation de nuit", 2)
        assert known["maitre-chien"].from_level == 4
        assert "travaux" not in dict(lever_choices())
        assert "travaux" in dict(lever_choices("travaux"))
        assert "mediation" not in {line.code for line in levers_for(1)}
        assert {"mediation", "maitre-chien"} <= {line.code for line in levers_for(4)}
        assert levers_for(None) == []
    with landlord_scope(cast.bouleau.admin.principal):
        assert "maitre-chien" not in {line.code for line in catalogue()}
    where = reverse("lever-create")
    assert cast.amandier.director.client().get(where).status_code == 403


def test_the_one_page_file_carries_its_receipt(cast: Cast, two: tuple[Campaign, Campaign]) -> None:
    client, site = cast.amandier.director.client(), cast.amandier.sites["N3"]
    with landlord_scope(cast.amandier.admin.principal):
        principal = cast.amandier.admin.principal
        lever = save_lever(principal, "presence", label="Présence humaine", from_level=2, is_retired=False)  # fmt: skip
        done = Intervention.objects.create(title="Rondes du soir", lever=lever, starts_on=timezone.localdate())  # fmt: skip
        InterventionSite.objects.create(intervention=done, site=site)
    response = client.post(reverse("site-sheet", args=[site.key]))
    assert response.status_code == 302
    with landlord_scope(cast.amandier.director.principal):
        receipt = Receipt.objects.get(kind="own_site")
    assert site.name not in receipt.title
    file = client.get(reverse("receipt-file", args=[receipt.key]))
    reader = PdfReader(io.BytesIO(b"".join(file.streaming_content) if file.streaming else file.content))  # type: ignore[attr-defined]  # fmt: skip
    assert len(reader.pages) == 1
    text = reader.pages[0].extract_text().replace("\xa0", " ")
    for said in (site.name, "Campagne 2", "Rondes du soir", "Présence humaine", receipt.number):
        assert said in text
    elsewhere = reverse("site-sheet", args=[cast.amandier.sites["S3"].key])
    assert client.post(elsewhere).status_code == 404


def test_campaigns_over_other_sites_are_not_a_pair(
    cast: Cast, two: tuple[Campaign, Campaign]
) -> None:
    principal = cast.amandier.admin.principal
    day = timezone.localdate() - dt.timedelta(days=20)
    with landlord_scope(principal):
        other = Campaign.objects.create(
            name="Autre", grid=Grid.objects.order_by("pk")[0], reference_date=day, opens_on=day, closes_on=day, state="closed",
        )  # fmt: skip
        site = Site.objects.exclude(code__in=FIRST).order_by("pk")[0]
        CampaignSite.objects.create(campaign=other, site=site, level=2, dwellings=10)
        found = comparable(principal)
        assert found[0] == other
        assert pair_of(found, other) is None
        assert latest_pairs(found) == [two]
