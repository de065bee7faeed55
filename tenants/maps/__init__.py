"""The map of a landlord's sites: what is chosen, what is shown, the list beside it, search, paper."""
