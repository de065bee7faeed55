"""Whatever stops a convention stops every path at the next request: pages, tiles, API, files, mails, changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core import mail
from django.urls import reverse

from sharing.access import changes_since, shared_scope
from sharing.notices.services import mail_waiting
from sharing.receipts.models import Receipt
from tests.cast import Cast
from tests.receipts.scene import take_copy
from tests.sharing.cuts import CUTS, ended, ends_on, suspended, withdrawn_by
from tests.sharing.readers import ROUTES, all_keys, in_clusters
from tests.sharing.test_notices import soon, tell_of_ends


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: object) -> Path:
    settings.MEDIA_ROOT = str(tmp_path)  # type: ignore[attr-defined]
    return tmp_path


@pytest.mark.parametrize("cut", CUTS)
def test_every_path_is_cut_at_the_next_request(cast: Cast, cut: Callable[[Cast], None]) -> None:
    client = cast.police.client()
    receipt = take_copy(cast)
    file = reverse("receipt-file", args=[receipt.key])
    keys = set(all_keys(cast))
    for route in ROUTES:
        assert route(client, cast) & keys, route.__name__
    assert in_clusters(client) == 6
    assert client.get(file).status_code == 200
    cut(cast)
    for route in ROUTES:
        assert route(client, cast) == set(), route.__name__
    assert in_clusters(client) == 0
    assert client.get(file).status_code == 403
    home = client.get(reverse("partner-home")).content.decode()
    assert not [key for key in keys if key in home]
    with shared_scope(cast.police.principal):
        assert changes_since(cast.police.principal, None).count() == 0


def test_one_landlord_that_withdraws_takes_its_own_sites_away_and_no_others(cast: Cast) -> None:
    client = cast.police.client()
    receipt = take_copy(cast)
    withdrawn_by(cast.bouleau)
    own = {str(site.key) for site in cast.amandier.sites.values()}
    for route in ROUTES:
        found = route(client, cast)
        assert found, route.__name__
        assert found <= own, route.__name__
    answer = client.get(reverse("receipt-file", args=[receipt.key]))
    assert answer.status_code == 403, "the file holds sites of both"
    fresh = take_copy(cast)
    assert client.get(reverse("receipt-file", args=[fresh.key])).status_code == 200


@pytest.mark.parametrize("cut", [ended, suspended])
def test_mails_that_wait_do_not_leave(cast: Cast, cut: Callable[[Cast], None]) -> None:
    ends_on(cast, soon(20))
    assert tell_of_ends(cast) == 4
    cut(cast)
    assert mail_waiting() == 0
    assert mail.outbox == []


def test_the_coordination_and_each_landlord_list_the_copies_and_ask_for_their_deletion(
    cast: Cast,
) -> None:
    with shared_scope(cast.bouleau.admin.principal):
        assert not Receipt.objects.exists()
    receipt = take_copy(cast)
    suspended(cast)
    url = reverse("copies-taken", args=[cast.convention.key])
    for member in (cast.coordinator, cast.amandier.admin):
        text = member.client().get(url).content.decode().replace("\xa0", " ")
        assert receipt.number in text
        assert "Police du Val-d’Orsen" in text
        assert "Merci de les supprimer" in text
    for member in (cast.police, cast.parquet, cast.amandier.caretaker):
        assert member.client().get(url).status_code in {403, 404}
    police = str(cast.police.membership.organisation_id)
    ask = reverse("copies-delete", args=[cast.convention.key])
    with shared_scope(cast.police.principal):
        from sharing.conventions.models import Party

        Party.objects.filter(organisation=cast.police.membership.organisation).update(
            correspondent_email="correspondant@police.test"
        )
    for _again in range(2):
        cast.coordinator.client().post(ask, {"lecteur": police})
    assert mail_waiting() == 1, "also after the end: it is then that it matters"
    assert mail.outbox[0].to == ["correspondant@police.test"]
    assert receipt.number in mail.outbox[0].body
    home = cast.police.client().get(reverse("partner-home")).content.decode().replace("\xa0", " ")
    assert "Copies à supprimer" in home


def test_a_landlord_is_shown_only_the_copies_that_hold_its_data(cast: Cast) -> None:
    withdrawn_by(cast.bouleau)
    receipt = take_copy(cast)
    url = reverse("copies-taken", args=[cast.convention.key])
    seen = {
        landlord.organisation.short_name: receipt.number in landlord.admin.client().get(url).content.decode()
        for landlord in (cast.amandier, cast.bouleau)
    }  # fmt: skip
    assert seen == {"Amandier": True, "Bouleau": False}
