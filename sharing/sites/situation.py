"""Why a reader sees what it sees, or nothing: its conventions, what stops each, whom to ask."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation
from accounts.principal import Principal
from sharing.access import conventions
from sharing.conventions.models import AnnexLine
from sharing.conventions.standing import SOON, Standing, standings
from sharing.conventions.wording import sentence
from sharing.details import Detail, rank


@dataclass(frozen=True)
class Reading:
    """One convention as a reader meets it."""

    standing: Standing
    obstacles: list[str]
    sentences: list[str]
    gives_sites: bool
    silent: list[Organisation]

    @property
    def days_left(self) -> int:
        """Days until its last one."""
        return (self.standing.convention.ends_on - timezone.localdate()).days

    @property
    def ends_soon(self) -> bool:
        """Whether the end is near enough to say so."""
        return not self.obstacles and 0 <= self.days_left <= SOON


@dataclass(frozen=True)
class Situation:
    """All of a reader's conventions."""

    readings: list[Reading]
    coordinations: list[Organisation]

    @property
    def live(self) -> list[Reading]:
        """Those that nothing stops today."""
        return [reading for reading in self.readings if not reading.obstacles]

    @property
    def stopped(self) -> list[Reading]:
        """Those that give nothing today."""
        return [reading for reading in self.readings if reading.obstacles]

    @property
    def gives_sites(self) -> bool:
        """Whether some live convention speaks of sites to the reader."""
        return any(reading.gives_sites for reading in self.live)


def lines_to(organisation: Organisation) -> Q:
    """The annex lines that speak to an organisation."""
    if organisation.kind == Organisation.Kind.LANDLORD:
        return Q(reader=AnnexLine.Reader.LANDLORDS)
    return Q(reader=AnnexLine.Reader.ORGANISATION, organisation=organisation) | Q(
        reader=AnnexLine.Reader.CATEGORY, category=organisation.partner_category
    )


def situation(principal: Principal) -> Situation:
    """The reader's conventions, with what each gives it in words, or what stops it."""
    organisation = Organisation.objects.get(pk=principal.organisation_id)
    found = standings(conventions(principal))
    in_force = [each.in_force.pk for each in found if each.in_force]
    by_annex: dict[int, list[AnnexLine]] = {}
    lines = AnnexLine.objects.filter(lines_to(organisation), annex__in=in_force)
    for line in lines.select_related("organisation", "territory").order_by("pk"):
        by_annex.setdefault(line.annex_id, []).append(line)
    readings = []
    for each in found:
        own = by_annex.get(each.in_force.pk, []) if each.in_force else []
        readings.append(
            Reading(
                each,
                each.obstacles(organisation.pk),
                [sentence(line) for line in own],
                any(rank(line.detail) >= rank(Detail.SITE) for line in own),
                each.silent_landlords(organisation.pk),
            )
        )
    coordinations = list(
        Organisation.objects.filter(kind=Organisation.Kind.COORDINATOR, is_active=True)
    )
    return Situation(readings, coordinations)
