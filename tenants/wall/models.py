"""What a model declares to stand behind the wall.

Every model of the product carries `wall`:

- "landlord": rows of one landlord; inherit `LandlordRow`.
- "party": rows that several organisations share under a convention; `wall_policies` says who reads and writes which.
- "common": nobody's; read by `wall_readers` (every purpose by default), written by `wall_writers` (the plain login
  by default).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.wall.context import NoScopeError, current_scope

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class Policy:
    """One row-level policy: the role, the commands it covers, and the SQL condition (also the check of writes)."""

    role: str
    commands: str  # "SELECT", "INSERT", "UPDATE", "DELETE", "ALL"; comma-separated
    condition: str
    columns: tuple[str, ...] = ()  # of an UPDATE: the only columns that the role may change


class WalledQuerySet(models.QuerySet[M]):
    """A query set of a walled table: raises NoScopeError instead of reading nothing outside a scope."""

    def _fetch_all(self) -> None:
        if self._result_cache is None and self.db == "default" and current_scope() is None:
            raise NoScopeError(f"{self.model._meta.label} read outside a scope")
        super()._fetch_all()


class WalledManager(models.Manager[M]):
    """The manager of every walled model."""

    def get_queryset(self) -> models.QuerySet[M]:
        """The rows that the open scope may see. PostgreSQL decides which; see docs/decisions/wall.md."""
        return WalledQuerySet(self.model, using=self._db)


class LandlordRow(models.Model):
    """A row of one landlord's data. The database refuses any other landlord's scope, for reading and writing."""

    wall: ClassVar[str] = "landlord"
    wall_append_only: ClassVar[bool] = False
    # Of an append-only table: the SQL condition of the rows that may be deleted all the same; empty: none.
    wall_deletable: ClassVar[str] = ""
    # Columns that the release builder may read, all landlords together; empty: none.
    wall_report_columns: ClassVar[tuple[str, ...]] = ()

    landlord = models.ForeignKey(
        "accounts.Organisation",
        models.PROTECT,
        related_name="+",
        verbose_name=_("bailleur"),
        editable=False,
    )

    objects = WalledManager[Any]()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a new row without a landlord gets the one of the open scope."""
        if not self.landlord_id:
            scope = current_scope()
            if scope is None or scope.purpose != "landlord":
                raise NoScopeError(f"{self._meta.label} saved outside a landlord's scope")
            self.landlord_id = scope.organisation_id
        super().save(*args, **kwargs)


class PartyRow(models.Model):
    """A row shared under a convention: `wall_policies` says who may read and write which."""

    wall: ClassVar[str] = "party"
    wall_policies: ClassVar[tuple[Policy, ...]] = ()
    # Whether orsen_report, which builds releases, reads and writes the table.
    wall_report_writes: ClassVar[bool] = False

    objects = WalledManager[Any]()

    class Meta:
        abstract = True
        base_manager_name = "objects"
