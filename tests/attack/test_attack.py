"""The attack in small: it finds nothing in releases as they are, and finds both planted weaknesses."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.attack import auditor, demonstration
from tests.attack.auditor import OUTSIDER, Auditor, Figure, Site
from tests.attack.campaign import Releases, attacks, make_world, release, without_repair

SITES = [Site(number, number % 3, 1 + number % 4, 10 + number) for number in range(12)]
EVERY = frozenset(range(12))


@pytest.fixture(scope="module", params=[1, 4])
def releases(request: pytest.FixtureRequest) -> Releases:
    return release(make_world(request.param))


def test_nothing_is_recovered(releases: Releases) -> None:
    findings = list(attacks(releases, 1, 60))
    assert len(findings) > 55
    assert [kind for kind, finding in findings if finding.is_too_near] == []
    assert {kind for kind, _finding in findings} == {"outsider", "group", "pair", "previous"}


def test_a_release_without_repair_is_found_out(releases: Releases) -> None:
    weak = Releases(
        releases.world, releases.first, without_repair(releases.second, releases.world.places)
    )
    assert any(finding.is_recovered for _kind, finding in attacks(weak, 1, 60))


def test_a_release_without_the_ledger_is_found_out() -> None:
    weak = [release(make_world(seed), ledger=False) for seed in (0, 4)]
    found = [
        kind for each in weak for kind, finding in attacks(each, 1, 120) if finding.is_recovered
    ]
    assert set(found) == {"previous"}


def test_a_figure_that_two_told_figures_give_is_recovered() -> None:
    told = [Figure(EVERY, "total"), Figure(frozenset(range(11)), "total")]
    hidden = Figure(frozenset({11}), "total")
    assert Auditor(SITES, told, [hidden], 10).attack(hidden, 1, OUTSIDER).is_recovered
    alone = Auditor(SITES, told[:1], [hidden], 10).attack(hidden, 1, OUTSIDER)
    assert not alone.is_too_near


def test_own_figures_narrow_the_interval() -> None:
    hidden = Figure(frozenset(range(6)), "total")
    attacked = Auditor(SITES, [Figure(EVERY, "total")], [hidden], 10)
    wide = attacked.attack(hidden, 0, OUTSIDER).width
    assert (wide, attacked.attack(hidden, 0, frozenset({0})).width) == (12, 8)


def test_the_auditor_shares_no_line_with_the_engine() -> None:
    tree = ast.parse(Path(auditor.__file__).read_text())
    imported = {
        name.name if isinstance(node, ast.Import) else str(node.module)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    assert not [name for name in imported if name.startswith(("sharing", "tests"))]


def test_the_landlords_are_the_demonstration_s() -> None:
    from orsen.demo import agreements
    from orsen.demo.people import LANDLORDS

    names = list(dict.fromkeys(group for _name, _short, group in LANDLORDS))
    assert tuple(names.index(group) for _name, _short, group in LANDLORDS) == demonstration.GROUP_OF
    first = set(agreements.FIRST_PARTIES) - {agreements.LATE_SIGNATORY}
    assert (first, set(agreements.SECOND_PARTIES)) == demonstration.SIGNED
