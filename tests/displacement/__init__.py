"""Displacement: the measures, the choice of areas, the page, and what the demonstration planted."""
