"""Rival ratings of one site are listed side by side; keeping one settles it."""

from __future__ import annotations

from tenants.access import landlord_scope
from tenants.campaigns.models import Campaign, CampaignSite
from tests.campaigns.conftest import Rate
from tests.cast import Cast


def test_every_conflict_is_listed_and_keeping_one_settles_it(
    cast: Cast, campaign: Campaign, rate: Rate
) -> None:
    rate("N1", 2)
    rate("N3", 2)
    kept = rate("N3", 3, by=cast.amandier.caretaker)
    client, path = cast.amandier.director.client(), f"/campagnes/{campaign.key}/a-arbitrer/"
    page = client.get(path).content.decode()
    assert page.count('<article class="card" id="site-') == 1
    assert f'id="site-{cast.amandier.sites["N3"].key}"' in page
    said = {"outcome": "validated", "next": "conflict-list"}
    assert client.post(f"/cotations/{kept.key}/decision/", said)["Location"] == path
    assert "Rien à arbitrer" in client.get(path).content.decode()
    with landlord_scope(cast.amandier.admin.principal):
        line = CampaignSite.objects.get(campaign=campaign, site=cast.amandier.sites["N3"])
        assert line.level == 3


def test_a_caretaker_does_not_arbitrate(cast: Cast, campaign: Campaign) -> None:
    client = cast.amandier.caretaker.client()
    assert client.get(f"/campagnes/{campaign.key}/a-arbitrer/").status_code == 403
