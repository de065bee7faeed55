"""A landlord tells its neighbours of an intervention that it plans: as much as the annex gives each, no more."""
