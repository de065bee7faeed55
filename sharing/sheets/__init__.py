"""The one-page file of a site, for a meeting."""
