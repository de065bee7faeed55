"""The telephone's own routes, and the pages of those who look at what it sent."""
