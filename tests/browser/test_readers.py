"""A partner, another landlord and the coordination, each in a browser: what they see, where they stop, accessibly."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from sharing.access import shared_scope
from sharing.conventions.models import Convention
from tests.browser.accessibility import assert_accessible, assert_fits
from tests.browser.conftest import DESK, PHONE, Visit, Visitor
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.browser


def refused(visitor: Visitor, path: str, status: int) -> None:
    """The page answers that status, shows no site, and the browser's own remark about it is expected."""
    answer = visitor.page.goto(visitor.address + path)
    assert answer is not None
    assert answer.status == status
    expect(visitor.page.get_by_text("Résidence")).to_have_count(0)
    visitor.complaints.clear()


@pytest.fixture
def cast(server: str) -> Cast:
    """The fixed cast, committed: the police reads sites from level 3 under a live convention."""
    return make_cast()


def test_a_partner_goes_from_its_home_to_a_site_and_its_contact(cast: Cast, visit: Visit) -> None:
    visitor = visit(cast.police, width=PHONE)
    page = visitor.opens("/")
    page.goto(f"{visitor.address}{reverse('shared-site-list')}")
    expect(page.get_by_text("Résidence N4").first).to_be_visible()
    expect(page.get_by_text("Résidence N1")).to_have_count(0)
    page.goto(f"{visitor.address}{reverse('shared-site', args=(cast.amandier.sites['N4'].key,))}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Résidence N4")
    expect(page.get_by_text("Référent sûreté").first).to_be_visible()
    assert visitor.complaints == []


def test_the_day_after_the_end_the_partner_sees_no_site(cast: Cast, visit: Visit) -> None:
    with shared_scope(cast.coordinator.principal):
        yesterday = timezone.localdate() - dt.timedelta(days=1)
        Convention.objects.filter(pk=cast.convention.pk).update(ends_on=yesterday)
    visitor = visit(cast.police)
    page = visitor.opens(reverse("shared-site-list"))
    expect(page.get_by_text("Résidence N4")).to_have_count(0)
    refused(visitor, reverse("shared-site", args=(cast.amandier.sites["N4"].key,)), 404)


def test_another_landlord_finds_its_own_sites_and_no_other(cast: Cast, visit: Visit) -> None:
    visitor = visit(cast.bouleau.admin)
    page = visitor.opens(reverse("site-list"))
    expect(page.get_by_text("Résidence N4").first).to_be_visible()
    refused(visitor, reverse("site-detail", args=(cast.amandier.sites["N4"].key,)), 404)
    page = visitor.opens(reverse("shared-site-list"))
    expect(page.get_by_text("Résidence N4")).to_have_count(0)


def test_the_coordination_reads_the_annex_and_no_site(cast: Cast, visit: Visit) -> None:
    visitor = visit(cast.coordinator)
    page = visitor.opens(reverse("convention-list"))
    page.get_by_role("link", name=cast.convention.name).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(cast.convention.name)
    expect(page.get_by_text("Résidence")).to_have_count(0)
    refused(visitor, reverse("shared-site-list"), 403)


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_readers_pages_are_accessible_and_fit(cast: Cast, visit: Visit, width: int) -> None:
    pages = {
        "police": [
            "partner-home",
            "shared-site-list",
            "journal",
            "report-list",
            "forum-list",
            "joint-action-list",
            "outlook-list",
        ],
        "coordinator": [
            "convention-list",
            "round-list",
            "calibration-figures",
            "report-list",
            "territory-list",
        ],
        "landlord": ["landlord-sharing", "journal", "people-list", "people-invite", "sector-list"],
    }
    members = {
        "police": cast.police,
        "coordinator": cast.coordinator,
        "landlord": cast.amandier.admin,
    }
    for who, names in pages.items():
        visitor = visit(members[who], width=width)
        for name in names:
            page = visitor.opens(reverse(name))
            assert_accessible(page)
            assert_fits(page)
        assert visitor.complaints == []
