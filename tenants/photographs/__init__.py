"""Photographs joined to ratings: received, redrawn without what they carry, kept privately."""
