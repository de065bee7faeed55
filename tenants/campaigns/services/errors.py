"""Refusals of the campaign services."""

from __future__ import annotations

from accounts.principal import Principal


class CampaignError(Exception):
    """A step that cannot be taken now; its text tells the reader why and what to do. `code` names some of them."""

    def __init__(self, message: str, code: str = "") -> None:
        """Keep the sentence and the name."""
        super().__init__(message)
        self.code = code


def require(principal: Principal, permission: str) -> None:
    """Raise PermissionError unless the role holds the permission."""
    if not principal.may(permission):
        raise PermissionError(permission)
