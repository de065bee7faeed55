"""The real RPLS files of Cannes, with the defects that real users send."""

from __future__ import annotations

import pytest

from tenants.access import landlord_scope
from tenants.imports import services
from tenants.imports.layouts.mapping import proposed_mapping
from tenants.imports.stock.report import StockReport
from tenants.imports.tables.reading import read_head
from tenants.stock.models import Address, Site
from tests.cast import Cast
from tests.imports.files import open_data

pytestmark = pytest.mark.open_data
ROWS = 6_374


def import_real(cast: Cast, name: str) -> StockReport:
    path = open_data(name)
    mapping = proposed_mapping(read_head(path))
    principal = cast.amandier.admin.principal
    return services.run(principal, services.new_import(principal, path, mapping), path, mapping)


@pytest.mark.parametrize("name", ["rpls_2018_cannes.csv", "rpls_2018_cannes_xy.csv"])
def test_every_row_is_attached_or_rejected_with_its_reason(cast: Cast, name: str) -> None:
    report = import_real(cast, name)
    assert report.layout == "rpls_2018"
    assert report.rows["read"] == ROWS
    assert report.rows["attached"] + report.rows["rejected"] == ROWS
    # The split: no row of this file lacks a commune or a street, so that none is rejected.
    assert (report.rows["attached"], report.rows["rejected"]) == (6_374, 0)
    with landlord_scope(cast.amandier.admin.principal):
        imported = Site.objects.filter(departement_code="06")
        assert sum(imported.values_list("dwellings", flat=True)) == ROWS
        addresses = Address.objects.filter(site__in=imported)
        assert sum(addresses.values_list("dwellings", flat=True)) == ROWS
        assert addresses.count() == report.addresses
        assert imported.count() == report.sites
        assert set(addresses.values_list("commune_code", flat=True)) == {"06029", "06030"}
        assert set(addresses.values_list("postcode", flat=True)) == {"06150", "06400", "06110"}
