"""Reports of the last rounds, published by the real jobs: committed, since releases are built by another login."""

from __future__ import annotations

import time
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import override_settings

from accounts.models import Membership, User
from accounts.principal import Principal, from_membership
from gis.territories.models import BaseFeature
from orsen.demo import loading, publishing
from orsen.demo.people import DOMAIN
from orsen.demo.size import SMALL
from sharing.access import releases, reports, shared_scope
from sharing.release.models import ReleasedNeighbourhood

pytestmark = pytest.mark.commits


def principal(email_start: str) -> Principal:
    """Somebody of the demonstration."""
    found = Membership.objects.select_related("organisation")
    return from_membership(found.get(user__email=f"{email_start}@{DOMAIN}"))


@override_settings(ORSEN_DEMO=True)
def test_the_last_two_rounds_of_each_convention_are_published(committed: None) -> None:
    # As after a load that was cut short before its reports: the next one takes up there.
    loading.load(10, SMALL, lambda _line: None)
    assert publishing.is_pending()
    out = StringIO()
    call_command("load_demo", "--scale", "small", stdout=out, skip_checks=True)
    assert "Diffusion des rapports" in out.getvalue()
    assert "Dessin" not in out.getvalue()
    coordination = principal("coordination.aorif")
    with shared_scope(coordination):
        published = reports(coordination).filter(published_at__isnull=False)
        assert published.count() == 2 * publishing.PUBLISHED_ROUNDS
        coverages = {
            release.convention.reference: release.coverage for release in releases(coordination)
        }
        assert coverages["CD-99-01"] > 0
    # Each reader gets those of its own convention, and the neighbourhoods are not all withheld.
    for reader, expected in [
        ("correspondant.prefecture", 2), ("lecteur.commune-b", 2), ("administration.orsen-habitat", 4),
        ("correspondant.gendarmerie", 2), ("lecteur.mediation", 0),
    ]:  # fmt: skip
        who = principal(reader)
        with shared_scope(who):
            assert reports(who).count() == expected, reader
    with shared_scope(principal("administration.orsen-habitat")):
        withheld = set(ReleasedNeighbourhood.objects.values_list("is_withheld", flat=True))
    assert withheld == {True, False}
    # A second load finds everything there, and does nothing.
    users, features = User.objects.count(), BaseFeature.objects.count()
    out, started = StringIO(), time.process_time()
    call_command("load_demo", stdout=out, skip_checks=True)
    assert time.process_time() - started < 1
    assert "déjà chargée" in out.getvalue()
    assert (User.objects.count(), BaseFeature.objects.count()) == (users, features)
