"""What the upper floors may listen to."""

from __future__ import annotations

from django.dispatch import Signal

# Sent on commit, with `territory_ids` (list of int) that were added or changed: sites that keep the ids of their
# territories have to be placed again.
territories_changed = Signal()
