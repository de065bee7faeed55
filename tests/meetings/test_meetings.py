"""Forums and meetings through HTTP, as each of those who sit there and as those who do not."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from sharing.access import shared_scope
from sharing.meetings import jobs
from sharing.meetings.models import AgendaItem, Forum, Meeting
from sharing.meetings.packs import PACK
from sharing.meetings.priorities import common_details
from sharing.notices.models import Notice
from sharing.receipts.models import Receipt
from tenants.jobs.models import Job
from tenants.jobs.registry import JobRefusedError
from tests.cast import Cast, Member, make_member
from tests.meetings.scene import Scene, make_forum
from tests.proof.reading import readable
from tests.sharing.cuts import CUTS


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode().replace("\xa0", " ")


def fours(cast: Cast) -> set[uuid.UUID]:
    return {each.sites["N4"].key for each in (cast.amandier, cast.bouleau)}


def make_pack(member: Member, meeting: Meeting, **asked: str) -> Receipt:
    """Ask for the pack on the page, and do the job's work in the test's transaction."""
    answer = member.client().post(reverse("meeting-pack", args=[meeting.key]), asked)
    assert answer.status_code == 302
    with shared_scope(member.principal):
        job = Job.objects.filter(kind=PACK).order_by("-pk").first()
    assert job is not None
    work(member, str(job.key), job.payload)
    with shared_scope(member.principal):
        found = Receipt.objects.filter(kind="meeting_pack").order_by("-pk").first()
    assert found is not None
    return found


def work(member: Member, key: str, payload: dict[str, object]) -> None:
    """What a worker does with it."""
    running = SimpleNamespace(
        key=key, principal=member.principal, payload=payload, progress=lambda *_told: None
    )
    jobs.make_pack(running)  # type: ignore[arg-type]  # all that the function asks of a running job


def test_the_common_level_is_what_every_member_reads(cast: Cast, scene: Scene) -> None:
    for member in (cast.police, cast.amandier.admin, cast.bouleau.admin):
        with shared_scope(member.principal):
            found = common_details(scene.forum)
        # Level 3 is read by the police alone; level 4 by all, the landlords at « site ».
        assert {key: str(each) for key, each in found.items()} == dict.fromkeys(fours(cast), "site")


def test_a_member_that_reads_nothing_leaves_nothing_in_common(cast: Cast, scene: Scene) -> None:
    with shared_scope(cast.coordinator.principal):
        scene.forum.members.create(organisation=cast.parquet.membership.organisation)
    with shared_scope(cast.police.principal):
        assert common_details(scene.forum) == {}


def test_members_read_the_forum_and_nobody_else(cast: Cast, scene: Scene) -> None:
    other = make_forum(cast, members=[cast.bouleau.organisation.pk], name="Cellule des Bouleaux")
    paths = [reverse("forum", args=[scene.forum.key]), reverse("meeting", args=[scene.meeting.key])]
    for member in (cast.police, cast.amandier.admin, cast.bouleau.admin, cast.coordinator):
        client = member.client()
        for path in paths:
            assert "GPO d’Aubépine" in text(client, path)
        assert "GPO d’Aubépine" in text(client, reverse("forum-list"))
    outside = cast.amandier.admin.client()
    text(outside, reverse("forum", args=[other.key]), 404)
    assert "Cellule des Bouleaux" not in text(outside, reverse("forum-list"))
    stranger = cast.parquet.client()
    for path in paths:
        text(stranger, path, 404)
    assert cast.amandier.caretaker.client().get(paths[0]).status_code == 403


def test_postgresql_shows_a_stranger_no_row_of_a_forum(cast: Cast, scene: Scene) -> None:
    with shared_scope(cast.parquet.principal):
        for table in ("forum", "forummember", "meeting", "agendaitem", "outlook", "jointaction"):
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT count(*) FROM sharing_{table}")
                assert cursor.fetchone() == (0,), table


def test_planning_tells_the_members(cast: Cast, scene: Scene) -> None:
    with shared_scope(cast.amandier.admin.principal):
        told = Notice.objects.filter(organisation=cast.amandier.organisation)
        assert [each.path for each in told] == [reverse("meeting", args=[scene.meeting.key])]


def test_the_agenda_is_built_from_the_priority_list(cast: Cast, scene: Scene) -> None:
    police, page = cast.police.client(), reverse("meeting", args=[scene.meeting.key])
    add = reverse("agenda-add", args=[scene.meeting.key])
    key, hidden = cast.amandier.sites["N4"].key, cast.amandier.sites["N3"].key
    assert str(key) in text(police, page)
    assert str(hidden) not in text(police, page)
    # A site that not everybody reads is refused even when asked for by its key.
    police.post(add, {"sites": [str(key), str(hidden)], "title": "Éclairage du parc"})
    with shared_scope(cast.police.principal):
        found = list(AgendaItem.objects.filter(meeting=scene.meeting).values_list("site_key", "title"))  # fmt: skip
    assert found == [(key, ""), (None, "Éclairage du parc")]
    refused = police.post(add, {"title": "Revoir Monsieur Dupont au 06 12 34 56 78"})
    assert refused.status_code == 422
    with shared_scope(cast.coordinator.principal):
        # The coordination reads no site: neither the row nor its key.
        assert list(AgendaItem.objects.values_list("title", flat=True)) == ["Éclairage du parc"]
    shown = text(cast.coordinator.client(), page)
    assert "1 point porte sur un site" in shown
    assert str(key) not in shown
    assert "Résidence" not in shown


def test_minutes_are_ticked_and_closed_for_good(cast: Cast, scene: Scene) -> None:
    client = cast.amandier.admin.client()
    client.post(
        reverse("agenda-add", args=[scene.meeting.key]), {"sites": [str(cast.bouleau.sites["N4"].key)]}
    )  # fmt: skip
    with shared_scope(cast.police.principal):
        item = AgendaItem.objects.get()
    minutes = reverse("item-minutes", args=[scene.meeting.key, item.pk])
    prefix = f"p{item.pk}"
    named = {f"{prefix}-note": "Joindre Madame Martin", f"{prefix}-decisions": ["visit"]}
    assert client.post(minutes, named).status_code == 422
    client.post(minutes, named | {f"{prefix}-note": "Hall B, porte à réparer"})
    page = reverse("meeting", args=[scene.meeting.key])
    assert "Hall B, porte à réparer" in text(cast.bouleau.admin.client(), page)
    assert client.post(reverse("meeting-close", args=[scene.meeting.key])).status_code == 403
    cast.police.client().post(reverse("meeting-close", args=[scene.meeting.key]))
    client.post(minutes, {f"{prefix}-note": "Autre chose"})
    assert "Autre chose" not in text(cast.bouleau.admin.client(), page)


def test_the_pack_holds_the_common_level_and_its_receipt(cast: Cast, scene: Scene) -> None:
    for member in (cast.police, cast.amandier.admin):
        receipt = make_pack(member, scene.meeting)
        answer = member.client().get(reverse("receipt-file", args=[receipt.key]))
        assert answer["Content-Type"] == "application/pdf"
        said = readable(answer)
        assert receipt.number in said
        assert said.count("Résidence N4") >= 2
        assert "Résidence N3" not in said
        with shared_scope(member.principal):
            assert {key for part in receipt.parts.all() for key in part.site_keys} == fours(cast)


def test_the_part_for_the_reader_alone_is_apart(cast: Cast, scene: Scene) -> None:
    receipt = make_pack(cast.police, scene.meeting, reserved="on")
    said = readable(cast.police.client().get(reverse("receipt-file", args=[receipt.key])))
    assert "Résidence N3" in said
    assert "Pour votre organisation seule" in said.replace("\xa0", " ")


def test_the_coordination_gets_a_pack_without_sites(cast: Cast, scene: Scene) -> None:
    receipt = make_pack(cast.coordinator, scene.meeting)
    said = readable(cast.coordinator.client().get(reverse("receipt-file", args=[receipt.key])))
    assert "Résidence" not in said


@pytest.mark.parametrize("cut", CUTS)
def test_whatever_ends_the_right_ends_the_forum_and_its_pack(
    cast: Cast, scene: Scene, cut: Callable[[Cast], None]
) -> None:
    receipt = make_pack(cast.police, scene.meeting)
    client = cast.police.client()
    file = reverse("receipt-file", args=[receipt.key])
    assert client.get(file).status_code == 200
    cut(cast)
    assert client.get(file).status_code == 403
    answer = client.get(reverse("meeting", args=[scene.meeting.key]))
    assert not [key for key in fours(cast) if str(key) in answer.content.decode()]


def test_a_member_taken_out_loses_the_pack_and_the_job(cast: Cast, scene: Scene) -> None:
    receipt = make_pack(cast.amandier.admin, scene.meeting)
    client = cast.amandier.admin.client()
    with shared_scope(cast.coordinator.principal):
        scene.forum.members.filter(organisation=cast.amandier.organisation).delete()
    assert client.get(reverse("receipt-file", args=[receipt.key])).status_code == 403
    payload = {"meeting": str(scene.meeting.key), "reserved": False, "language": "fr"}
    with pytest.raises(JobRefusedError):
        work(cast.amandier.admin, str(uuid.uuid4()), payload)
    with shared_scope(cast.amandier.admin.principal):
        assert Receipt.objects.filter(kind="meeting_pack").count() == 1
        assert Forum.objects.count() == 0


def test_a_pack_dies_when_a_member_no_longer_reads_what_lay_on_the_table(cast: Cast, scene: Scene) -> None:  # fmt: skip
    receipt = make_pack(cast.police, scene.meeting)
    with shared_scope(cast.coordinator.principal):
        scene.forum.members.create(organisation=cast.parquet.membership.organisation)
    answer = cast.police.client().get(reverse("receipt-file", args=[receipt.key]))
    assert answer.status_code == 403


def test_only_the_coordination_sets_up_a_forum(cast: Cast) -> None:
    path = reverse("forum-create", args=[cast.convention.key])
    assert cast.police.client().get(path).status_code == 403
    police = cast.police.membership.organisation_id
    said = {
        "kind": "gltd", "name": "GLTD des Tilleuls", "territory": cast.neighbourhood.pk, "chair": str(police),
        "starts_on": "2026-01-01", f"sits_{police}": "on", f"function_{police}": "Chef de service",
    }  # fmt: skip
    client = cast.coordinator.client()
    assert client.post(path, said | {f"function_{police}": "Madame Martin"}).status_code == 422
    assert (
        client.post(path, said | {"chair": str(cast.amandier.organisation.pk)}).status_code == 422
    )
    assert client.post(path, said).status_code == 302
    assert "GLTD des Tilleuls" in text(cast.police.client(), reverse("forum-list"))


def test_a_reader_of_the_partner_reads_and_writes_nothing(cast: Cast, scene: Scene) -> None:
    reader = make_member(cast.police.membership.organisation, "partner_reader", "Lecteur").client()
    assert "GPO" in text(reader, reverse("meeting", args=[scene.meeting.key]))
    added = reader.post(reverse("agenda-add", args=[scene.meeting.key]), {"title": "Un point"})
    assert added.status_code == 403
