"""A landlord's stock: agencies, sites, addresses, who looks after which site."""
