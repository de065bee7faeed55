"""The demonstration in the database, behind the wall."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from unittest.mock import patch

import pytest
from allauth.mfa.totp.internal.auth import validate_totp_code
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import LandlordGroup, Membership, Organisation, User
from accounts.principal import Principal, from_membership
from gis.territories.models import BaseFeature, Territory
from orsen.consistency import CHECKS, disagreements
from orsen.demo import loading
from orsen.demo.accounts_list import accounts
from orsen.demo.people import DOMAIN, PASSWORD
from orsen.demo.size import SMALL
from sharing.access import conventions, shared_scope, shared_sites
from sharing.jointactions.services import overdue
from sharing.meetings.models import Forum
from sharing.meetings.priorities import common_sites
from sharing.outlooks.models import Outlook
from tenants.access import assessable_sites, landlord_scope
from tenants.campaigns.models import Campaign, CampaignSite, CounterVisit, Publication
from tenants.incidents.models import Incident
from tenants.interventions.models import Intervention
from tenants.stock.models import Site

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    """What a command prints."""
    out = StringIO()
    call_command(*words, stdout=out, skip_checks=True)
    return out.getvalue()


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A small demonstration, loaded once; what a test changes in it is undone at the end of the test."""
    with django_db_blocker.unblock(), override_settings(ORSEN_DEMO=True), transaction.atomic():
        # Without reports: they need a committed load (test_publishing).
        loading.load(10, SMALL, lambda _line: None)
        yield
        transaction.set_rollback(True)


def principal(email_start: str) -> Principal:
    """Somebody of the demonstration."""
    found = Membership.objects.select_related("organisation").get(
        user__email=f"{email_start}@{DOMAIN}"
    )
    return from_membership(found)


def test_counts_are_those_of_the_size(demo: None) -> None:
    assert Organisation.objects.filter(kind="landlord").count() == 12
    assert LandlordGroup.objects.count() == 9
    for departement in SMALL.departements:
        found = Territory.objects.filter(departement_code=departement.code)
        assert found.filter(kind="commune").count() == departement.communes
        assert found.filter(kind="iris").count() == departement.iris
        assert found.filter(kind="qpv").count() == departement.qpv
    assert set(BaseFeature.objects.values_list("kind", flat=True)) == {"water", "street", "park"}
    sites = interventions = 0
    for landlord in Organisation.objects.filter(kind="landlord"):
        admin = landlord.memberships.select_related("organisation").get(role_code="landlord_admin")
        with landlord_scope(from_membership(admin)):
            own = Site.objects.count()
            assert set(Site.objects.values_list("landlord_id", flat=True)) <= {landlord.pk}
            interventions += Intervention.objects.count()
            sites += own
    assert sites == SMALL.first.sites + SMALL.second.sites
    assert interventions == SMALL.interventions


def test_each_landlord_has_four_published_campaigns_and_an_open_one(demo: None) -> None:
    with landlord_scope(principal("administration.orsen-habitat")):
        campaigns = Campaign.objects.filter(sites__departement_code="99").distinct()
        states = list(campaigns.order_by("reference_date").values_list("state", flat=True))
        assert states == ["published"] * 4 + ["open"]
        assert all(campaign.round_key for campaign in campaigns)
        rated = CampaignSite.objects.filter(campaign__state="open")
        assert 0 < rated.filter(level__isnull=False).count() < rated.count()
        assert Publication.objects.exists()
        assert Incident.objects.exists()
        done = CounterVisit.objects.exclude(state="pending")
        assert all(visit.result.rated_by_id != visit.assessment.rated_by_id for visit in done)


def test_a_caretaker_finds_sites_to_rate(demo: None) -> None:
    caretaker = principal("gardien.orsen-habitat")
    with landlord_scope(caretaker):
        mine = assessable_sites(caretaker)
        to_rate = CampaignSite.objects.filter(
            campaign__state="open", site__in=mine, level__isnull=True
        )
        assert 3 <= mine.count() <= 20
        assert to_rate.exists()


def test_rows_agree_with_one_another(demo: None) -> None:
    assert f"{len(CHECKS)} règles tenues" in run("check_inconsistencies")


def test_the_checker_sees_what_is_broken(demo: None) -> None:
    admin = principal("administration.orsen-habitat")
    landlord = Organisation.objects.get(pk=admin.organisation_id)
    with landlord_scope(admin):
        site = Site.objects.filter(published_level=1, current_level=1).first()
        assert site is not None
        Site.objects.filter(pk=site.pk).update(published_level=3, dwellings=site.dwellings + 1)
    broken = disagreements(landlord)
    assert {(each.rows, each.example) for each in broken} == {(1, site.pk)}
    assert sorted(each.rule for each in broken) == [
        "le niveau publié d’un site est celui de sa dernière publication",
        "les logements d’un site sont ceux de ses adresses",
    ]
    with pytest.raises(CommandError, match="2 règle"):
        run("check_inconsistencies")


@pytest.mark.parametrize(
    ("email", "departements", "levels"),
    [
        ("correspondant.police", {"99"}, {2, 3, 4}),
        ("correspondant.prefecture", {"99"}, {4}),
        ("correspondant.gendarmerie", {"98"}, {3, 4}),
        ("lecteur.commune-b", set(), set()),
        ("lecteur.mediation", set(), set()),
    ],
)
def test_partners_read_what_their_annex_gives(
    demo: None, email: str, departements: set[str], levels: set[int]
) -> None:
    partner = principal(email)
    with shared_scope(partner):
        seen = list(shared_sites(partner).values_list("departement_code", "level"))
    assert {departement for departement, _level in seen} <= departements
    assert {level for _departement, level in seen} <= levels
    assert bool(seen) == bool(levels)


def test_the_parquet_reads_under_both_conventions(demo: None) -> None:
    parquet = principal("correspondant.parquet")
    with shared_scope(parquet):
        assert conventions(parquet).filter(state="active").count() == 2
    coordination = principal("coordination.aorif")
    with shared_scope(coordination):
        assert conventions(coordination).count() == 3


def test_a_landlord_that_did_not_sign_the_annex_in_force_is_not_read(demo: None) -> None:
    police = principal("correspondant.police")
    with shared_scope(police):
        read = set(shared_sites(police).values_list("landlord__short_name", flat=True))
    assert read
    assert not read & {"Moulin", "Toits du Levant", "Clairlogis", "Solidaire Gué"}


def test_every_role_has_an_account_with_its_code(demo: None) -> None:
    printed = json.loads(run("demo_accounts", "--json"))
    assert {account["role_code"] for account in printed} == {
        "landlord_admin", "security_direction", "agency_director", "sector_head", "caretaker", "support_reader",
        "partner_correspondent", "partner_reader", "coordination_admin", "coordinator", "operator",
    }  # fmt: skip
    assert {account["password"] for account in printed} == {PASSWORD}
    assert all(len(account["code"]) == 6 for account in printed)
    text = run("demo_accounts")
    assert "gardien.orsen-habitat" in text
    assert "exploitation@" in text


def test_an_account_logs_in_with_password_and_code(demo: None) -> None:
    account = next(
        each
        for each in json.loads(run("demo_accounts", "--json"))
        if each["role_code"] == "coordinator"
    )
    client = Client()
    first = client.post(
        reverse("account_login"), {"login": account["email"], "password": account["password"]}
    )
    assert first.status_code == 302
    assert "2fa" in first["Location"]
    assert "_auth_user_id" not in client.session
    wrong = client.post(
        first["Location"], {"code": "000000" if account["code"] != "000000" else "111111"}
    )
    assert wrong.status_code == 200
    right = client.post(first["Location"], {"code": account["code"]})
    assert right.status_code == 302
    assert client.session["_auth_user_id"] == str(User.objects.get(email=account["email"]).pk)


@override_settings(MFA_TOTP_TOLERANCE=4)
def test_a_code_is_accepted_for_as_long_as_it_says(demo: None) -> None:
    now = 1_800_000_007.0
    account = next(accounts(now))
    assert account.code_seconds == 150 - 7
    for later, accepted in [(account.code_seconds - 1, True), (account.code_seconds, False)]:
        with patch("time.time", return_value=now + later):
            assert validate_totp_code(account.secret, account.code) is accepted


def test_each_kind_of_forum_has_met(demo: None) -> None:
    coordination = principal("coordination.aorif")
    with shared_scope(coordination):
        assert set(Forum.objects.values_list("kind", flat=True)) == set(Forum.Kind.values)
        assert all(forum.meetings.count() == 2 for forum in Forum.objects.all())
        assert overdue(coordination).count() == len(Forum.Kind.values)
    police = principal("correspondant.police")
    with shared_scope(police):
        gpo = Forum.objects.get(kind="gpo")
        assert common_sites(police, gpo)
        assert Outlook.objects.exists()
