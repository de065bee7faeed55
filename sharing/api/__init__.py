"""The API, version 1: the same doors as the pages, as GeoJSON and JSON."""
