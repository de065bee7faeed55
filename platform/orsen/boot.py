"""Refuse to serve readers through a connection that could bypass the wall."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured

from tenants.wall.checks import unsafe_connection


def refuse_unsafe_connection(using: str = "default") -> None:
    """Raise ImproperlyConfigured when the login is a superuser, an owner, or may become one. Called by each server."""
    problems = unsafe_connection(using)
    if problems:
        sentences = " ".join(f"{code}: {text}" for code, text in problems)
        raise ImproperlyConfigured(f"This database login must not serve readers. {sentences}")
