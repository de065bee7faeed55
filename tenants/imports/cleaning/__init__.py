"""Repair what is certain in a cell, say what is not. Pure functions: no database, no file."""
