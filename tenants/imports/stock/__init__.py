"""A landlord's stock: rows cleaned, dwellings counted into addresses, addresses grouped into sites, sites placed."""
