"""Roles as the literal table says them, and the second factor that follows from what a member may read or do."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import Organisation
from accounts.roles import ROLES, roles_of
from sharing.conventions.models import Convention, Signature
from sharing.details import Detail
from tenants.access import landlord_scope
from tenants.wall.context import Scope, open_scope
from tests.accounts.signing_in import give_totp
from tests.cast import Cast, amended, make_member


def test_each_kind_of_organisation_has_its_roles_and_no_other() -> None:
    assert {kind: [role.code for role in roles_of(kind)] for kind in Organisation.Kind.values} == {
        "landlord": [
            "landlord_admin", "security_direction", "agency_director", "sector_head", "caretaker", "support_reader",
        ],
        "partner": ["partner_correspondent", "partner_reader"],
        "coordinator": ["coordination_admin", "coordinator"],
        "operator": ["operator"],
    }  # fmt: skip


def test_the_reach_inside_a_landlord() -> None:
    assert {role.code: role.reach for role in roles_of("landlord")} == {
        "landlord_admin": "all",
        "security_direction": "all",
        "agency_director": "agency",
        "sector_head": "agency",
        "caretaker": "assigned",
        "support_reader": "all",
    }


def test_support_services_read_and_change_nothing() -> None:
    assert ROLES["support_reader"].permissions == {
        "sites.read", "campaigns.read", "incidents.read", "reports.read",
    }  # fmt: skip


def test_whoever_gives_rights_or_binds_the_organisation_owes_a_second_factor() -> None:
    strong = {
        "people.manage",
        "sites.assign",
        "conventions.sign",
        "waivers.sign",
        "conventions.edit",
        "reports.publish",
    }
    without = [
        role.code for role in ROLES.values() if role.permissions & strong and not role.second_factor
    ]
    assert without == []
    assert ROLES["operator"].second_factor


@pytest.fixture
def reader(cast: Cast, settings: Settings) -> Client:
    """A plain reader of the police, to whom the annex gives `site` from level 3."""
    settings.ORSEN_REQUIRE_SECOND_FACTOR = True
    return make_member(
        cast.police.membership.organisation, "partner_reader", "Lecteur police"
    ).client()


def annex_gives(cast: Cast, detail: str) -> None:
    with amended(cast) as annex:
        annex.lines.update(detail=detail)


@pytest.mark.parametrize("detail", [Detail.SITE, Detail.FILE])
def test_a_reader_to_whom_sites_are_named_owes_one(cast: Cast, reader: Client, detail: str) -> None:
    annex_gives(cast, detail)
    answer = reader.get("/partage/sites/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/compte/2fa/")


@pytest.mark.parametrize("detail", [Detail.COMMUNE, Detail.NEIGHBOURHOOD, Detail.ZONE])
def test_a_reader_of_released_figures_alone_owes_none(
    cast: Cast, reader: Client, detail: str
) -> None:
    annex_gives(cast, detail)
    assert reader.get("/organisation/").status_code == 405


def test_the_need_follows_the_annex_at_the_next_request(cast: Cast, reader: Client) -> None:
    annex_gives(cast, Detail.ZONE)
    assert reader.get("/organisation/").status_code == 405
    annex_gives(cast, Detail.SITE)
    assert reader.get("/organisation/").status_code == 302
    with open_scope(
        Scope("coordinator", cast.coordinator.membership.organisation_id, cast.coordinator.user.pk)
    ):
        Convention.objects.update(state=Convention.State.SUSPENDED)
    assert reader.get("/organisation/").status_code == 405


def test_the_landlords_cap_counts(cast: Cast, reader: Client) -> None:
    for landlord in (cast.amandier, cast.bouleau):
        with landlord_scope(landlord.admin.principal):
            Signature.objects.filter(organisation=landlord.organisation).update(cap=Detail.ZONE)
    assert reader.get("/organisation/").status_code == 405


def test_leaving_takes_effect_at_the_next_request(cast: Cast) -> None:
    client = cast.police.client()
    assert client.get("/organisation/").status_code == 405
    membership = cast.police.membership
    membership.since = membership.until = timezone.localdate() - dt.timedelta(days=1)
    membership.save()
    assert client.get("/").status_code == 403


def test_an_organisation_that_left_takes_its_people_along(cast: Cast) -> None:
    client = cast.police.client()
    Organisation.objects.filter(pk=cast.police.membership.organisation_id).update(is_active=False)
    assert client.get("/").status_code == 403


def test_a_second_factor_that_exists_must_be_shown(cast: Cast, reader: Client) -> None:
    member = make_member(cast.police.membership.organisation, "partner_reader", "Lectrice police")
    give_totp(member.user)
    answer = member.client().get("/organisation/")
    assert answer["Location"].startswith("/compte/2fa/reauthenticate/")
