"""Barometers: another tool's criteria and marks, read through a profile into the common grid, and written out again."""
