"""What becomes of each table when a landlord leaves. A table that nobody decided about stops the departure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext as _

from accounts.models import Organisation
from orsen.operations.postgresql import OperationError
from tenants.wall.registry import managed_models, wall_of


class Fate(StrEnum):
    """What happens to the landlord's rows of a table."""

    DELETED = "deleted"
    KEPT = "kept"  # the trace of an agreement, or a sealed journal that its own retention purges


# Tables that are not walled by landlord and name an organisation: (table, column) → fate.
# Figures of releases name no organisation: they are out of reach here by construction.
SHARED_TABLES: dict[tuple[str, str], Fate] = {
    ("accounts_membership", "organisation_id"): Fate.DELETED,
    ("accounts_invitation", "organisation_id"): Fate.DELETED,
    ("accounts_securityevent", "organisation_id"): Fate.KEPT,
    ("tenants_job", "organisation_id"): Fate.DELETED,
    ("sharing_visit", "organisation_id"): Fate.DELETED,
    ("sharing_reportfile", "organisation_id"): Fate.DELETED,
    ("sharing_notice", "organisation_id"): Fate.DELETED,
    ("sharing_notice", "sender_id"): Fate.KEPT,
    ("sharing_receipt", "organisation_id"): Fate.KEPT,
    ("sharing_receiptpart", "organisation_id"): Fate.KEPT,
    ("sharing_receiptpart", "about_id"): Fate.KEPT,
    ("sharing_signaturedocument", "organisation_id"): Fate.KEPT,
    ("sharing_party", "organisation_id"): Fate.KEPT,
    ("sharing_signature", "organisation_id"): Fate.KEPT,
    ("sharing_waiver", "organisation_id"): Fate.KEPT,
    ("sharing_announcement", "landlord_id"): Fate.DELETED,
    ("sharing_annexline", "organisation_id"): Fate.KEPT,
    ("sharing_convention", "coordinator_id"): Fate.KEPT,
    ("sharing_roundreminder", "organisation_id"): Fate.KEPT,
    ("sharing_forum", "chair_id"): Fate.KEPT,
    ("sharing_forummember", "organisation_id"): Fate.KEPT,
    ("sharing_agendaitem", "landlord_id"): Fate.KEPT,
    ("sharing_agendaitem", "written_by_id"): Fate.KEPT,
    ("sharing_meetingpack", "organisation_id"): Fate.KEPT,
    ("sharing_outlook", "organisation_id"): Fate.KEPT,
    ("sharing_outlook", "landlord_id"): Fate.KEPT,
    ("sharing_jointaction", "owner_id"): Fate.KEPT,
    ("sharing_jointactionsite", "landlord_id"): Fate.KEPT,
    ("sharing_journalentry", "organisation_id"): Fate.KEPT,
    ("sharing_journalentry", "about_id"): Fate.KEPT,
}


@dataclass(frozen=True)
class Rows:
    """The landlord's rows of one table: where they are, and what becomes of them."""

    model: type[models.Model]
    column: str
    fate: Fate

    @property
    def table(self) -> str:
        """Name of the table."""
        return str(self.model._meta.db_table)

    @property
    def name(self) -> str:
        """Under which name the export counts them: the table, with the column where it is not the usual one."""
        usual = self.column == "organisation_id" or is_walled(self.model)
        return self.table if usual else f"{self.table}.{self.column}"


def rows_of_landlords() -> list[Rows]:
    """Every table that holds something of a landlord. Raises OperationError for one that nobody decided about."""
    found = [
        Rows(model, "landlord_id", Fate.DELETED) for model in managed_models() if is_walled(model)
    ]
    for model, column in columns_that_name_organisations():
        fate = SHARED_TABLES.get((model._meta.db_table, column))
        if fate is None:
            raise OperationError(
                _("Personne n’a décidé du sort de %(table)s.%(column)s au départ d’un bailleur.")
                % {"table": model._meta.db_table, "column": column}
            )
        found.append(Rows(model, column, fate))
    return found


def is_walled(model: type[models.Model]) -> bool:
    """Whether the rows stand behind the landlord's wall."""
    return wall_of(model) == "landlord"


def columns_that_name_organisations() -> Iterator[tuple[type[models.Model], str]]:
    """Every foreign key to an organisation outside the tables walled by landlord."""
    for model in managed_models():
        if is_walled(model):
            continue
        for field in model._meta.local_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is Organisation:
                yield model, field.column
