"""The page of an intervention's effect: own sites only, honest sentences, what it cannot tell."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.contrib.gis.geos import Point
from django.urls import reverse
from django.utils import timezone

from accounts.principal import Principal
from tenants.access import landlord_scope
from tenants.displacement.periods import periods
from tenants.displacement.services import Effect, Question, TooEarlyError, measure_effect
from tenants.incidents.models import Incident
from tenants.interventions.models import Intervention, InterventionSite, Lever
from tenants.stock.models import Site
from tests.cast import X0, Y0, Cast, Landlord

START = 400  # days ago


def place(landlord: Landlord, code: str, x: float) -> Site:
    return Site.objects.create(
        code=code, name=f"Résidence {code}", agency=landlord.agencies[0], dwellings=60, geom=Point(X0 + x, Y0, srid=2154)
    )  # fmt: skip


def facts(site: Site, before: int, after: int) -> None:
    start = timezone.localdate() - dt.timedelta(days=START)
    Incident.objects.bulk_create(
        Incident(landlord_id=site.landlord_id, site=site, family="OCCUP", occurred_on=start + dt.timedelta(days=day))
        for count, step in ((before, -1), (after, 1))
        for day in (step * (1 + n % 300) for n in range(count))
    )  # fmt: skip


def intervene(sites: list[Site], days_ago: int = START) -> Intervention:
    lever, _made = Lever.objects.get_or_create(code="conjointe", defaults={"label": "Opération"})
    start = timezone.localdate() - dt.timedelta(days=days_ago)
    found = Intervention.objects.create(
        title="Opération au hall B", lever=lever, status="done", starts_on=start, ends_on=start + dt.timedelta(days=30)
    )  # fmt: skip
    for site in sites:
        InterventionSite.objects.create(intervention=found, site=site)
    return found


@pytest.fixture
def displaced(cast: Cast) -> Intervention:
    """A target whose facts halve, a ring of two sites whose facts double, controls where nothing moves."""
    with landlord_scope(cast.amandier.admin.principal):
        target = place(cast.amandier, "CIBLE", 0)
        facts(target, 100, 50)
        for number, x in enumerate((150, 300)):
            facts(place(cast.amandier, f"AUTOUR{number}", x), 40, 90)
        for number in range(6):
            control = place(cast.amandier, f"LOIN{number}", 3_000 + 600 * number)
            facts(control, *((100, 98) if number == 0 else (40, 41)))
        return intervene([target])


def measure(principal: Principal, key: uuid.UUID, question: Question | None = None) -> Effect:
    with landlord_scope(principal):
        return measure_effect(principal, Intervention.objects.get(key=key), question or Question())


def test_what_moved_to_the_ring_is_told(cast: Cast, displaced: Intervention) -> None:
    effect = measure(cast.amandier.admin.principal, displaced.key)
    assert (effect.target.counts.before, effect.target.counts.after) == (100, 50)
    assert (effect.ring.counts.before, effect.ring.counts.after) == (80, 180)
    assert [site.name for site in effect.control.sites] == ["Résidence LOIN0"]
    assert effect.whole.value == (-50 + 2) + (100 - 2)
    assert effect.target_change.fell
    assert effect.ring_change.rose
    page = cast.amandier.admin.client().get(reverse("intervention-effect", args=(displaced.key,)))
    html = page.content.decode()
    assert "Un report autour est probable." in html
    assert "Les faits ont baissé sur les sites de l’intervention." in html
    assert "le report dépasse la baisse obtenue" in html


def test_the_radius_and_the_controls_are_the_readers_to_choose(
    cast: Cast, displaced: Intervention
) -> None:
    principal = cast.amandier.admin.principal
    narrow = measure(principal, displaced.key, Question(radius=200))
    assert [site.name for site in narrow.ring.sites] == ["Résidence AUTOUR0"]
    dropped = measure(principal, displaced.key).control.sites[0].key
    url = reverse("intervention-effect", args=(displaced.key,))
    html = cast.amandier.admin.client().get(f"{url}?sans={dropped}").content.decode()
    assert "1 témoin écarté" in html
    again = measure(principal, displaced.key, Question(left_out=frozenset({dropped})))
    assert dropped not in {site.key for site in again.control.sites}


def test_a_ring_site_with_work_of_its_own_is_set_aside(cast: Cast, displaced: Intervention) -> None:
    with landlord_scope(cast.amandier.admin.principal):
        intervene([Site.objects.get(code="AUTOUR1")], START - 60)
    effect = measure(cast.amandier.admin.principal, displaced.key)
    assert effect.set_aside == 1
    assert [site.name for site in effect.ring.sites] == ["Résidence AUTOUR0"]


def test_neighbours_of_other_landlords_are_never_in_it(cast: Cast, displaced: Intervention) -> None:
    with landlord_scope(cast.bouleau.admin.principal):
        facts(place(cast.bouleau, "VOISIN", 100), 5, 60)
    effect = measure(cast.amandier.admin.principal, displaced.key)
    everything = effect.ring.sites + effect.ring_control.sites + effect.control.sites
    assert "Résidence VOISIN" not in {site.name for site in everything}
    assert effect.ring.counts.after == 180


def test_another_landlords_intervention_does_not_exist(cast: Cast, displaced: Intervention) -> None:
    url = reverse("intervention-effect", args=(displaced.key,))
    assert cast.bouleau.admin.client().get(url).status_code == 404
    assert cast.police.client().get(url).status_code in {403, 404}


def test_too_early_says_when_to_come_back(cast: Cast) -> None:
    with landlord_scope(cast.amandier.admin.principal):
        young = intervene([place(cast.amandier, "CIBLE", 0)], days_ago=40)
        with pytest.raises(TooEarlyError):
            measure_effect(cast.amandier.admin.principal, young, Question())
    html = (
        cast.amandier.admin.client()
        .get(reverse("intervention-effect", args=(young.key,)))
        .content.decode()
    )
    assert "Trop tôt pour mesurer" in html


def test_without_controls_the_page_says_what_to_do(cast: Cast) -> None:
    with landlord_scope(cast.amandier.admin.principal):
        Site.objects.filter(code__startswith="N").update(geom=None)
        sites = list(Site.objects.filter(geom__isnull=False))
        lonely = intervene(sites)
    html = (
        cast.amandier.admin.client()
        .get(reverse("intervention-effect", args=(lonely.key,)))
        .content.decode()
    )
    assert "Pas de quoi comparer." in html


def test_an_empty_ring_is_said(cast: Cast, displaced: Intervention) -> None:
    url = reverse("intervention-effect", args=(displaced.key,))
    html = cast.amandier.admin.client().get(url + "?rayon=100").content.decode()
    assert "Rien à mesurer autour." in html


def test_a_wrong_radius_is_refused_with_the_limits(cast: Cast, displaced: Intervention) -> None:
    url = reverse("intervention-effect", args=(displaced.key,))
    answer = cast.amandier.admin.client().get(url + "?rayon=9000")
    assert answer.status_code == 422
    assert "2000" in answer.content.decode().replace(" ", "").replace("\u202f", "")


@pytest.mark.parametrize(
    ("gone", "months"), [(80, None), (95, 3), (200, 6), (400, 12), (1_000, 12)]
)
def test_both_periods_are_as_long_as_today_allows(gone: int, months: int | None) -> None:
    today = dt.date(2026, 11, 1)
    found = periods(today - dt.timedelta(days=gone), today, 12)
    assert (found.months if found else None) == months
    if found:
        assert found.start - found.first == found.last - found.start
        assert found.last <= today + dt.timedelta(days=1)
