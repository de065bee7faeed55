"""Comments that stay lawful: facts and places, nobody named."""

from tenants.campaigns.comments.detector import Finding, check, explain, find

__all__ = ["Finding", "check", "explain", "find"]
