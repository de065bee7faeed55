"""Below `site` a reader meets no site by any way; at `site`, no question finds one that it does not see."""

from __future__ import annotations

import pytest
from django.db import connection
from django.urls import reverse

from sharing.access import shared_scope
from sharing.details import Detail
from sharing.sites.cards import degrees
from tests.cast import Cast, amended
from tests.sharing.readers import NAME, ROUTES, all_keys, in_clusters, keys_in

BELOW = [Detail.NOTHING, Detail.COMMUNE, Detail.NEIGHBOURHOOD, Detail.ZONE]


@pytest.mark.parametrize("detail", BELOW)
def test_below_site_no_way_leads_to_a_site(cast: Cast, detail: Detail) -> None:
    with amended(cast) as annex:
        annex.lines.update(detail=detail)
    client = cast.police.client()
    for route in ROUTES:
        assert route(client, cast) == set(), route.__name__
    assert in_clusters(client) == 0
    for page in ("partner-home", "shared-site-list", "shared-map"):
        text = client.get(reverse(page)).content.decode().replace("\xa0", " ")
        assert not NAME.search(text), page
        assert "rue des" not in text, page
    with shared_scope(cast.police.principal), connection.cursor() as cursor:
        cursor.execute("SELECT shared.conventions_giving('neighbourhood')")
        reads_releases = cursor.fetchone()[0] == [cast.convention.pk]
    assert reads_releases == (detail in {Detail.NEIGHBOURHOOD, Detail.ZONE})


@pytest.mark.parametrize("detail", BELOW)
def test_a_landlords_own_limit_below_site_is_one_too(cast: Cast, detail: Detail) -> None:
    from sharing.conventions.models import Signature

    with shared_scope(cast.bouleau.admin.principal):
        Signature.objects.filter(organisation=cast.bouleau.organisation).update(cap=detail)
    own = {str(site.key) for site in cast.amandier.sites.values()}
    client = cast.police.client()
    for route in ROUTES:
        assert route(client, cast) <= own, route.__name__


def test_no_question_finds_a_site_that_is_not_shown(cast: Cast) -> None:
    """N1 and N2 are below the line's level: not by name, address, filter, sort, window or page of the API."""
    client = cast.police.client()
    hidden = {str(cast.amandier.sites[code].key) for code in ("N1", "N2", "S0")}
    for query in (
        {"q": "N1"},
        {"q": "rue des N2"},
        {"niveaux": "1"},
        {"niveaux": "12"},
        {"commune": "99001", "tri": "logements"},
        {"qpv": "QN09901M", "tri": "-niveau"},
        {"tri": "-logements", "page": "2"},
    ):
        assert not keys_in(client.get(reverse("shared-site-list"), query), cast) & hidden, query
        listed = client.get(reverse("api-site-list"), {"perimetre": "partages", **query}).json()
        assert not {each["id"] for each in listed.get("features", [])} & hidden, query
    point = degrees(all_keys(cast)[str(cast.amandier.sites["N1"].key)])
    assert point is not None
    window = f"{point.x - 1e-4},{point.y - 1e-4},{point.x + 1e-4},{point.y + 1e-4}"
    assert keys_in(client.get(reverse("shared-map-list"), {"bbox": window}), cast) == set()
    boxed = client.get(
        reverse("api-site-list"), {"perimetre": "partages", "in_bbox": window}
    ).json()
    assert boxed["features"] == []
    assert boxed["count"] == 0
