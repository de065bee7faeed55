"""A landlord's own grids: its levels, questions and rule, each mapped to the common scale, version by version."""
