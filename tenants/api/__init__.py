"""What the API gives a landlord of its own data."""
