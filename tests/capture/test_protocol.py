"""What telephones send is kept once, put aside or refused; nothing is lost on the way."""

from __future__ import annotations

import json
import threading
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone

from accounts.devices.services import revoke
from tenants.access import landlord_scope
from tenants.campaigns.models import Assessment, Campaign, CampaignSite
from tenants.campaigns.purging import purge_texts
from tenants.campaigns.services import CampaignError, close, create_campaign, open_campaign
from tenants.capture.examining import admit, examined, put_aside, reject
from tenants.capture.models import Arrival
from tenants.capture.sealing import SealError, read_envelope, seal, unseal
from tenants.stock.models import SiteAssignment
from tests.capture.telephone import Telephone, activated, make_item
from tests.cast import Cast, Landlord, make_cast

N3 = "Résidence N3"


def ratings(landlord: Landlord) -> list[Assessment]:
    with landlord_scope(landlord.admin.principal):
        return list(Assessment.objects.order_by("pk"))


def test_a_rating_is_kept_and_acknowledged_by_key_and_hash(
    cast: Cast, telephone: Telephone
) -> None:
    item = telephone.rate(N3, 3, ticks=["dealing"], internal="Hall occupé le soir.")
    (told,) = telephone.send(item)
    assert (told["key"], told["sha256"], told["outcome"]) == (str(item.key), item.sha256, "kept")
    (kept,) = ratings(cast.amandier)
    assert (kept.key, kept.level, kept.ticks) == (item.key, 3, ["dealing"])
    assert kept.rated_by == cast.amandier.caretaker.user
    assert told["receipt"] == str(kept.key)


def test_the_same_item_counts_once_and_is_told_the_same(cast: Cast, telephone: Telephone) -> None:
    item = telephone.rate(N3)
    first, again = telephone.send(item), telephone.send(item, item)
    assert [*first, *first] == again
    assert len(ratings(cast.amandier)) == 1


def test_the_same_key_with_another_body_keeps_both_and_says_so(
    cast: Cast, telephone: Telephone
) -> None:
    key = uuid.uuid4()
    one, other = telephone.rate(N3, 2, key), telephone.rate(N3, 4, key)
    told = telephone.send(one, other, one, other)
    assert [each["outcome"] for each in told] == ["kept", "conflict", "kept", "conflict"]
    assert [each["sha256"] for each in told] == [one.sha256, other.sha256] * 2
    assert [each.level for each in ratings(cast.amandier)] == [2, 4]


def test_the_same_key_with_a_comment_added_keeps_both(cast: Cast, telephone: Telephone) -> None:
    key, text = uuid.uuid4(), "Le digicode est forcé."
    told = telephone.send(telephone.rate(N3, 3, key), telephone.rate(N3, 3, key, internal=text))
    assert [each["outcome"] for each in told] == ["kept", "conflict"]
    assert [each.internal_comment for each in ratings(cast.amandier)] == ["", text]


def test_two_people_on_one_site_are_both_kept(cast: Cast, telephone: Telephone) -> None:
    director = activated(cast.amandier, cast.amandier.director)
    told = [*telephone.send(telephone.rate(N3, 2)), *director.send(director.rate(N3, 3))]
    assert [each["outcome"] for each in told] == ["kept", "kept"]
    assert [each.level for each in ratings(cast.amandier)] == [2, 3]


def test_what_comes_after_the_closing_is_late_never_lost(
    cast: Cast, campaign: Campaign, telephone: Telephone
) -> None:
    item = telephone.rate(N3)
    with landlord_scope(cast.amandier.admin.principal):
        close(cast.amandier.admin.principal, campaign)
    (told,) = telephone.send(item)
    assert told["outcome"] == "late"
    assert ratings(cast.amandier)[0].is_late


def test_each_item_has_its_own_outcome(cast: Cast, telephone: Telephone) -> None:
    good = telephone.rate(N3)
    without_reason = telephone.rate(N3, 3, level=1)
    elsewhere = make_item(telephone.public, telephone.body(str(uuid.uuid4())))
    told = telephone.send(without_reason, good, elsewhere)
    assert [(each["outcome"], each["code"]) for each in told] == [
        ("refused", "reason"),
        ("kept", ""),
        ("refused", "unknown"),
    ]
    assert "dites pourquoi" in told[0]["message"]
    assert len(ratings(cast.amandier)) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"criteria": {"nature_gravity": 3}},
        {"criteria": {"nature_gravity": 9, "frequency": 1, "equipment": 1, "service": 1}},
        {"criteria": {"nature_gravity": True, "frequency": 1, "equipment": 1, "service": 1}},
        {"level": "4"},
        {"internal": "x" * 501},
        {"internal": ["x"]},
        {"ticks": "dealing"},
        {"member": "1"},
        {"v": 99},
        {"site": "pas-une-clé"},
    ],
)
def test_a_body_out_of_shape_is_refused_in_a_sentence(
    cast: Cast, telephone: Telephone, change: dict[str, object]
) -> None:
    (told,) = telephone.send(telephone.rate(N3, **change))
    assert (told["outcome"], told["code"]) == ("refused", "unreadable")
    assert len(told["message"]) > 20
    assert ratings(cast.amandier) == []


def test_items_that_are_no_items_are_refused_one_by_one(telephone: Telephone) -> None:
    item = telephone.rate(N3)
    tampered = replace(item, sealed=item.sealed | {"data": telephone.rate(N3).sealed["data"]})
    response = telephone.post(
        "cotations",
        {
            "items": [
                None,
                3,
                {},
                {"key": "x"},
                tampered.as_json(),
                replace(item, sha256="0" * 64).as_json(),
            ]
        },
    )
    told = response.json()["outcomes"]
    assert [each["outcome"] for each in told] == ["refused"] * 6
    assert told[-2]["code"] == "sealed"
    assert told[-1]["code"] == "damaged"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("[]", 400),
        ("{", 400),
        ("[" * 100_000, 400),
        ('{"items": 3}', 400),
        (json.dumps({"items": [0] * 41}), 413),
        ("x" * 600_000, 413),
    ],
)
def test_a_batch_out_of_shape_or_size_is_refused_whole(
    telephone: Telephone, body: str, status: int
) -> None:
    response = telephone.client.post(
        "/saisie/api/cotations", body, content_type="application/json", HTTP_X_ORSEN_CAPTURE="1"
    )
    assert response.status_code == status
    assert response.json()["message"]


def test_a_page_of_another_site_cannot_send(cast: Cast, telephone: Telephone) -> None:
    """Without the header that only the page's own script can add."""
    body = json.dumps({"items": [telephone.rate(N3).as_json()]})
    response = telephone.client.post("/saisie/api/cotations", body, content_type="application/json")
    assert response.status_code == 400
    assert ratings(cast.amandier) == []
    assert telephone.client.cookies["orsen_telephone"]["samesite"] == "Strict"
    assert telephone.client.cookies["orsen_telephone"]["httponly"]
    assert telephone.client.cookies["orsen_telephone"]["path"] == "/saisie/"


def test_the_list_holds_the_caretakers_own_sites_only(cast: Cast, telephone: Telephone) -> None:
    (part,) = telephone.state["campaigns"]
    assert [site["name"] for site in part["sites"]] == [N3]
    assert part["sites"][0]["lat"] == pytest.approx(48.8, abs=0.3)
    assert len(part["grid"]["criteria"]) == 4


def test_a_site_confided_to_somebody_else_meanwhile_is_put_aside(
    cast: Cast, telephone: Telephone
) -> None:
    item = telephone.rate(N3)
    with landlord_scope(cast.amandier.admin.principal):
        SiteAssignment.objects.all().delete()
    (told,) = telephone.send(item)
    assert (told["outcome"], told["code"]) == ("aside", "reach")
    assert ratings(cast.amandier) == []
    with landlord_scope(cast.amandier.security.principal):
        (waiting,) = put_aside(cast.amandier.security.principal)
        assert waiting.site == cast.amandier.sites["N3"]


def revoked(cast: Cast, telephone: Telephone) -> None:
    revoke(cast.amandier.admin.principal, telephone.session.pk, "lost")


def suspended(cast: Cast, telephone: Telephone) -> None:
    membership = cast.amandier.caretaker.membership
    membership.suspended_at = timezone.now()
    membership.save()


def inactive(cast: Cast, telephone: Telephone) -> None:
    user = cast.amandier.caretaker.user
    user.is_active = False
    user.save()


@pytest.mark.parametrize("ended", [revoked, suspended, inactive])
def test_what_arrives_after_a_revocation_is_put_aside_and_the_list_is_to_be_wiped(
    cast: Cast, telephone: Telephone, ended: object
) -> None:
    before, item = telephone.rate(N3, 2), telephone.rate(N3, 4, internal="Hall occupé.")
    telephone.send(before)
    ended(cast, telephone)  # type: ignore[operator]
    refusal = telephone.fetch()
    assert (refusal.status_code, refusal.json()["code"]) == (401, "revoked")  # type: ignore[attr-defined]
    told = telephone.send(item, item, before)
    assert [each["outcome"] for each in told] == ["aside", "aside", "kept"]
    assert [each.level for each in ratings(cast.amandier)] == [2]
    with landlord_scope(cast.amandier.admin.principal):
        assert Arrival.objects.filter(state="aside").count() == 1


def test_what_was_put_aside_is_taken_in_or_refused_with_a_reason(
    cast: Cast, telephone: Telephone
) -> None:
    one, two = telephone.rate(N3, 4, internal="Hall occupé."), telephone.rate(N3, 2)
    revoked(cast, telephone)
    telephone.send(one, two)
    security = cast.amandier.security.principal
    with landlord_scope(security):
        first, second = put_aside(security)
        assessment = admit(security, first.pk, reason="")
        with pytest.raises(CampaignError, match="pourquoi"):
            reject(security, second.pk, reason=" ")
        reject(security, second.pk, reason="Téléphone volé la veille")
        assert not put_aside(security).exists()
        assert [(each.state, each.body) for each in examined(security)] == [
            ("rejected", None),
            ("admitted", None),
        ]
        with pytest.raises(CampaignError, match="déjà"):
            admit(security, first.pk, reason="")
    assert (assessment.key, assessment.level) == (one.key, 4)
    assert assessment.rated_by == cast.amandier.caretaker.user


def test_the_next_user_of_a_telephone_does_not_sign_the_former_ones_ratings(
    cast: Cast, telephone: Telephone
) -> None:
    theirs = telephone.rate(N3)
    director = activated(cast.amandier, cast.amandier.director)
    (told,) = director.send(theirs)
    assert (told["outcome"], told["code"]) == ("aside", "author")
    with landlord_scope(cast.amandier.admin.principal):
        assert Arrival.objects.get().author == cast.amandier.caretaker.user


def test_nothing_crosses_the_wall(cast: Cast, telephone: Telephone) -> None:
    stranger = activated(cast.bouleau)
    (told,) = stranger.send(telephone.rate(N3))
    assert (told["outcome"], told["code"]) == ("refused", "sealed")
    for_them = make_item(stranger.public, telephone.body(telephone.site(N3)["key"]))
    assert stranger.send(for_them)[0]["outcome"] == "refused"
    assert ratings(cast.amandier) == []
    assert ratings(cast.bouleau) == []


def test_a_seal_is_bound_to_its_key_and_its_landlord(cast: Cast, telephone: Telephone) -> None:
    key = uuid.uuid4()
    envelope = seal(telephone.public, key, b"corps")
    with landlord_scope(cast.amandier.admin.principal):
        assert unseal(envelope, key) == b"corps"
        with pytest.raises(SealError):
            unseal(envelope, uuid.uuid4())
        with pytest.raises(SealError):
            unseal(replace(envelope, epk=envelope.epk[:-1] + b"\x00"), key)
        with pytest.raises(SealError):
            read_envelope({"kid": "x", "epk": "!", "iv": "", "data": ""})
    with landlord_scope(cast.bouleau.admin.principal), pytest.raises(SealError):
        unseal(envelope, key)


def committed_cast() -> Cast:
    """The cast, with a campaign of Bailleur Amandier open, all committed."""
    from tenants.campaigns.grids import load_grids
    from tenants.campaigns.models import Grid

    load_grids(Grid, "default")
    cast = make_cast()
    admin, today = cast.amandier.admin.principal, timezone.localdate()
    with landlord_scope(admin):
        campaign = create_campaign(
            admin, name="C", reference_date=today, opens_on=today, closes_on=today
        )
        open_campaign(admin, campaign)
        assert CampaignSite.objects.count() == 6
    return cast


@pytest.mark.commits
def test_what_is_sent_again_after_the_purge_is_kept_once_and_told_the_same(committed: None) -> None:
    cast = committed_cast()
    telephone, key = activated(cast.amandier), uuid.uuid4()
    texts = {
        "level": 4,
        "reason": "Vu sur place.",
        "internal": "Hall occupé.",
        "shared": "Porte forcée.",
    }
    items = [
        telephone.rate(N3, 3, **texts),
        telephone.rate(N3, 3, key),
        telephone.rate(N3, 3, key, internal="Le digicode est forcé."),
    ]
    told = telephone.send(*items)
    assert [each["outcome"] for each in told] == ["kept", "kept", "conflict"]
    before = timezone.now() - timedelta(days=settings.ORSEN_COMMENT_DAYS + 1)
    Assessment.objects.using("owner").update(received_at=before)
    assert purge_texts(settings.ORSEN_COMMENT_DAYS) == 2
    left = ratings(cast.amandier)
    assert {(each.internal_comment, each.shared_comment) for each in left} == {("", "")}

    assert telephone.send(*items, *items) == told * 2
    other = activated(cast.amandier)
    assert other.send(*items) == told
    # An arrival that is no longer known, after a restored backup: still the ratings of then.
    Arrival.objects.using("owner").all().delete()
    assert [each["receipt"] for each in telephone.send(*items[:2])] == [
        each["receipt"] for each in told[:2]
    ]
    assert [each.pk for each in ratings(cast.amandier)] == [each.pk for each in left]


@pytest.mark.commits
def test_the_same_item_sent_four_times_at_once_counts_once(committed: None) -> None:
    cast = committed_cast()
    telephone = activated(cast.amandier)
    key = uuid.uuid4()
    items = [telephone.rate(N3, 3, key), telephone.rate(N3, 2, key)]
    together = threading.Barrier(4)
    told: list[str] = []

    def sends() -> None:
        other = Telephone(state=telephone.state)
        other.client.cookies = telephone.client.cookies
        try:
            together.wait(timeout=10)
            told.extend(each["outcome"] for each in other.send(*items))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=sends) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(told) == 8
    assert set(told) == {"kept", "conflict"}
    assert sorted(each.level for each in ratings(cast.amandier)) == [2, 3]
