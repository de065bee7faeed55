"""Spatial statistics of points: where a mark gathers, and which points differ from their neighbours."""
