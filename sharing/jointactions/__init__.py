"""Actions that the members of a forum decide together, until they are solved."""
