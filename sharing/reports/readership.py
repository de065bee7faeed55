"""Who reads a report, and how much of it: PostgreSQL says so, by the rule that the reader's own page obeys."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from accounts.models import Organisation
from accounts.principal import Principal
from sharing.conventions.models import Party
from sharing.details import ORDER, Detail
from sharing.reports.models import Report


@dataclass(frozen=True)
class Reader:
    """A party that the annex gives released figures, and the territories of the release that it reads."""

    organisation: Organisation
    detail: Detail  # the highest that a line gives it, for display
    neighbourhood_ids: frozenset[int]  # rows of the release
    mail_to: str


def readers_of(principal: Principal, report: Report) -> list[Reader]:
    """The parties that read the report, or will once it is published, by name. In the coordination's scope.

    Nobody for a report that the coordination does not hold, or while its convention is not in force.
    """
    if not principal.may("reports.publish"):
        raise PermissionError("reports.publish")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT organisation_id, detail, neighbourhood_ids FROM shared.release_readers(%s)",
            [report.release_id],
        )
        given = {pk: (detail, ids) for pk, detail, ids in cursor.fetchall()}
    parties = Party.objects.filter(
        convention_id=report.convention_id, organisation_id__in=list(given)
    ).select_related("organisation")
    return [
        Reader(
            party.organisation,
            ORDER[given[party.organisation_id][0]],
            frozenset(given[party.organisation_id][1]),
            party.correspondent_email,
        )
        for party in parties.order_by("organisation__kind", "organisation__name")
    ]
