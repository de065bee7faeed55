"""Conventions: parties, signatures, and the annex that says who reads what at which detail."""
