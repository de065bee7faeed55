"""Refusals of the campaign services."""

from __future__ import annotations

from accounts.principal import Principal


class CampaignError(Exception):
    """A step that cannot be taken now; its text tells the reader why and what to do."""


def require(principal: Principal, permission: str) -> None:
    """Raise PermissionError unless the role holds the permission."""
    if not principal.may(permission):
        raise PermissionError(permission)
