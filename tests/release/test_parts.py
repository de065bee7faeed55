"""A release planned département by département, each in a process, is the one that a single plan would give."""

from __future__ import annotations

import numpy as np
import pytest

from sharing.release import parts
from sharing.release.parts import plan_in_parts, split
from sharing.release.planning import Place, RatedSite, Told, plan_release
from sharing.release.rules import Thresholds

TEN = Thresholds(p=10)


def stock(departement: str, first: int) -> tuple[list[RatedSite], dict[str, Place]]:
    random = np.random.default_rng(first)
    places = {
        f"{departement}Q{number}": Place(f"{departement}001", (number * 900.0, 0.0))
        for number in range(3)
    }
    codes = [*places, ""]
    sites = [
        RatedSite(
            first + number, int(random.integers(5)), int(random.integers(1, 5)), 20 + number % 40,
            departement, f"{departement}001", codes[number % 4],
        )
        for number in range(40)
    ]  # fmt: skip
    return sites, places


@pytest.fixture
def two() -> tuple[list[RatedSite], dict[str, Place]]:
    (one, here), (other, there) = stock("98", 0), stock("99", 1000)
    return [*one, *other], {**here, **there}


def test_the_parts_tell_what_the_whole_tells(
    two: tuple[list[RatedSite], dict[str, Place]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "WORTH_PROCESSES", 0)
    sites, places = two
    steps: list[tuple[str, int, int]] = []
    facts = {site.site: {"BIENS": 1 + site.site % 3, "TRANQ": site.site % 2} for site in sites}
    apart = plan_in_parts(
        sites, places, TEN, progress=lambda *step: steps.append(step), facts=facts
    )
    whole = plan_release(sites, places, TEN, facts=facts)
    assert apart.shown == whole.shown
    assert any(shown is not None for shown in apart.shown.values())
    assert apart.steps == whole.steps
    assert apart.further == whole.further
    assert any(apart.further["facts"].values())
    assert apart.coverage() == whole.coverage()
    assert steps == [("parts", 1, 2), ("parts", 2, 2)]


def test_what_progress_raises_stops_it(
    two: tuple[list[RatedSite], dict[str, Place]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "WORTH_PROCESSES", 0)

    def cancelled(_step: str, _done: int, _total: int) -> None:
        raise KeyError("cancelled")

    with pytest.raises(KeyError, match="cancelled"):
        plan_in_parts(*two, TEN, progress=cancelled)


def test_what_straddles_two_departements_ties_them(
    two: tuple[list[RatedSite], dict[str, Place]],
) -> None:
    sites, places = two
    assert [len(part.sites) for part in split(sites, places, [])] == [40, 40]
    astride = RatedSite(5000, 1, 2, 30, "99", "99001", "98Q0")
    assert [len(part.sites) for part in split([*sites, astride], places, [])] == [81]
    earlier = Told([sites[0], sites[-1]], ["total"])
    assert [len(part.sites) for part in split(sites, places, [earlier])] == [80]


def test_every_place_and_every_earlier_figure_is_in_one_part(
    two: tuple[list[RatedSite], dict[str, Place]],
) -> None:
    sites, places = two
    empty = {"97Q0": Place("97001", (0.0, 0.0))}
    told = [Told(sites[:10], ["total"]), Told(sites[-10:], ["total"])]
    found = split(sites, {**places, **empty}, told)
    assert sorted(code for part in found for code in part.places) == sorted([*places, "97Q0"])
    assert [len(part.told) for part in found] == [1, 1]
