"""A landlord frees its own figures, inside one convention, and nobody else's; nobody does it for it; it can take it back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from sharing.access import shared_scope
from sharing.release.builder import build
from sharing.release.models import ReleasedNeighbourhood
from sharing.release.parts import plan_in_parts
from sharing.release.planning import NEIGHBOURHOOD, Place, Plan, RatedSite, RegionKey
from sharing.release.rules import Thresholds
from sharing.rounds.models import CampaignRound
from sharing.waivers import services
from sharing.waivers.models import Waiver
from tests.attack.auditor import LEVELS_OF, OUTSIDER, Auditor, Figure, Site
from tests.cast import Landlord, Member
from tests.release.scene import NORTH, Scene, answer, answer_all, make_round, make_scene

SIGNED = {"signatory": "La directrice générale", "function": "Direction générale", "understood": "on"}  # fmt: skip
ORMES = "Les Ormes"  # two sites of Amandier alone


@pytest.fixture
def scene(db: None) -> Scene:
    return make_scene()


def sign(scene: Scene, landlord: Landlord) -> Waiver:
    principal = landlord.admin.principal
    with shared_scope(principal):
        return services.sign(principal, scene.convention, "La direction", "Direction générale")


def live(scene: Scene) -> list[int]:
    with shared_scope(scene.coordinator.principal):
        return [each.organisation_id for each in services.waivers_of(scene.convention)]


def page(scene: Scene, name: str = "waiver") -> str:
    return reverse(name, args=[scene.convention.key])


def test_the_administrator_signs_and_revokes_and_the_parties_read_it(scene: Scene) -> None:
    admin = scene.cast.amandier.admin.client()
    assert admin.post(page(scene), SIGNED | {"understood": ""}).status_code == 200
    assert live(scene) == []
    admin.post(page(scene), SIGNED)
    assert live(scene) == [scene.cast.amandier.organisation.pk]
    for member, where in (
        (scene.cast.police, "party-convention"),
        (scene.cast.bouleau.admin, "party-convention"),
        (scene.coordinator, "convention"),
    ):
        assert "La directrice générale" in member.client().get(page(scene, where)).content.decode()
    assert page(scene) in admin.get(page(scene, "party-convention")).content.decode()
    admin.post(page(scene, "waiver-revoke"))
    assert live(scene) == []


@pytest.mark.parametrize("who", ["coordinator", "police", "security", "director", "stranger"])
def test_nobody_else_opens_the_page(scene: Scene, who: str) -> None:
    cast = scene.cast
    member: Member = {
        "coordinator": scene.coordinator, "police": cast.police, "security": cast.amandier.security,
        "director": cast.amandier.director, "stranger": cast.parquet,
    }[who]  # fmt: skip
    for path in (page(scene), page(scene, "waiver-revoke")):
        assert member.client().post(path, SIGNED).status_code == 403
    assert live(scene) == []


@pytest.mark.parametrize("who", ["another landlord", "coordinator", "police"])
def test_postgresql_refuses_one_written_for_another(scene: Scene, who: str) -> None:
    cast = scene.cast
    own = sign(scene, cast.amandier)
    member = {"another landlord": cast.bouleau.admin, "coordinator": scene.coordinator, "police": cast.police}[who]  # fmt: skip

    def forge(organisation: Any) -> Callable[[], Any]:
        return lambda: Waiver.objects.create(
            convention=scene.convention, organisation=organisation, signatory="Faux", signatory_function="Faux",
        )  # fmt: skip

    def revoke() -> None:
        if not Waiver.objects.filter(pk=own.pk).update(revoked_at=timezone.now()):
            raise DatabaseError

    attempts = [forge(scene.landlords[2].organisation), revoke]
    if who != "another landlord":
        attempts.append(forge(member.membership.organisation))
    for attempt in attempts:
        with shared_scope(member.principal), pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert live(scene) == [cast.amandier.organisation.pk]


def test_one_is_revoked_once_and_never_changed(scene: Scene) -> None:
    own = sign(scene, scene.cast.amandier)
    principal = scene.cast.amandier.admin.principal
    with shared_scope(principal):
        with pytest.raises(DatabaseError), transaction.atomic():
            Waiver.objects.filter(pk=own.pk).update(signatory="Autre")
        assert services.revoke(principal, scene.convention)
        with pytest.raises(DatabaseError), transaction.atomic():
            Waiver.objects.filter(pk=own.pk).update(revoked_at=None)
        assert not services.revoke(principal, scene.convention)
    sign(scene, scene.cast.amandier)
    with pytest.raises(services.WaiverRefusedError, match="déjà"):
        sign(scene, scene.cast.amandier)


def told(round_: CampaignRound) -> dict[str, bool]:
    """Which neighbourhoods the release of now tells something of."""
    release = build(round_, uuid.uuid4())
    rows = ReleasedNeighbourhood.objects.using("report").filter(release=release)
    return {row.territory.name: not row.is_withheld for row in rows.select_related("territory")}


@pytest.mark.commits
def test_it_counts_at_the_next_build_and_its_revocation_at_the_one_after(committed: None) -> None:
    scene = make_scene()
    round_ = make_round(scene)
    answer_all(scene, round_)
    assert not told(round_)[ORMES]
    sign(scene, scene.cast.bouleau)  # of another's: frees nothing
    assert not told(round_)[ORMES]
    sign(scene, scene.cast.amandier)
    assert told(round_)[ORMES]
    principal = scene.cast.amandier.admin.principal
    with shared_scope(principal):
        services.revoke(principal, scene.convention)
    assert not told(round_)[ORMES]


@pytest.mark.commits
def test_a_colleague_of_the_same_group_has_to_sign_too(committed: None) -> None:
    scene = make_scene()
    charme = scene.landlords[2]
    charme.organisation.group = scene.cast.amandier.organisation.group
    charme.organisation.save()
    round_ = make_round(scene)
    answer_all(scene, round_)
    sign(scene, scene.cast.amandier)
    assert not told(round_)[ORMES]
    sign(scene, charme)
    assert told(round_)[ORMES]


@pytest.mark.commits
def test_somebody_else_s_site_in_it_keeps_it_withheld(committed: None) -> None:
    scene = make_scene()
    bouleau = scene.cast.bouleau
    from tests.cast import make_site

    in_ormes = [scene.cast.departement, scene.cast.communes[1], scene.second]
    make_site(bouleau, "O9", in_ormes, level=3)
    round_ = make_round(scene)
    answer(scene.cast.amandier, round_, {**NORTH, "O1": 1, "O2": 2})
    answer(bouleau, round_, {**NORTH, "O9": 3})
    answer(scene.landlords[2], round_, dict(NORTH))
    sign(scene, scene.cast.amandier)
    assert not told(round_)[ORMES]


# --- the audit: a figure that a waiver frees must not give away, by subtraction, somebody who did not sign

# B in a commune of its own, C beside A
PLACES = {
    "A": Place("75001", (0.0, 0.0), "qpv"),
    "B": Place("75002", (9_000.0, 0.0), "qpv"),
    "C": Place("75001", (1_000.0, 0.0), "qpv"),
}
RULES = Thresholds(p=10)


def stock() -> list[RatedSite]:
    """A: many sites of four groups; B: group 0 alone, which waives; C: group 1 alone, which does not."""
    sites = [(n % 4, 1 + (n // 4) % 4, "A") for n in range(48)]
    sites += [(0, 1 + n % 4, "B") for n in range(8)]
    sites += [(1, 1 + n % 3, "C") for n in range(7)]
    return [
        RatedSite(number, group, level, 20 + number, "75", PLACES[code].commune, code)
        for number, (group, level, code) in enumerate(sites)
    ]


def planned(waived: frozenset[int]) -> Plan:
    return plan_in_parts(stock(), PLACES, RULES, waived=waived)


def shown(plan: Plan, code: str) -> bool:
    return plan.shown[RegionKey(NEIGHBOURHOOD, code)] is not None


def test_what_a_waiver_frees_gives_nothing_of_the_others_away() -> None:
    plan = planned(frozenset({0}))
    assert shown(plan, "B")
    assert not shown(plan, "C")
    sites = [Site(one.site, one.group, one.level, one.dwellings) for one in stock()]
    figures = {
        Figure(frozenset(one.site for one in plan.members[key]), item): what is not None and what.sites[item] is not None
        for key, what in plan.shown.items()
        for item in LEVELS_OF
        if plan.members[key]
    }  # fmt: skip
    hidden = [figure for figure, is_told in figures.items() if not is_told]
    auditor = Auditor(sites, [figure for figure, is_told in figures.items() if is_told], hidden, RULES.p)  # fmt: skip
    third = frozenset(one.site for one in stock() if "C" in one.neighbourhoods)
    attacks = [
        auditor.attack(figure, 0, knows)
        for figure in hidden
        if figure.sites & third
        for knows in (OUTSIDER, *(frozenset({group}) for group in range(4) if group != 1))
    ]
    assert len(attacks) > 10
    assert not [finding for finding in attacks if finding.is_recovered]


def test_without_the_waiver_both_are_withheld() -> None:
    plan = planned(frozenset())
    assert (shown(plan, "B"), shown(plan, "C")) == (False, False)
    other = planned(frozenset({1}))  # the other one's waiver frees the other one
    assert (shown(other, "B"), shown(other, "C")) == (False, True)


def test_processes_are_told_of_waivers_too() -> None:
    from sharing.release.parts import Part, _Running

    part = Part(stock(), dict(PLACES), [])
    plan = _Running().plan(part, RULES, frozenset({0}))
    assert (shown(plan, "B"), shown(plan, "C")) == (True, False)
    assert not shown(_Running().plan(part, RULES, frozenset()), "B")
