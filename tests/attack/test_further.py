"""The attack on facts by family in small: it finds nothing in releases as they are, and a planted weakness."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

from sharing.release.counts import FACTS
from tests.attack import counting
from tests.attack.auditor import Site
from tests.attack.counting import Count, CountAuditor, Counted
from tests.attack.further import KINDS, Further, attacks, make_further, without_repair


@pytest.fixture(scope="module", params=[1, 4])
def found(request: pytest.FixtureRequest) -> Further:
    return make_further(request.param, overlapping=request.param % 2 == 1)


def test_something_is_told(found: Further) -> None:
    facts = found.second.further[FACTS].values()
    assert sum(one is not None and one["total"] is not None for one in facts) >= 2
    levels = [key for key, one in found.second.shown.items() if one is None or not one.has_bands]
    assert levels
    assert all(found.second.further[FACTS][key] is None for key in levels)


def test_nothing_is_recovered(found: Further) -> None:
    findings = list(attacks(found, 1, 60))
    assert Counter(kind for kind, _one in findings).keys() == set(KINDS)
    assert [kind for kind, one in findings if one.is_recovered or one.is_too_near] == []


def test_what_an_earlier_zone_withheld_does_not_follow_from_both_releases() -> None:
    # World 29: a zone of the first release told its levels and no fact; the second one has other zones.
    findings = list(attacks(make_further(29, overlapping=True), 29, 100))
    assert [kind for kind, one in findings if one.is_too_near] == []


def test_facts_without_repair_are_found_out() -> None:
    weak = [without_repair(make_further(seed)) for seed in (1, 2)]
    assert any(
        one.is_too_near for each in weak for kind, one in attacks(each, 1, 160) if kind == "facts"
    )


def test_the_auditor_recovers_what_two_figures_give() -> None:
    sites = [Counted(Site(n, n % 3, 1, 10), {"BIENS": n}) for n in range(9)]
    whole, part = Count(frozenset(range(9)), frozenset({"BIENS"})), Count(frozenset(range(8)), frozenset({"BIENS"}))  # fmt: skip
    hidden = Count(frozenset({8}), frozenset({"BIENS"}))
    assert CountAuditor(sites, [whole, part], [hidden], 10).attack(hidden, None).is_recovered
    assert not CountAuditor(sites, [whole], [hidden], 10).attack(hidden, None).is_too_near


def test_the_auditor_shares_no_line_with_the_engine() -> None:
    tree = ast.parse(Path(counting.__file__).read_text())
    imported = [str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert not [name for name in imported if name.startswith("sharing")]
