"""The pages of forums, meetings, partners' views and joint actions, at a desk and on a phone, light and dark."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from sharing.access import shared_scope, shared_site
from sharing.jointactions.services import Wanted, decide
from sharing.meetings import services
from sharing.outlooks.services import give_on_site
from tests.browser.accessibility import assert_accessible, assert_fits
from tests.browser.conftest import DESK, PHONE, Visit
from tests.cast import Cast, make_cast
from tests.meetings.scene import Scene, make_scene

pytestmark = pytest.mark.browser


@pytest.fixture
def cast(server: str) -> Cast:
    """The fixed cast, committed."""
    return make_cast()


@pytest.fixture
def scene(cast: Cast) -> Scene:
    """A meeting with points and minutes, a late action, a view that differs."""
    scene, police = make_scene(cast), cast.police.principal
    keys = [cast.amandier.sites["N4"].key, cast.bouleau.sites["N4"].key]
    with shared_scope(police):
        sits = [cast.amandier.organisation.pk, cast.police.membership.organisation_id]
        late = timezone.localdate() - dt.timedelta(days=3)
        decide(police, scene.forum, Wanted(["trade"], "", ["patrols"], sits, sits[0], late), keys)
        services.put_on_agenda(police, scene.meeting, keys[:1], "Éclairage du parc")
        item = scene.meeting.items.get(site_key=keys[0])
        services.write_minutes(police, scene.meeting, item, ["visit", "works"], "Porte du hall")
        give_on_site(police, shared_site(police, keys[0]), 2, ["calmer", "little"])
        give_on_site(police, shared_site(police, keys[0]), 3, ["calls"])
    return scene


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (PHONE, "dark"), (DESK, "light"), (DESK, "dark")])  # fmt: skip
def test_every_page_can_be_used_by_everybody(
    cast: Cast, scene: Scene, visit: Visit, width: int, scheme: str
) -> None:
    with shared_scope(cast.police.principal):
        action = scene.forum.actions.get()
    forum, meeting = [scene.forum.key], [scene.meeting.key]
    pages = [
        (cast.police, [
            reverse("forum-list"), reverse("forum", args=forum), reverse("meeting", args=meeting),
            reverse("meeting-plan", args=forum), reverse("joint-action-create", args=forum),
            reverse("joint-action", args=[action.key]), reverse("joint-action-list"), reverse("outlook-list"),
            reverse("outlook-pick"), reverse("outlook-site", args=[cast.amandier.sites["N4"].key]),
        ]),
        (cast.coordinator, [
            reverse("forum-create", args=[cast.convention.key]), reverse("forum-edit", args=forum),
            reverse("meeting", args=meeting),
        ]),
    ]  # fmt: skip
    for member, addresses in pages:
        visitor = visit(member, width=width, scheme=scheme)
        for address in addresses:
            page = visitor.opens(address)
            assert_fits(page)
            assert_accessible(page)
        assert visitor.complaints == []
