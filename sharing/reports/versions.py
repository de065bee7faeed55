"""What each recipient of a report gets, for the coordination that reads it over: released figures and nothing else.

A landlord's own figures, and the sites that an annex names, are the reader's: here they are announced, never shown.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.principal import Principal
from sharing.conventions.models import Party
from sharing.details import Detail, rank
from sharing.release.builder import KINDS_OF_GEOGRAPHY
from sharing.reports.models import Report
from sharing.reports.readership import Reader, readers_of


@dataclass(frozen=True)
class Version:
    """Recipients of one category who read the same territories of a release."""

    category: str
    readers: list[Reader]
    neighbourhoods: int  # told
    withheld: int
    areas: int  # communes and départements told

    @property
    def key(self) -> object:
        """A recipient's key, by which the version is asked for."""
        return self.readers[0].organisation.key

    @property
    def ids(self) -> frozenset[int]:
        """Rows of the release that it holds."""
        return self.readers[0].neighbourhood_ids

    @property
    def beside(self) -> list[str]:
        """What these readers read beside it, which the coordination does not see."""
        found = []
        if self.readers[0].organisation.kind == Organisation.Kind.LANDLORD:
            found.append(
                _(
                    "Ses propres chiffres, que lui seul lit : ils ne passent pas par la coordination."
                )
            )
        detail = max((reader.detail for reader in self.readers), key=rank)
        if rank(detail) >= rank(Detail.SITE):
            found.append(
                _("Des sites nommés par l’annexe, dans ses propres pages : jamais dans ce rapport.")
            )
        elif detail == Detail.ZONE:
            found.append(
                _(
                    "Des zones, dans ses propres pages, moins ce que les sites qu’il connaît feraient retrouver."
                )
            )
        return found


def versions(principal: Principal, report: Report) -> list[Version]:
    """The versions of a report, partners first. In the coordination's scope."""
    rows = list(
        report.release.neighbourhoods.select_related("territory")
        .only("pk", "is_withheld", "territory__kind")
        .order_by("pk")
    )
    kinds = KINDS_OF_GEOGRAPHY[report.release.geography]
    inside = {row.pk for row in rows if row.territory.kind in kinds}
    told = {row.pk for row in rows if not row.is_withheld}
    groups: dict[tuple[str, frozenset[int]], list[Reader]] = {}
    for reader in readers_of(principal, report):
        key = (_category(reader.organisation), reader.neighbourhood_ids)
        groups.setdefault(key, []).append(reader)
    found = [
        Version(
            category,
            readers,
            len(ids & inside & told),
            len((ids & inside) - told),
            len((ids - inside) & told),
        )
        for (category, ids), readers in groups.items()
    ]
    return sorted(
        found,
        key=lambda each: (
            each.readers[0].organisation.kind == Organisation.Kind.LANDLORD,
            each.category,
            each.readers[0].organisation.name,
        ),
    )


def left_out(report: Report, found: list[Version]) -> list[Organisation]:
    """Parties that get nothing of it: no line of the annex gives them figures, or a signature is missing."""
    reading = {reader.organisation.pk for version in found for reader in version.readers}
    parties = Party.objects.filter(convention_id=report.convention_id).exclude(
        organisation_id__in=reading
    )
    return [
        party.organisation
        for party in parties.select_related("organisation").order_by("organisation__name")
    ]


def _category(organisation: Organisation) -> str:
    if organisation.kind == Organisation.Kind.LANDLORD:
        return _("Bailleurs")
    return str(organisation.get_partner_category_display())
