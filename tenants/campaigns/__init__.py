"""Campaigns, the grid, assessments, counter-visits, current and published levels."""
