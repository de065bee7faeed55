"""Tags of the log-in pages."""
