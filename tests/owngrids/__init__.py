"""A landlord's own grids."""
