"""Inter-landlord reports, read from releases."""
