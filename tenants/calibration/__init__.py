"""Situations that everybody rates, so that landlords read the scale alike."""
