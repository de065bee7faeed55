"""The real RPLS files of Cannes, with the defects that real users send."""

from __future__ import annotations

from collections import Counter

import pytest

from gis.territories.importing.services import import_file
from tenants.access import landlord_scope
from tenants.imports import services
from tenants.imports.layouts.mapping import proposed_mapping
from tenants.imports.models import FileImport, RowIssue
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
        assert FileImport.objects.get().state == "applied"
        imported = Site.objects.filter(departement_code="06")
        assert sum(imported.values_list("dwellings", flat=True)) == ROWS
        addresses = Address.objects.filter(site__in=imported)
        assert sum(addresses.values_list("dwellings", flat=True)) == ROWS
        assert addresses.count() == report.addresses
        assert imported.count() == report.sites
        assert set(addresses.values_list("commune_code", flat=True)) == {"06029", "06030"}
        assert set(addresses.values_list("postcode", flat=True)) == {"06150", "06400", "06110"}


def reasons(report: StockReport) -> dict[str, int]:
    return {reason["code"]: reason["rows"] for reason in report.reasons}


def test_its_defects_are_repaired_or_reported(cast: Cast) -> None:
    assert reasons(import_real(cast, "rpls_2018_cannes.csv")) == {
        "zero_commune": 6_374, "zero_postcode": 6_374, "address_from_extra": 2_592, "number_split": 678,
        "type_twice": 180, "index_split": 135,
        "cut_name": 868, "lost_character": 262, "mangled_cell": 104,
    }  # fmt: skip
    with landlord_scope(cast.amandier.admin.principal):
        kept = Counter(RowIssue.objects.values_list("reason", flat=True))
        address = Address.objects.get(street="IMPASSE DENANS")
        mangled = set(RowIssue.objects.filter(column="IMMEU").values_list("value", flat=True))
    assert max(kept.values()) <= 5_000  # counted in full, kept row by row up to a bound
    assert (address.number, address.dwellings, address.commune_code) == ("12", 6, "06029")
    assert mangled >= {"7190-01-01", "7062-01-02"}


def test_twice_the_same_file_gives_the_same_sites(cast: Cast) -> None:
    first = import_real(cast, "rpls_2018_cannes_xy.csv")
    with landlord_scope(cast.amandier.admin.principal):
        before = (
            list(Site.objects.order_by("pk").values()),
            list(Address.objects.order_by("pk").values()),
        )
    second = import_real(cast, "rpls_2018_cannes_xy.csv")
    with landlord_scope(cast.amandier.admin.principal):
        after = (
            list(Site.objects.order_by("pk").values()),
            list(Address.objects.order_by("pk").values()),
        )
    assert after == before
    assert (second.sites_created, second.sites_updated) == (0, first.sites)


def test_positions_place_the_sites_in_their_communes(cast: Cast) -> None:
    import_file(
        open_data("communes_cannes_2018.geojson"), kind="commune", vintage=2018, using="default"
    )
    report = import_real(cast, "rpls_2018_cannes_xy.csv")
    # A dwelling without coordinates is where the others of its address are: a little more than its own 4,959 rows.
    assert 4_959 / ROWS <= report.with_geometry["dwellings"] < 0.8
    assert report.placed["commune"] == 1
    assert report.unknown_communes == []
    assert report.placement.keys() == {"geometry", "commune"}
