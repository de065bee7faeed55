"""Levers and interventions on sites."""
