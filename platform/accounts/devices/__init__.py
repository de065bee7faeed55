"""Telephones that act for one member: activated by a code, good for thirty days, revocable, capture only."""
