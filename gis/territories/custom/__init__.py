"""Custom territories: a police district, a court's area, composed of communes or brought in as an outline."""
