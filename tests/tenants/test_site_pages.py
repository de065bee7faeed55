"""The list of sites, the card, the dashboard: within reach, the same in list and detail, within a query budget."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tenants.access import landlord_scope
from tenants.campaigns.models import Campaign
from tenants.campaigns.services import (
    close,
    create_campaign,
    open_campaign,
    publish,
    validate,
)
from tenants.incidents.models import Incident
from tenants.stock.models import Address, Site
from tests.campaigns.conftest import Rate
from tests.cast import Cast, Member, make_site

REACH = {
    "admin": {"N1", "N2", "N3", "N4", "S3", "S0"},
    "security": {"N1", "N2", "N3", "N4", "S3", "S0"},
    "director": {"N1", "N2", "N3", "N4"},
    "caretaker": {"N3"},
}


def page(client: Client, name: str, *args: object, query: str = "") -> str:
    answer = client.get(reverse(name, args=args) + query)
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def codes(html: str) -> set[str]:
    return set(re.findall(r"Résidence (\w+)", html))


def member(cast: Cast, role: str) -> Member:
    found: Member = getattr(cast.amandier, role)
    return found


@pytest.mark.parametrize("role", REACH)
def test_list_map_and_card_agree_for_every_role(cast: Cast, role: str) -> None:
    client = member(cast, role).client()
    assert codes(page(client, "site-list")) == REACH[role]
    assert codes(page(client, "landlord-map-list")) == REACH[role]
    for code, site in cast.amandier.sites.items():
        expected = 200 if code in REACH[role] else 404
        assert client.get(reverse("site-detail", args=(site.key,))).status_code == expected
        assert client.get(reverse("landlord-map-card", args=(site.pk,))).status_code == expected


def test_another_landlord_finds_nothing(cast: Cast) -> None:
    client = cast.bouleau.admin.client()
    for site in cast.amandier.sites.values():
        assert client.get(reverse("site-detail", args=(site.key,))).status_code == 404
        assert client.get(reverse("landlord-map-card", args=(site.pk,))).status_code == 404


@pytest.mark.parametrize(
    "name", ["landlord-home", "site-list", "landlord-map", "landlord-map-list", "incident-list"]
)
def test_partners_and_coordinators_have_no_such_page(cast: Cast, name: str) -> None:
    for who in (cast.police, cast.parquet, cast.coordinator):
        assert who.client().get(reverse(name)).status_code == 403
    assert Client().get(reverse(name)).status_code == 302
    site = cast.amandier.sites["N3"]
    assert cast.police.client().get(reverse("site-detail", args=(site.key,))).status_code == 403


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?niveaux=3,4", {"N3", "N4", "S3"}),
        ("?niveaux=0", {"S0"}),
        ("?niveaux=0,1", {"S0", "N1"}),
        ("?agence=Sud", {"S3", "S0"}),
        ("?commune=99002", {"S3", "S0"}),
        ("?qpv=oui", {"N1", "N2", "N3", "N4"}),
        ("?qpv=non", {"S3", "S0"}),
        ("?q=n4", {"N4"}),
        ("?q=rien", set()),
        ("?niveaux=neuf&tri=inconnu&page=abc", {"N1", "N2", "N3", "N4", "S3", "S0"}),
    ],
)
def test_the_list_filters(cast: Cast, query: str, expected: set[str]) -> None:
    assert codes(page(cast.amandier.admin.client(), "site-list", query=query)) == expected


def test_the_list_sorts_with_the_unrated_last(cast: Cast) -> None:
    client = cast.amandier.admin.client()
    for query, first in (("?tri=niveau", "N1"), ("?tri=-niveau", "N4"), ("?tri=-nom", "S3")):
        order = re.findall(r"Résidence (\w+)", page(client, "site-list", query=query))
        assert order[0] == first
        assert query == "?tri=-nom" or order[-1] == "S0"


def test_an_empty_stock_says_what_to_do_first(cast: Cast) -> None:
    with landlord_scope(cast.amandier.admin.principal):
        Site.objects.filter(code__startswith="S").delete()
    client = cast.amandier.caretaker.client()
    with landlord_scope(cast.amandier.admin.principal):
        cast.amandier.sites["N3"].assignments.all().delete()
    assert "Aucun site ne vous est confié" in page(client, "site-list")


@pytest.mark.parametrize(
    ("name", "budget"), [("site-list", 20), ("landlord-home", 30), ("landlord-map-list", 14)]
)
def test_a_longer_list_takes_no_more_queries(
    cast: Cast, campaign: Campaign, django_assert_max_num_queries: DjangoAssertNumQueries,
    name: str, budget: int,
) -> None:  # fmt: skip
    for number in range(20):
        make_site(cast.amandier, f"L{number}", [cast.departement, cast.communes[2]], level=2)
    client = cast.amandier.admin.client()
    with django_assert_max_num_queries(budget):
        page(client, name)


def test_the_card_tells_what_the_site_is(cast: Cast, campaign: Campaign, rate: Rate) -> None:
    site = cast.amandier.sites["N3"]
    with landlord_scope(cast.amandier.admin.principal):
        Address.objects.create(
            site=site, number="12", street="rue du Lavoir", dwellings=60, match_key="12 lavoir"
        )
        today = timezone.localdate()
        for days, family in ((10, "OCCUP"), (20, "OCCUP"), (30, "BIENS"), (500, "TRAFIC")):
            Incident.objects.create(
                site=site, occurred_on=today - dt.timedelta(days=days), family=family
            )
    assessment = rate("N3", 2, ticks=["hall_gathering"], internal_comment="Hall B rouvert")
    with landlord_scope(cast.amandier.director.principal):
        validate(cast.amandier.director.principal, assessment)
    html = page(cast.amandier.director.client(), "site-detail", site.key)
    assert "12 rue du Lavoir" in html
    assert "Occupations abusives</dt><dd>2<" in html
    assert "Trafics</dt>" not in html  # older than twelve months
    assert "5,0 pour 100 logements" in html
    assert "Hall B rouvert" in html
    assert "Hall ou cage d’escalier occupé" in html
    assert "n’est pas encore publié" in html


def test_a_caretaker_reads_no_rating_and_no_fact_of_others(
    cast: Cast, campaign: Campaign, rate: Rate
) -> None:
    assessment = rate("N3", 2, internal_comment="Hall B rouvert")
    with landlord_scope(cast.amandier.director.principal):
        validate(cast.amandier.director.principal, assessment)
    site = cast.amandier.sites["N3"]
    html = page(cast.amandier.caretaker.client(), "site-detail", site.key)
    assert "Hall B rouvert" not in html
    assert "Faits sur 12 mois" not in html
    assert reverse("incident-create", args=(site.key,)) in html
    assert reverse("rate-site", args=(campaign.key, site.key)) in html


def test_publishing_shows_on_the_card_and_the_dashboard(
    cast: Cast, campaign: Campaign, rate: Rate
) -> None:
    admin = cast.amandier.admin.principal
    assessment, waiting = rate("N3", 2), rate("N1", 4)
    with landlord_scope(admin):
        validate(admin, assessment)
        validate(admin, waiting)
        close(admin, campaign)
        publish(admin, campaign)
    client = cast.amandier.admin.client()
    card = page(client, "site-detail", cast.amandier.sites["N3"].key)
    assert "De Niveau 3 à Niveau 2" in card
    kept = page(client, "site-detail", cast.amandier.sites["N1"].key)
    assert "Contre-visite à faire avant le" in kept
    assert "Premier niveau publié" not in kept
    home = page(client, "landlord-home")
    assert "De Niveau 3 à Niveau 2" in home


def test_the_dashboard_counts_within_reach(cast: Cast, campaign: Campaign, rate: Rate) -> None:
    rate("N1", 1)
    mine = page(cast.amandier.director.client(), "landlord-home")
    everybody = page(cast.amandier.admin.client(), "landlord-home")
    assert "<b>1</b> / 4" in mine
    assert "<b>1</b> / 6" in everybody
    assert "1 cotation à valider" in mine
    assert "50,0" in mine  # N3 and N4 of four equal sites
    assert "60,0" in everybody  # N3, N4 and S3 of the five that are rated


def test_the_dashboard_counts_each_open_campaign_by_itself(
    cast: Cast, campaign: Campaign, rate: Rate
) -> None:
    rate("N1", 1)
    admin, today = cast.amandier.admin.principal, timezone.localdate()
    with landlord_scope(admin):
        second = create_campaign(
            admin, name="Seconde", reference_date=today, opens_on=today, closes_on=today
        )
        open_campaign(admin, second)
    home = page(cast.amandier.admin.client(), "landlord-home")
    assert home.count("cotation à valider") == 1
    assert "<b>1</b> / 6" in home
    assert "<b>0</b> / 6" in home
