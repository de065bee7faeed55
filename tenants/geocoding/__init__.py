"""Positions of addresses that have none: by an imported BAN file first, by a geocoder where one is set, by hand."""
