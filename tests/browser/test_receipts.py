"""The pages of copies and receipts, at a desk and on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse

from tests.browser.accessibility import assert_accessible, assert_fits
from tests.browser.conftest import DESK, PHONE, Visit
from tests.cast import Cast, make_cast
from tests.receipts.scene import take_copy

pytestmark = pytest.mark.browser


@pytest.fixture
def cast(server: str, settings: object, tmp_path: Path) -> Cast:
    settings.MEDIA_ROOT = str(tmp_path)  # type: ignore[attr-defined]
    return make_cast()


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (DESK, "dark")])
def test_the_copies_can_be_read_by_everybody(
    cast: Cast, visit: Visit, width: int, scheme: str
) -> None:
    receipt = take_copy(cast)
    for member in (cast.police, cast.amandier.admin):
        visitor = visit(member, width=width, scheme=scheme)
        for path in (
            reverse("receipt-list"),
            reverse("receipt", args=[receipt.key]),
            reverse("receipt-verify"),
        ):
            page = visitor.opens(path)
            assert_accessible(page)
            assert_fits(page)
