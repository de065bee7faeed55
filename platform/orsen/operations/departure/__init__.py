"""A landlord leaves: it takes its data along, then they are deleted, and what was released stays as it was."""
