"""Calibration: answered once, measured from counts, read past the wall as figures of enough people only."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from sharing.access import shared_scope
from sharing.calibration import services as coordination
from sharing.conventions.models import Party
from tenants.access import landlord_scope
from tenants.calibration import services
from tenants.calibration.agreement import against, among, median, weighted_kappa
from tenants.calibration.models import Vignette, VignetteAnswer, VignetteSet
from tenants.calibration.services import MEASURES, CalibrationError, give
from tests.cast import Cast, Landlord, Member, make_landlord, make_member

CRITERIA = ("nature_gravity", "frequency", "equipment", "service")


def current() -> VignetteSet:
    return VignetteSet.objects.get(state="open")


def degree_of(number: int, shift: int = 0) -> int:
    return min(4, 1 + (number + shift) % 4)


def answer_all(member: Member, shift: int = 0, leave: int = 0) -> None:
    """Answer every situation but the last `leave`, with degrees that run through the scale."""
    with landlord_scope(member.principal):
        vignettes = list(current().vignettes.all())
        for vignette in vignettes[: len(vignettes) - leave]:
            degree = degree_of(vignette.number, shift)
            give(member.principal, vignette, dict.fromkeys(CRITERIA, degree), degree)


def raters(landlord: Landlord, people: int, shift: int = 0) -> None:
    for number in range(people):
        answer_all(make_member(landlord.organisation, "sector_head", f"Secteur {number}"), shift)


def lines(cast: Cast) -> dict[str, coordination.LandlordLine]:
    with shared_scope(cast.coordinator.principal):
        found = coordination.landlord_lines(cast.coordinator.principal, current())
    return {line.organisation.short_name: line for line in found}


def test_the_shipped_situations_span_the_scale_and_are_open(db: None) -> None:
    assert current().version == 1
    assert current().vignettes.count() >= coordination.FEWEST


# Fleiss (1971): 30 patients, 6 raters is his own; this table is a small one reckoned by hand.
def test_among_people_it_is_fleiss_kappa() -> None:
    tallies = {1: {1: 3}, 2: {1: 2, 2: 1}, 3: {2: 3}, 4: {1: 1, 2: 2}}
    pairs = [
        (one, other, people * (tally[other] - (one == other)))
        for tally in tallies.values() for one, people in tally.items() for other in tally
    ]  # fmt: skip
    observed = (1 + 1 / 3 + 1 + 1 / 3) / 4
    assert weighted_kappa(pairs, None) == pytest.approx((observed - 0.5) / 0.5)


def test_a_gap_of_two_degrees_weighs_four_times_a_gap_of_one() -> None:
    near = {n: {degree_of(n): 4, min(4, degree_of(n) + 1): 1} for n in range(8)}
    far = {n: {degree_of(n): 4, min(4, degree_of(n) + 2): 1} for n in range(8)}
    one, two = among(near).value, among(far).value
    assert one is not None
    assert two is not None
    assert one > two


def test_too_few_situations_or_answers_all_alike_give_no_figure() -> None:
    assert among({n: {1: 2, 3: 2} for n in range(5)}).value is None
    same = among({n: {2: 5} for n in range(8)})
    assert (same.value, same.alike) == (None, True)
    perfect = against({n: {degree_of(n): 3} for n in range(8)}, {n: degree_of(n) for n in range(8)})
    assert perfect.value == pytest.approx(1)
    assert median(Counter({1: 2, 3: 2})) == 1


def test_an_answer_counts_once_and_is_never_rewritten(cast: Cast) -> None:
    member = cast.amandier.director
    with landlord_scope(member.principal):
        vignette = current().vignettes.all()[0]
        kept = give(member.principal, vignette, dict.fromkeys(CRITERIA, 4), 3)
        assert (kept.suggested_level, kept.level) == (4, 3)
        with pytest.raises(CalibrationError, match="déjà répondu"):
            give(member.principal, vignette, dict.fromkeys(CRITERIA, 1), 1)
        with pytest.raises(DatabaseError), transaction.atomic():
            VignetteAnswer.objects.update(level=1)


def test_another_landlord_reads_no_answer(cast: Cast) -> None:
    answer_all(cast.amandier.director)
    with landlord_scope(cast.bouleau.admin.principal):
        assert not VignetteAnswer.objects.exists()


def test_the_coordination_reads_figures_only_of_enough_people(cast: Cast) -> None:
    raters(cast.amandier, 4)
    answer_all(cast.amandier.admin, leave=1)  # has not finished: does not count
    assert not lines(cast)["Amandier"].is_shown
    answer_all(cast.amandier.director)
    assert lines(cast)["Amandier"].is_shown
    with shared_scope(cast.coordinator.principal), pytest.raises(DatabaseError), transaction.atomic():  # fmt: skip
        list(VignetteAnswer.objects.all())


def test_a_landlord_of_no_convention_is_not_counted(cast: Cast) -> None:
    stranger = make_landlord("Cerisier", "Groupe C")
    raters(stranger, 5)
    assert "Cerisier" not in lines(cast)
    with shared_scope(cast.coordinator.principal), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM shared.calibration_counts(%s)", [current().pk])
        assert cursor.fetchone()[0] == 0


def test_partners_and_landlords_cannot_call_the_counts(cast: Cast) -> None:
    for member in (cast.police, cast.amandier.admin):
        with shared_scope(member.principal), connection.cursor() as cursor:
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute("SELECT * FROM shared.calibration_counts(%s)", [1])
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute("SELECT * FROM shared.calibration_answers(%s)", [1])


def test_a_landlord_is_compared_with_three_other_groups_at_least(cast: Cast) -> None:
    """The reference of PostgreSQL and the coordination's agree: the median of the others, one voice each."""
    raters(cast.amandier, 5)
    others = [make_landlord(name, f"Groupe {name}") for name in ("Cerisier", "Douglas", "Érable")]
    for number, landlord in enumerate(others):
        raters(landlord, 5, shift=1 if number == 2 else 0)
    with landlord_scope(cast.amandier.admin.principal):
        raters_count, own = services.own_lines(cast.amandier.admin.principal, current())
        expected = {each.pk: degree_of(each.number) for each in current().vignettes.all()}
        assert services.reference(current())["level"] == expected
    assert raters_count == 5
    assert [line.code for line in own] == list(MEASURES)
    assert own[-1].against is not None
    assert own[-1].against.value == pytest.approx(1)
    organisation = others[2].organisation
    organisation.group = others[1].organisation.group
    organisation.save()
    with landlord_scope(cast.amandier.admin.principal):
        assert services.reference(current()) == {}


def test_below_three_people_a_landlord_reads_nothing_of_itself(cast: Cast) -> None:
    raters(cast.amandier, 2)
    page = cast.amandier.admin.client().get(reverse("calibration")).content.decode()
    assert "Pas assez de réponses" in page
    raters(cast.amandier, 1)
    page = cast.amandier.admin.client().get(reverse("calibration")).content.decode()
    assert "Entre vous" in page
    assert "Secteur" not in page


def test_a_caretaker_answers_on_the_page_and_sees_the_grid_after(cast: Cast) -> None:
    client = cast.amandier.caretaker.client()
    first = current().vignettes.all()[0]
    where = reverse("calibration-answer", args=[first.pk])
    said = {**dict.fromkeys(CRITERIA, "4"), "level": "2"}
    assert client.post(where, {**said, "level": ""}).status_code == 422
    page = client.post(where, said, follow=True).content.decode().replace("\xa0", " ")
    assert "niveau 2 ; la grille aurait proposé 4" in page
    assert client.get(where).status_code == 302


def test_the_coordination_writes_the_next_version(cast: Cast) -> None:
    client = cast.coordinator.client()
    client.post(reverse("vignette-set-new"))
    draft = VignetteSet.objects.get(state="draft")
    assert draft.vignettes.count() == current().vignettes.count()
    where = reverse("vignette-new", args=[draft.version])
    named = {"title": "Le parking", "text": "M. Dupont, 06 12 34 56 78, y vend."}
    assert client.post(where, named).status_code == 422
    client.post(where, {"title": "Le parking", "text": "Une vente s’y tient chaque soir."})
    first = draft.vignettes.all()[0]
    client.post(reverse("vignette-edit", args=[draft.version, first.pk]), {"remove": "1"})
    numbers = list(draft.vignettes.values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    client.post(reverse("vignette-set-open", args=[draft.version]))
    assert list(VignetteSet.objects.order_by("version").values_list("state", flat=True)) == ["closed", "open"]  # fmt: skip
    assert client.get(where).status_code == 302  # an open version does not change
    with shared_scope(cast.coordinator.principal), pytest.raises(CalibrationError):
        coordination.save_vignette(cast.coordinator.principal, current(), "t", "x")


def test_a_landlord_cannot_write_a_situation(cast: Cast) -> None:
    with landlord_scope(cast.amandier.admin.principal), pytest.raises(DatabaseError), transaction.atomic():  # fmt: skip
        Vignette.objects.update(title="autre")


def test_the_figures_page_names_landlords_and_nobody(cast: Cast) -> None:
    raters(cast.amandier, 5)
    page = cast.coordinator.client().get(reverse("calibration-figures")).content.decode()
    assert "Bailleur Amandier" in page
    assert "Secteur" not in page
    with shared_scope(cast.coordinator.principal):
        assert Party.objects.filter(organisation=cast.bouleau.organisation).exists()
    assert "Pas assez de réponses" in page  # Bouleau
