"""One module a subject; importing it registers it."""
