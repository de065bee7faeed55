"""What other apps may want to know of an organisation's people."""

from __future__ import annotations

from typing import Final

from django.dispatch import Signal

# Arguments: `invitation`, `membership`. Sent in the transaction that makes the membership, outside any scope.
invitation_accepted: Final = Signal()
