"""The pack, made by a worker."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tenants.jobs.runner import run_one
from tests.cast import make_cast
from tests.meetings.scene import make_scene


def test_a_worker_makes_the_pack_and_the_page_offers_it(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenants.jobs.broker.wake", lambda queue: True)
    cast = make_cast()
    scene, client = make_scene(cast), cast.police.client()
    asked = client.post(reverse("meeting-pack", args=[scene.meeting.key]))
    assert client.get(asked["Location"]).status_code == 200
    assert run_one("jobs")
    page = client.get(asked["Location"]).content.decode()
    assert "/fichier/" in page
    # Another person of the organisation asks for her own.
    assert (
        "/fichier/"
        not in cast.amandier.admin.client()
        .get(reverse("meeting", args=[scene.meeting.key]))
        .content.decode()
    )
