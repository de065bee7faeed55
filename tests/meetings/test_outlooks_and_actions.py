"""Partners' views beside the landlords', and joint actions until they are solved."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import Error, connection, transaction
from django.urls import reverse
from django.utils import timezone

from sharing.access import shared_scope
from sharing.conventions.models import AnnexLine
from sharing.details import Detail
from sharing.jointactions.models import JointAction, JointActionSite
from sharing.jointactions.services import followed_sites
from sharing.jointactions.tasks import tell_of_overdue
from sharing.notices.models import Notice
from sharing.outlooks.models import Outlook
from tenants.access import landlord_scope
from tenants.campaigns.models import Campaign, Grid, Publication
from tests.cast import Cast, Landlord, amended
from tests.meetings.scene import Scene
from tests.meetings.test_meetings import text

VIEW = {"level": "2", "reasons": ["calmer"]}


def give(cast: Cast, code: str = "N4", **said: object) -> None:
    path = reverse("outlook-site", args=[cast.amandier.sites[code].key])
    assert cast.police.client().post(path, VIEW | said).status_code == 302


def test_a_view_stands_beside_the_landlords_for_those_who_read_both(cast: Cast, scene: Scene) -> None:  # fmt: skip
    give(cast)
    for member in (cast.police, cast.amandier.admin, cast.bouleau.admin):
        shown = text(member.client(), reverse("outlook-list"))
        assert "Résidence N4" in shown
        assert "écart de 2 niveaux" in shown
    assert cast.coordinator.client().get(reverse("outlook-list")).status_code == 403
    with shared_scope(cast.parquet.principal):
        assert Outlook.objects.count() == 0


def test_a_member_that_does_not_read_the_site_does_not_see_the_view(cast: Cast, scene: Scene) -> None:  # fmt: skip
    give(cast, "N3")
    assert "Résidence N3" in text(cast.amandier.admin.client(), reverse("outlook-list"))
    assert "Résidence N3" not in text(cast.bouleau.admin.client(), reverse("outlook-list"))
    with shared_scope(cast.bouleau.admin.principal):
        assert Outlook.objects.count() == 0


def test_views_are_added_never_changed(cast: Cast, scene: Scene) -> None:
    give(cast)
    give(cast, level="4", reasons=["facts"])
    shown = text(cast.amandier.admin.client(), reverse("outlook-list"))
    assert "mêmes niveaux" in shown
    assert "retour au calme observé" in shown, "the earlier one is kept"
    for change in ("UPDATE sharing_outlook SET level = 1", "DELETE FROM sharing_outlook"):
        with (
            shared_scope(cast.police.principal),
            connection.cursor() as cursor,
            pytest.raises(Error, match="permission"),
            transaction.atomic(),
        ):
            cursor.execute(change)


def test_a_view_needs_a_site_that_the_convention_gives(cast: Cast, scene: Scene) -> None:
    hidden = cast.amandier.sites["N1"]
    answer = cast.police.client().post(reverse("outlook-site", args=[hidden.key]), VIEW)
    assert answer.status_code == 404
    with (
        shared_scope(cast.police.principal),
        pytest.raises(Error, match="row-level"),
        transaction.atomic(),
    ):
        Outlook.objects.create(
            convention=cast.convention, organisation=cast.police.membership.organisation, site_key=hidden.key,
            landlord=cast.amandier.organisation, level=4,
        )  # fmt: skip


def test_a_reader_of_zones_speaks_of_zones_only(cast: Cast) -> None:
    with amended(cast) as draft:
        AnnexLine.objects.filter(annex=draft).delete()
        AnnexLine.objects.create(
            convention=cast.convention, annex=draft, reader="category", category="police", territory=cast.departement,
            min_level=1, detail=Detail.ZONE,
        )  # fmt: skip
    client = cast.police.client()
    site = reverse("outlook-site", args=[cast.amandier.sites["N4"].key])
    assert client.post(site, VIEW).status_code == 404
    zone = reverse("outlook-neighbourhood", args=[cast.neighbourhood.pk])
    assert cast.neighbourhood.name in text(client, reverse("outlook-pick"))
    assert client.post(zone, VIEW).status_code == 302
    assert cast.neighbourhood.name in text(client, reverse("outlook-list"))
    assert client.post(reverse("outlook-neighbourhood", args=[10**6]), VIEW).status_code == 404


def decide(cast: Cast, scene: Scene, **said: object) -> JointAction:
    police = cast.police.membership.organisation_id
    form = {
        "problems": ["gatherings"], "steps": ["patrols"], "owner": cast.amandier.organisation.pk, "partners": [police],
        "due_on": str(timezone.localdate() + dt.timedelta(days=20)),
        "text": "Hall B, le soir",
        "sites": [str(cast.amandier.sites["N4"].key), str(cast.bouleau.sites["N4"].key)],
    }  # fmt: skip
    answer = cast.police.client().post(
        reverse("joint-action-create", args=[scene.forum.key]), form | said
    )
    assert answer.status_code == 302, answer.content.decode()
    with shared_scope(cast.police.principal):
        return JointAction.objects.select_related("forum__convention").get()


def published(landlord: Landlord, code: str, levels: list[tuple[int, int]]) -> None:
    """Publish levels of a site, each so many days ago."""
    with landlord_scope(landlord.admin.principal):
        today, grid = timezone.localdate(), Grid.objects.order_by("pk").first()
        campaign = Campaign.objects.create(
            name="C", grid=grid, reference_date=today, opens_on=today, closes_on=today, state="published"
        )  # fmt: skip
        for level, days in levels:
            Publication.objects.create(
                site=landlord.sites[code], campaign=campaign, level=level, previous_level=None,
                published_at=timezone.now() - dt.timedelta(days=days),
            )  # fmt: skip


def test_an_action_tells_its_owner_and_shows_what_became_of_the_levels(cast: Cast, scene: Scene) -> None:  # fmt: skip
    action = decide(cast, scene)
    with shared_scope(cast.amandier.admin.principal):
        path = reverse("joint-action", args=[action.key])
        assert Notice.objects.filter(path=path).count() == 1
        JointAction.objects.update(opened_on=timezone.localdate() - dt.timedelta(days=30))
        action.refresh_from_db()
    # Amandier's was already at 4; Bouleau's was at 2, a level that the other landlords' line does not give.
    published(cast.amandier, "N4", [(4, 60)])
    published(cast.bouleau, "N4", [(2, 60), (4, 1)])
    seen = {}
    readers = {
        "police": cast.police,
        "amandier": cast.amandier.admin,
        "bouleau": cast.bouleau.admin,
    }
    for name, member in readers.items():
        with shared_scope(member.principal):
            found = followed_sites(member.principal, action)
            seen[name] = {each.site.landlord: each.level_then for each in found}
        assert "Résidence N4" in text(member.client(), path)
    assert seen == {
        "police": {"Amandier": 4, "Bouleau": None},
        "amandier": {"Amandier": 4, "Bouleau": None},
        "bouleau": {"Amandier": 4, "Bouleau": 2},
    }
    assert "Résidence" not in text(cast.coordinator.client(), path)
    with shared_scope(cast.coordinator.principal):
        assert JointActionSite.objects.count() == 0


def test_late_actions_are_listed_and_told_once(cast: Cast, scene: Scene) -> None:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    action = decide(cast, scene, due_on=str(yesterday))
    assert "1 action commune en retard" in text(cast.bouleau.admin.client(), reverse("forum-list"))
    assert tell_of_overdue() == 1
    assert tell_of_overdue() == 0
    path = reverse("joint-action", args=[action.key])
    client = cast.amandier.admin.client()
    done = {"state": "solved", "due_on": str(yesterday), "steps": ["patrols"]}
    assert client.post(path, done).status_code == 302
    with shared_scope(cast.police.principal):
        action.refresh_from_db()
        assert (action.state, action.closed_on) == ("solved", timezone.localdate())
    assert "en retard" not in text(cast.bouleau.admin.client(), reverse("forum-list"))


def test_an_action_names_nobody_and_members_only(cast: Cast, scene: Scene) -> None:
    client, path = cast.police.client(), reverse("joint-action-create", args=[scene.forum.key])
    said = {
        "problems": ["trade"], "owner": cast.amandier.organisation.pk, "due_on": "2030-01-01",
        "text": "Voir Monsieur Dupont",
    }  # fmt: skip
    assert client.post(path, said).status_code == 422
    said |= {"text": "", "owner": cast.parquet.membership.organisation_id}
    assert client.post(path, said).status_code == 422
