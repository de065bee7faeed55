"""A landlord gives up the protection of its own figures, inside one convention."""
