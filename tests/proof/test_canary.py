"""One landlord's data is full of canaries; everybody else walks through everything and must never meet one."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.utils import timezone

from sharing.conventions.models import Signature
from tenants.access import landlord_scope
from tenants.campaigns.models import Assessment, Campaign, CampaignSite, Grid, Publication
from tenants.incidents.models import Incident
from tenants.interventions.models import Intervention, InterventionSite, Lever
from tenants.stock.models import Address, Site
from tests.cast import Cast, Member
from tests.proof.crawl import Crawl, crawl, every_route, try_each

READERS: dict[str, Callable[[Cast], Member]] = {
    "another landlord": lambda cast: cast.amandier.admin,
    "a caretaker of another landlord": lambda cast: cast.amandier.caretaker,
    "a stranger": lambda cast: cast.parquet,
    "the coordination": lambda cast: cast.coordinator,
}


def plant(cast: Cast) -> list[str]:
    """Canaries in every text of Bouleau, on every site. Returns them."""
    bouleau = cast.bouleau
    canaries: list[str] = []

    def canary(what: str) -> str:
        canaries.append(f"canari-{what}-{uuid.uuid4().hex[:10]}")
        return canaries[-1]

    today = timezone.localdate()
    with landlord_scope(bouleau.admin.principal):
        grid = Grid.objects.order_by("pk").first()
        assert grid is not None
        for agency in bouleau.agencies:
            agency.name = canary("agence")
            agency.save()
        campaign = Campaign.objects.create(
            name=canary("campagne"),
            grid=grid,
            reference_date=today,
            opens_on=today,
            closes_on=today,
            state="closed",
        )
        lever = Lever.objects.create(code="presence", label=canary("levier"))
        intervention = Intervention.objects.create(
            title=canary("intervention"), lever=lever, starts_on=today
        )
        for site in Site.objects.all():
            site.name, site.address = canary("nom"), canary("adresse")
            site.sector, site.code = canary("secteur"), canary("code")
            site.save()
            Address.objects.create(site=site, street=canary("voie"), match_key=canary("cle"))
            CampaignSite.objects.create(
                campaign=campaign, site=site, dwellings=site.dwellings, level=site.current_level
            )
            rating = Assessment.objects.create(
                campaign=campaign, site=site, criteria={}, suggested_level=3, level=3, rated_by=bouleau.admin.user,
                internal_comment=canary("interne"), shared_comment=canary("partage"),
            )  # fmt: skip
            if site.published_level:
                Publication.objects.create(
                    site=site,
                    campaign=campaign,
                    assessment=rating,
                    level=site.published_level,
                    previous_level=None,
                )
            Incident.objects.create(
                site=site, occurred_on=today, family="TRAFIC", source_id=canary("source")
            )
            InterventionSite.objects.create(intervention=intervention, site=site)
            canaries.append(str(site.key))
    return canaries


def keys_of_everybody(cast: Cast) -> dict[str, list[str]]:
    """Values for the parameters of routes: public keys and numbers of both landlords' objects."""
    sites = [cast.amandier.sites["N3"], cast.bouleau.sites["N1"], cast.bouleau.sites["N4"]]
    return {
        "key": [str(site.key) for site in sites] + [str(cast.convention.key)],
        "uuid": [str(site.key) for site in sites] + [str(cast.convention.key)],
        "int": [*[str(site.pk) for site in sites][:4], "1"],
        "z": ["12"], "x": ["2074"], "y": ["1409"],
        "kind": ["commune"],
        "slug": ["active"],
        "str": ["x"],
    }  # fmt: skip


def walk(cast: Cast, member: Member) -> Crawl:
    """Follow links from the home page, then try every route with everybody's keys."""
    client = member.client()
    met = crawl(client, ["/"])
    tried = try_each(client, [path for _route, path in every_route(keys_of_everybody(cast))])
    met.answers += tried.answers
    return met


@pytest.mark.parametrize("who", READERS)
def test_nobody_else_meets_a_canary(cast: Cast, who: str) -> None:
    canaries = plant(cast)
    met = walk(cast, READERS[who](cast))
    own_echo = {str(site.key) for site in cast.bouleau.sites.values()}
    leaks = {
        canary: paths
        for canary in canaries
        if (
            paths := [p for p in met.containing(canary) if not (canary in own_echo and canary in p)]
        )
    }
    assert leaks == {}
    assert [answer.path for answer in met.answers if answer.status >= 500] == []
    assert len(met.answers) > 50


def test_the_landlord_itself_does_meet_them(cast: Cast) -> None:
    """The crawl would see a leak: it sees the canaries of its own landlord."""
    canaries = plant(cast)
    met = walk(cast, cast.bouleau.admin)
    seen = [canary for canary in canaries if met.containing(canary)]
    assert len(seen) > len(canaries) / 3


def test_a_partner_meets_only_what_its_detail_level_shows(cast: Cast) -> None:
    canaries = plant(cast)
    met = walk(cast, cast.police)
    seen = {
        canary.split("-")[1]
        for canary in canaries
        if canary.startswith("canari") and met.containing(canary)
    }
    assert seen <= {"nom", "adresse"}
    shown = [
        code
        for code, site in cast.bouleau.sites.items()
        if site.published_level and site.published_level >= 3
    ]
    for code, site in cast.bouleau.sites.items():
        paths = [path for path in met.containing(str(site.key)) if str(site.key) not in path]
        assert bool(paths) == (code in shown), (code, paths)


def test_after_the_signature_is_withdrawn_a_partner_meets_none(cast: Cast) -> None:
    canaries = plant(cast)
    with landlord_scope(cast.bouleau.admin.principal):
        Signature.objects.filter(organisation=cast.bouleau.organisation).update(
            withdrawn_at=timezone.now()
        )
    met = walk(cast, cast.police)
    assert {
        canary for canary in canaries if canary.startswith("canari") and met.containing(canary)
    } == set()
