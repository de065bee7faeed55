"""Files with one row for one fact, one rating or one intervention on a site that the landlord already has."""
