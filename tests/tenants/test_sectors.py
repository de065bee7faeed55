"""A whole sector is given at once, and adds to what the person has."""

from __future__ import annotations

import pytest

from tenants.access import landlord_scope
from tenants.people.models import PlaceChange
from tenants.people.sectors import give_sector, sector_lines
from tenants.people.services import PlaceError, sites_of
from tenants.stock.models import Site
from tests.cast import Cast


def test_a_sector_is_given_at_once(cast: Cast) -> None:
    principal, caretaker = cast.amandier.admin.principal, cast.amandier.caretaker.membership
    agency = cast.amandier.agencies[0]
    with landlord_scope(principal):
        Site.objects.filter(code__in=["N3", "N4"]).update(sector="Est")
        before = {site.code for site in sites_of(caretaker)}
        line = next(each for each in sector_lines(principal) if each.sector == "Est")
        assert (line.agency_id, line.sites) == (agency.pk, 2)
        added = give_sector(principal, agency.pk, "Est", caretaker.pk)
        assert {site.code for site in sites_of(caretaker)} == before | {"N3", "N4"}
        assert added == len({"N3", "N4"} - before)
        line = next(each for each in sector_lines(principal) if each.sector == "Est")
        assert line.orphans == 0
        assert PlaceChange.objects.filter(membership=caretaker).exists()
        assert give_sector(principal, agency.pk, "Est", caretaker.pk) == 0
        with pytest.raises(PlaceError):
            give_sector(principal, agency.pk, "Est", cast.amandier.director.membership.pk)
        with pytest.raises(PlaceError):
            give_sector(principal, agency.pk, "Est", cast.bouleau.caretaker.membership.pk)
