"""A file that cannot be imported; the message is meant for the person who chose it."""

from __future__ import annotations


class ImportRefusedError(Exception):
    """The file as a whole is refused; nothing was written. The text says what to do."""
