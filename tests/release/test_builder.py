"""A release over real rows, through the login of the report queue."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import pytest
from django.db import IntegrityError, ProgrammingError, connections, transaction
from django.test import override_settings
from django.utils import timezone

from sharing.access import shared_scope
from sharing.conventions.models import Signature
from sharing.release.builder import build
from sharing.release.models import Release, ReleasedNeighbourhood, ReleaseLedger
from sharing.rounds.models import CampaignRound
from tenants.access import landlord_scope
from tenants.incidents.models import Incident
from tests.release.scene import NORTH, Scene, answer, answer_all, make_round, make_scene

pytestmark = pytest.mark.commits


@pytest.fixture
def scene(committed: None) -> Scene:
    return make_scene()


def build_now(round_: CampaignRound) -> tuple[Release, dict[str, ReleasedNeighbourhood]]:
    release = build(round_, uuid.uuid4())
    rows = ReleasedNeighbourhood.objects.using("report").filter(
        release=release, territory__kind=release.geography
    )
    return release, {row.territory.name: row for row in rows.select_related("territory")}


def test_a_round_becomes_a_release(scene: Scene) -> None:
    round_ = make_round(scene)
    answer_all(scene, round_)
    release, by_name = build_now(round_)
    tilleuls, ormes = by_name["Les Tilleuls"], by_name["Les Ormes"]
    assert tilleuls.is_withheld is False
    assert tilleuls.sites == {"total": 12, "1-2": 6, "3-4": 6, "1": 3, "2": 3, "3": 3, "4": 3}
    assert tilleuls.dwellings == {
        "total": 720, "1-2": 360, "3-4": 360, "1": 180, "2": 180, "3": 180, "4": 180,
    }  # fmt: skip
    assert tilleuls.groups == 3
    assert ormes.is_withheld is True
    assert (ormes.sites, ormes.dwellings, ormes.groups, ormes.evolution) == (None,) * 4
    assert release.coverage == 0.85  # 720 of 840 dwellings, told by steps of five points
    assert (release.geography, release.vintage) == ("qpv", 2024)
    assert release.published_at is None
    assert "p" not in release.rules


def test_what_is_not_finished_does_not_enter(scene: Scene) -> None:
    round_ = make_round(scene)
    amandier, bouleau, charme = scene.landlords
    answer(amandier, round_, dict(NORTH))
    answer(bouleau, round_, dict(NORTH))
    answer(charme, round_, dict(NORTH), state="open")
    _release, by_name = build_now(round_)
    assert by_name["Les Tilleuls"].is_withheld


def test_a_site_without_a_level_does_not_count(scene: Scene) -> None:
    round_ = make_round(scene)
    for landlord in scene.landlords:
        answer(landlord, round_, {**NORTH, "N4": None})
    _release, by_name = build_now(round_)
    sites = by_name["Les Tilleuls"].sites
    assert (sites["total"], sites["1-2"], sites["3-4"]) == (9, 6, 3)


def test_two_landlords_of_one_group_are_one_contributor(scene: Scene) -> None:
    round_ = make_round(scene)
    answer_all(scene, round_)
    charme = scene.landlords[2].organisation
    charme.group = scene.cast.bouleau.organisation.group
    charme.save()
    _release, by_name = build_now(round_)
    assert by_name["Les Tilleuls"].is_withheld


@pytest.mark.parametrize(
    "change", [{"cap": "commune"}, {"withdrawn_at": "2026-01-01T00:00Z"}, {"annex": None}]
)
def test_a_landlord_that_does_not_give_neighbourhoods_does_not_enter(
    scene: Scene, change: dict[str, object]
) -> None:
    round_ = make_round(scene)
    answer_all(scene, round_)
    with connections["owner"].cursor():
        Signature.objects.using("owner").filter(
            organisation=scene.landlords[2].organisation, convention=scene.convention
        ).update(**change)
    _release, by_name = build_now(round_)
    assert by_name["Les Tilleuls"].is_withheld


def test_sites_of_another_departement_do_not_enter(scene: Scene) -> None:
    round_ = make_round(scene)
    answer_all(scene, round_)
    with shared_scope(scene.coordinator.principal):
        scene.convention.departement_codes = ["98"]
        scene.convention.save()
    release, by_name = build_now(round_)
    assert by_name == {}
    assert release.coverage == 0


def test_evolution_is_what_two_releases_told(scene: Scene) -> None:
    before, now = make_round(scene, days_ago=300), make_round(scene)
    for landlord in scene.landlords:
        answer(landlord, before, {"N1": 1, "N2": 2, "N3": 2, "N4": 3})
        answer(landlord, now, dict(NORTH))
    first, _by_name = build_now(before)
    Release.objects.using("owner").filter(pk=first.pk).update(published_at=timezone.now())
    release, by_name = build_now(now)
    assert release.previous_round_id == before.pk
    assert by_name["Les Tilleuls"].evolution == {"before": {"1-2": 9, "3-4": 3}}
    assert by_name["Les Tilleuls"].sites["3-4"] == 6


def test_no_evolution_from_a_release_that_nobody_reads(scene: Scene) -> None:
    before, now = make_round(scene, days_ago=300), make_round(scene)
    for landlord in scene.landlords:
        answer(landlord, before, dict(NORTH))
        answer(landlord, now, dict(NORTH))
    build_now(before)  # a draft
    _release, by_name = build_now(now)
    assert by_name["Les Tilleuls"].is_withheld is False
    assert by_name["Les Tilleuls"].evolution is None


def test_facts_are_counted_by_family_over_a_year(scene: Scene) -> None:
    now = make_round(scene)
    for landlord in scene.landlords:
        answer(landlord, now, dict(NORTH))
        with landlord_scope(landlord.admin.principal):
            for family, days in (("BIENS", 20), ("BIENS", 300), ("BIENS", 400), ("TRANQ", 5)):
                Incident.objects.create(
                    site=landlord.sites["N1"], family=family,
                    occurred_on=timezone.localdate() - dt.timedelta(days=days),
                )  # fmt: skip
    _release, by_name = build_now(now)
    # The fact of 5 days ago came after the reference date, that of 400 days ago is older than a year.
    assert by_name["Les Tilleuls"].facts == {"total": 6, "BIENS": 6}
    assert by_name["Les Ormes"].facts is None


def test_the_same_key_builds_once(scene: Scene) -> None:
    round_ = make_round(scene)
    answer_all(scene, round_)
    key = uuid.uuid4()
    assert build(round_, key).pk == build(round_, key).pk
    assert Release.objects.using("report").count() == 1


def test_the_second_release_keeps_to_the_sites_of_the_first(scene: Scene) -> None:
    before, now = make_round(scene, days_ago=300), make_round(scene)
    amandier = scene.landlords[0]
    for landlord in scene.landlords:
        # One site of Amandier's was not rated then, and one of Bouleau's is not now.
        left_out = {"N4": None} if landlord is amandier else {}
        answer(landlord, before, {**NORTH, **left_out})
        left_out = {"N4": None} if landlord is scene.landlords[1] else {}
        answer(landlord, now, {**NORTH, **left_out})
    _first, by_name = build_now(before)
    assert by_name["Les Tilleuls"].sites["total"] == 11
    _second, by_name = build_now(now)
    # Without the ledger it would be 11 of other sites: who knows both would know the two that differ.
    assert by_name["Les Tilleuls"].sites["total"] == 11
    with connections["report"].cursor() as cursor:
        cursor.execute("SELECT told FROM sharing_releaseledger ORDER BY id")
        told = [json.loads(row[0]) for row in cursor.fetchall()]
    assert {site[0] for region in told[0] for site in region["sites"]} == {
        site[0] for region in told[1] for site in region["sites"]
    }


def test_nobody_but_the_builder_reads_the_ledger(scene: Scene) -> None:
    round_ = make_round(scene)
    answer_all(scene, round_)
    build_now(round_)
    with shared_scope(scene.coordinator.principal):
        assert not ReleaseLedger.objects.exists()
    assert ReleaseLedger.objects.using("report").count() == 1


@override_settings(ORSEN_RELEASE_P=400)
def test_p_is_the_installation_s(scene: Scene) -> None:
    round_ = make_round(scene)
    answer_all(scene, round_)
    _release, by_name = build_now(round_)
    assert by_name["Les Tilleuls"].is_withheld  # 12 − 4 − 4 = 4 sites, under four times the largest


def test_figures_never_change_not_even_for_the_owner(scene: Scene) -> None:
    round_ = make_round(scene)
    answer_all(scene, round_)
    build_now(round_)
    for statement in (
        "UPDATE sharing_release SET coverage = 0.5",
        "UPDATE sharing_releasedneighbourhood SET groups = 9 WHERE NOT is_withheld",
    ):
        with pytest.raises(IntegrityError, match="immutable"):
            with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
                cursor.execute(statement)
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE sharing_release SET published_at = now()")
        with pytest.raises(IntegrityError, match="immutable"):
            cursor.execute("UPDATE sharing_release SET published_at = NULL")


def test_the_builder_reads_no_name_and_no_assessment(scene: Scene) -> None:
    for column_or_table in ("name FROM tenants_site", "level FROM tenants_assessment"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            with transaction.atomic(using="report"), connections["report"].cursor() as cursor:
                cursor.execute(f"SELECT {column_or_table}")
