"""Releases: immutable sets of protected aggregates of a closed campaign."""
