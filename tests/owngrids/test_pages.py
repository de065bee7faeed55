"""The pages of a landlord's grids: begin, write, publish, try; what was typed stays."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from tenants.access import landlord_scope
from tenants.campaigns.models import Campaign
from tenants.owngrids.models import OwnGrid
from tests.cast import Cast
from tests.owngrids.conftest import SECRET
from tests.owngrids.test_grid import QUIET

pytestmark = pytest.mark.usefixtures("grid")


def newest(cast: Cast) -> OwnGrid:
    with landlord_scope(cast.amandier.security.principal):
        return OwnGrid.objects.order_by("-pk")[0]


def test_a_grid_is_begun_written_and_published(cast: Cast) -> None:
    client = cast.amandier.security.client()
    client.post(reverse("own-grid-list"))
    page = reverse("own-grid", args=[newest(cast).pk])
    client.post(page, {"do": "add-level", "title": "Baromètre"})
    client.post(page, {"do": "add-question"})
    client.post(page, {"do": "add-option-4"})
    shown = client.get(page).content.decode()
    assert "Avant de publier" in shown
    client.post(page, {"do": "publish"})
    assert newest(cast).published_at is None
    named = {"l4-label": "Rouge", "c4-label": "Présence", "c4-question": "Vue ?"}
    named |= {f"c4-o{place}-label": f"Réponse {place}" for place in range(3)}
    client.post(page, {"do": "publish"} | named)
    kept = newest(cast)
    assert kept.published_at is not None
    assert kept.definition["title"] == "Baromètre"
    assert [each["common"] for each in kept.definition["levels"]] == [1, 2, 3, 4, 4]
    assert kept.definition["criteria"][4]["code"] == "q5"
    read = client.get(page).content.decode()
    assert "sans équivalent" in read
    client.post(reverse("own-grid-next", args=[kept.pk]))
    assert newest(cast).version == 2


def test_a_draft_is_thrown_away_and_a_published_version_stays(cast: Cast) -> None:
    client = cast.amandier.security.client()
    client.post(reverse("own-grid-list"))
    draft = newest(cast)
    page = reverse("own-grid", args=[draft.pk])
    assert cast.bouleau.admin.client().post(page, {"do": "discard"}).status_code == 404
    assert "Supprimer ce brouillon" in client.get(page).content.decode()
    assert client.post(page, {"do": "discard"}).url == reverse("own-grid-list")
    assert client.get(page).status_code == 404
    client.post(reverse("own-grid-list"))
    published = newest(cast)
    with landlord_scope(cast.amandier.security.principal):
        OwnGrid.objects.filter(pk=published.pk).update(published_at=timezone.now())
    page = reverse("own-grid", args=[published.pk])
    assert "elle reste" in client.post(page, {"do": "discard"}, follow=True).content.decode()
    assert client.get(page).status_code == 200


def test_parts_are_taken_out_within_bounds(cast: Cast) -> None:
    client = cast.amandier.security.client()
    client.post(reverse("own-grid-list"))
    page = reverse("own-grid", args=[newest(cast).pk])
    for _time in range(6):
        client.post(page, {"do": "drop-level-1"})
        client.post(page, {"do": "drop-question-0"})
        client.post(page, {"do": "drop-option-0-0"})
    kept = newest(cast).definition
    assert (len(kept["levels"]), len(kept["criteria"])) == (2, 1)
    assert len(kept["criteria"][0]["options"]) == 2
    for strange in ("drop-level-99", "drop-option-7-0", "drop-level", "add-nothing", "drop-option-0-²"):  # fmt: skip
        assert (
            client.post(page, {"do": strange, "l0-common": "9", "l0-from": "-1"}).status_code == 302
        )
    assert newest(cast).definition["levels"][0]["common"] == 4  # brought back to its bounds


def test_the_preview_tries_the_grid_and_keeps_nothing(cast: Cast, own: OwnGrid) -> None:
    client = cast.amandier.security.client()
    page = reverse("own-grid-preview", args=[own.pk])
    assert f"Présence {SECRET}" in client.get(page).content.decode()
    tried = client.post(page, QUIET | {"q1": 4}).content.decode()
    assert "Rouge" in tried.split("proposition")[1].split("</div></div>")[0]


def test_a_campaign_is_launched_with_it_and_without_it_nothing_is_asked(
    cast: Cast, own: OwnGrid
) -> None:
    sent = {
        "name": "Campagne propre", "reference_date": "2026-01-01", "opens_on": "2026-01-01",
        "closes_on": "2026-02-01", "own_grid": own.pk,
    }  # fmt: skip
    create = reverse("campaign-create")
    stranger = cast.bouleau.admin.client()
    assert "own_grid" not in stranger.get(create).content.decode()
    stranger.post(create, sent)  # a grid that is not theirs to choose: the common one
    client = cast.amandier.admin.client()
    assert SECRET in client.get(create).content.decode()
    assert client.post(create, sent).status_code == 302
    with landlord_scope(cast.amandier.admin.principal):
        assert Campaign.objects.get().own_grid_id == own.pk
    with landlord_scope(cast.bouleau.admin.principal):
        assert Campaign.objects.get().own_grid_id is None
