"""Official codes: what is repaired because it is certain, what is refused."""

from __future__ import annotations

import pytest

from gis.territories import codes


@pytest.mark.parametrize(
    ("given", "commune"),
    [
        ("75101", "75056"),
        ("75120", "75056"),
        ("75121", "75121"),
        ("69381", "69123"),
        ("69389", "69123"),
        ("13216", "13055"),
        ("13217", "13217"),
        ("93066", "93066"),
        ("2A004", "2A004"),
    ],
)
def test_arrondissements_come_back_to_their_commune(given: str, commune: str) -> None:
    assert codes.commune_of(given) == commune


@pytest.mark.parametrize(
    ("commune", "departement"),
    [("93066", "93"), ("2A004", "2A"), ("97105", "971"), ("06029", "06"), ("99001", "99")],
)
def test_a_commune_tells_its_departement(commune: str, departement: str) -> None:
    assert codes.departement_of_commune(commune) == departement


@pytest.mark.parametrize(
    ("qpv", "departement"),
    [("QN09301M", "93"), ("QN02A01M", "2A"), ("QN97101M", "971"), ("QP093028", "93")],
)
def test_a_qpv_tells_its_departement(qpv: str, departement: str) -> None:
    assert codes.departement_of_qpv(qpv) == departement


@pytest.mark.parametrize(
    ("kind", "given", "code"),
    [
        ("commune", "6029", "06029"),
        ("commune", " 93 066 ", "93066"),
        ("iris", "60290101", "060290101"),
        ("departement", "093", "93"),
        ("departement", "1", "01"),
        ("departement", "02a", "2A"),
        ("qpv", "qn09301m", "QN09301M"),
    ],
)
def test_a_certain_repair_is_made(kind: str, given: str, code: str) -> None:
    assert codes.clean_code(kind, given) == code


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("commune", "930"),
        ("commune", "2C004"),
        ("iris", "93001"),
        ("qpv", "93001"),
        ("departement", "97"),
        ("departement", "100"),
    ],
)
def test_a_doubtful_code_is_refused(kind: str, given: str) -> None:
    with pytest.raises(codes.BadCodeError):
        codes.clean_code(kind, given)


def test_joined_communes_are_split_sorted_and_brought_back() -> None:
    assert codes.commune_list("93066; 75118;75119 ;6029") == ["06029", "75056", "93066"]
    assert codes.commune_list("") == []
    with pytest.raises(codes.BadCodeError):
        codes.commune_list("93066; Saint-Denis")
