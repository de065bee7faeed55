"""The campaign fixtures serve the pages of the stock as well."""

from tests.campaigns.conftest import campaign, draft, grid, rate

__all__ = ["campaign", "draft", "grid", "rate"]
