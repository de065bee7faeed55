"""SIRET numbers are checked before they are declared."""

from __future__ import annotations

import pytest

from accounts.siret import is_siret


@pytest.mark.parametrize(
    "siret", ["82161143100015", "90000000100017", "35600000000048", "35600000049837"]
)
def test_numbers_that_can_exist(siret: str) -> None:
    assert is_siret(siret)


@pytest.mark.parametrize(
    "text",
    ["", "82161143100016", "8216114310001", "821611431000150", "8216114310001٥", "35600000049838"],
)
def test_numbers_that_cannot(text: str) -> None:
    assert not is_siret(text)
