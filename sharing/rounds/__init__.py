"""Campaigns that a convention asks of its landlords together."""
