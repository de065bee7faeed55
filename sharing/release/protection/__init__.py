"""Disclosure control of linked additive tables: pure numpy, scipy and HiGHS; knows nothing of Django or of a database.

`Table` says what would be published, `protect` chooses what to withhold, `audit` attacks the result.
"""

from sharing.release.protection.attack import Weakness
from sharing.release.protection.audit import audit
from sharing.release.protection.engine import Protected, UnprotectableError, protect
from sharing.release.protection.table import Attackers, Table

__all__ = ["Attackers", "Protected", "Table", "UnprotectableError", "Weakness", "audit", "protect"]
