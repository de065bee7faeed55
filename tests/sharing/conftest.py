"""What several tests of sharing stand on."""

from __future__ import annotations

import pytest

from tests.cast import Cast, Member
from tests.sharing.readers import make_readers


@pytest.fixture
def readers(cast: Cast) -> dict[str, Member]:
    """The readers of the cast's convention."""
    return make_readers(cast)
