"""Facts crossed with the appraisal: the same threshold on the card and in the list, for who may read facts."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tenants.access import landlord_scope
from tenants.incidents.models import Incident
from tenants.stock.crossing import COMPLEX_WITHOUT, QUIET_WITH_FACTS
from tenants.stock.models import Site
from tests.cast import Cast, Member


def given(cast: Cast, level: int, facts: int, *, dwellings: int = 60, days_ago: int = 10) -> Site:
    """The first site, alone rated, with that many facts."""
    site = cast.amandier.sites["N1"]
    day = timezone.localdate() - dt.timedelta(days=days_ago)
    with landlord_scope(cast.amandier.admin.principal):
        Site.objects.update(current_level=None)
        Site.objects.filter(pk=site.pk).update(current_level=level, dwellings=dwellings)
        for _number in range(facts):
            Incident.objects.create(site=site, occurred_on=day, family="BIENS")
    return site


def listed(member: Member, asked: str) -> list[str]:
    page = member.client().get(reverse("site-list"), {"croisement": asked})
    return [site.code for site in page.context["page"]]


@pytest.mark.parametrize(
    ("level", "facts", "dwellings", "days_ago", "expected"),
    [
        (1, 3, 60, 10, QUIET_WITH_FACTS),  # exactly five for 100
        (2, 3, 61, 10, ""),  # a little less
        (2, 2, 10, 10, ""),  # two facts are not many, however small the site
        (1, 3, 60, 365, ""),  # more than a year ago
        (1, 3, 60, 364, QUIET_WITH_FACTS),
        (3, 9, 60, 10, ""),
        (4, 0, 60, 10, COMPLEX_WITHOUT),
        (4, 1, 60, 10, ""),
        (4, 1, 60, 365, COMPLEX_WITHOUT),
    ],
)
def test_the_card_and_the_list_say_the_same(
    cast: Cast, level: int, facts: int, dwellings: int, days_ago: int, expected: str
) -> None:
    site = given(cast, level, facts, dwellings=dwellings, days_ago=days_ago)
    for asked in (QUIET_WITH_FACTS, COMPLEX_WITHOUT):
        assert listed(cast.amandier.admin, asked) == (["N1"] if asked == expected else [])
    card = cast.amandier.admin.client().get(reverse("site-detail", args=[site.key]))
    told = card.context["crossing"]
    assert (told.code if told else "") == expected
    assert (f"croisement={expected}" in card.content.decode()) == bool(expected)


def test_the_threshold_is_a_setting(cast: Cast, settings: Any) -> None:
    given(cast, 1, 3)
    settings.ORSEN_MANY_FACTS = 6
    assert listed(cast.amandier.admin, QUIET_WITH_FACTS) == []


def test_who_may_not_read_facts_learns_nothing_of_them(cast: Cast) -> None:
    site = given(cast, 4, 0)
    everything = listed(cast.amandier.caretaker, "")
    assert listed(cast.amandier.caretaker, QUIET_WITH_FACTS) == everything
    page = cast.amandier.caretaker.client().get(reverse("site-list"))
    assert "croisement" not in page.content.decode()
    assert site.code  # the site of the others


def test_a_filter_that_nobody_knows_hides_nothing(cast: Cast) -> None:
    assert listed(cast.amandier.admin, "x") == listed(cast.amandier.admin, "")
