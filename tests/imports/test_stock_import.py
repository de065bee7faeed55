"""From a file to sites: counted, grouped, placed, repeated, kept apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gis.territories.importing.errors import ImportRefusedError
from gis.territories.models import Territory
from tenants.access import landlord_scope
from tenants.campaigns.models import Campaign
from tenants.imports import services
from tenants.imports.layouts.mapping import Mapping, proposed_mapping
from tenants.imports.models import FileImport, RowIssue
from tenants.imports.stock.report import StockReport
from tenants.imports.tables.reading import read_head
from tenants.stock.models import Address, Agency, Site
from tests.cast import KM, X0, Y0, Cast, Landlord
from tests.imports.files import row, write_csv


def bring_in(landlord: Landlord, path: Path, mapping: Mapping | None = None) -> StockReport:
    principal = landlord.admin.principal
    mapping = mapping or proposed_mapping(read_head(path))
    return services.run(principal, services.new_import(principal, path, mapping), path, mapping)


def stock_of(landlord: Landlord) -> dict[str, Site]:
    with landlord_scope(landlord.admin.principal):
        return {site.code: site for site in Site.objects.all()}


def codes_of(report: StockReport) -> dict[str, int]:
    return {reason["code"]: reason["rows"] for reason in report.reasons}


def test_rows_become_addresses_and_sites(cast: Cast, tmp_path: Path) -> None:
    rows = [
        row("T1", "1", "rue des Lilas"),
        row("T1", "1", "Rue des lilas", dwellings="2"),
        row("T1", "3", "rue des Lilas", dwellings="6"),
        row("T2", "8", "rue du 8 mai 1945", x=str(X0 + 6 * KM), y=str(Y0 + KM), insee="99002"),
    ]
    report = bring_in(cast.amandier, write_csv(tmp_path / "t.csv", rows))
    assert report.rows == {"read": 4, "attached": 4, "rejected": 0, "repaired": 0, "doubtful": 0}
    assert (report.dwellings, report.addresses, report.sites) == (28, 3, 2)
    site = stock_of(cast.amandier)["T1"]
    assert (site.dwellings, site.name, site.address, site.placement) == (
        18,
        "Résidence T1",
        "1 rue des Lilas",
        "geometry",
    )
    assert (site.departement_code, site.commune_code, site.qpv_code) == ("99", "99001", "QN09901M")
    held = {cast.departement.pk, cast.communes[0].pk, cast.neighbourhood.pk}
    assert set(site.territory_ids) == held
    with landlord_scope(cast.amandier.admin.principal):
        assert site.agency_id == Agency.objects.get(code="Nord").pk
        assert dict(Address.objects.filter(site=site).values_list("number", "dwellings")) == {
            "1": 12,
            "3": 6,
        }
    assert stock_of(cast.amandier)["T2"].qpv_code == ""


def test_the_same_file_twice_changes_nothing(cast: Cast, tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "t.csv", [row("T1"), row("T1", "3"), row("", "5", "rue du Bois", name="")]
    )
    bring_in(cast.amandier, path)

    def picture() -> tuple[Any, Any]:
        with landlord_scope(cast.amandier.admin.principal):
            sites = list(Site.objects.order_by("pk").values())
            addresses = list(Address.objects.order_by("pk").values())
        return sites, addresses

    before = picture()
    again = bring_in(cast.amandier, path)
    assert picture() == before
    assert (again.sites_created, again.sites_updated, again.sites_untouched) == (0, 2, 6)


def test_next_years_file_keeps_the_site_and_replaces_the_counts(cast: Cast, tmp_path: Path) -> None:
    bring_in(
        cast.amandier, write_csv(tmp_path / "a.csv", [row("T1"), row("T1", "3"), row("T2", "9")])
    )
    first = stock_of(cast.amandier)
    with landlord_scope(cast.amandier.admin.principal):
        Site.objects.filter(code="T1").update(current_level=3)
        assert Campaign.objects.count() >= 0
    report = bring_in(
        cast.amandier, write_csv(tmp_path / "b.csv", [row("T1", dwellings="7"), row("T1", "5")])
    )
    second = stock_of(cast.amandier)
    assert second["T1"].pk == first["T1"].pk
    assert second["T1"].key == first["T1"].key
    assert (second["T1"].dwellings, second["T1"].current_level) == (17, 3)
    assert second["T2"].dwellings == 10  # absent from the file: left as it is, and said
    assert (report.addresses_removed, report.sites_untouched) == (1, 7)


def test_a_site_without_code_is_found_again_by_its_addresses(cast: Cast, tmp_path: Path) -> None:
    header = ["Adresse", "Code postal", "Code INSEE"]
    one = write_csv(tmp_path / "a.csv", [["3 rue du Bois", "99100", "99001"]] * 4, header=header)
    bring_in(cast.amandier, one)
    (code,) = set(stock_of(cast.amandier)) - set(cast.amandier.sites)
    two = write_csv(
        tmp_path / "b.csv",
        [["1 rue du Bois", "99100", "99001"], ["3 RUE DU BOIS", "99100", "99001"]],
        header=header,
    )
    report = bring_in(cast.amandier, two)
    assert (report.sites_created, report.sites_updated) == (0, 1)
    assert stock_of(cast.amandier)[code].dwellings == 2


def test_two_landlords_never_touch_one_another(cast: Cast, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "t.csv", [row("N1", dwellings="99")])
    before = stock_of(cast.bouleau)["N1"].dwellings
    bring_in(cast.amandier, path)
    assert stock_of(cast.amandier)["N1"].dwellings == 99
    assert stock_of(cast.bouleau)["N1"].dwellings == before
    with landlord_scope(cast.bouleau.admin.principal):
        assert FileImport.objects.count() == 0
        assert RowIssue.objects.count() == 0


# One trap a row: what is written, and what must be said of it.
TRAPS: list[tuple[dict[str, str], str]] = [
    ({"insee": ""}, "commune_from_name"),
    ({"insee": "9E001"}, "bad_commune"),
    ({"insee": "", "postcode": "", "commune": ""}, "no_commune"),
    ({"street": "", "name": ""}, "no_address"),
    ({"dwellings": "une dizaine"}, "bad_dwellings"),
    ({"number": "", "street": "12 AV DU BOIS"}, "number_split"),
    ({"number": "12", "street": "12 AV DU BOIS"}, "number_twice"),
    ({"number": "14", "street": "12 AV DU BOIS"}, "number_conflict"),
    ({"number": "", "street": "12 LES LILAS"}, "number_unclear"),
    ({"number": "2024-03-05"}, "mangled_number"),
    ({"number": "lot"}, "bad_number"),
    ({"number": "12BIS"}, "index_split"),
    ({"postcode": "991"}, "bad_postcode"),
    ({"street": "rue de lâ€™Ã‰glise"}, "mojibake"),
    ({"street": "rue des Gen?ts"}, "lost_character"),
    ({"street": "rue de la R"}, "cut_name"),
    ({"code": "2024-03-05"}, "mangled_cell"),
    ({"x": "339000", "y": "7690000"}, "unknown_epsg"),
    ({"x": "à voir"}, "bad_coordinates"),
    ({"x": "46.5", "y": "3"}, "coordinates_swapped"),
]


@pytest.mark.parametrize(("cells", "says"), TRAPS, ids=[says for _cells, says in TRAPS])
def test_each_trap_is_repaired_or_reported(
    cast: Cast, tmp_path: Path, cells: dict[str, str], says: str
) -> None:
    report = bring_in(cast.amandier, write_csv(tmp_path / "t.csv", [row(), row(), row(**cells)]))
    assert codes_of(report) == {says: 1}
    assert report.rows["attached"] + report.rows["rejected"] == 3
    with landlord_scope(cast.amandier.admin.principal):
        issue = RowIssue.objects.get()
        assert (issue.line, issue.file_import.state) == (4, "applied")
        assert report.rows[issue.severity] == 1


def test_a_row_that_is_shifted_is_rejected(cast: Cast, tmp_path: Path) -> None:
    report = bring_in(cast.amandier, write_csv(tmp_path / "t.csv", [row(), [*row(), "de trop"]]))
    assert codes_of(report) == {"shifted_row": 1}
    assert (report.rows["attached"], report.rows["rejected"]) == (1, 1)


OWN_HEADER = [
    "IDENT_REP", "SIRET", "IDENTGES", "DEPCOM", "CODEPOSTAL", "LIBCOM", "DEP_CODE", "NUMVOIE", "INDREP", "TYPVOIE", "NOMVOIE",
    "BAT", "ESC", "ENTREE", "IMMEU", "EPSG", "X", "Y", "QUALITE_XY", "PLG_IRIS2024_CODE", "PLG_QP24", "CONSTRUCT", "LOYERPRINC",
]  # fmt: skip


def dwelling(ident: str, **cells: str) -> list[str]:
    values = {
        "IDENT_REP": ident, "SIRET": "1", "IDENTGES": "1", "DEPCOM": "99001", "CODEPOSTAL": "99100", "LIBCOM": "AUBEPINE",
        "DEP_CODE": "099", "NUMVOIE": "4", "TYPVOIE": "RUE", "NOMVOIE": "DU BOIS", "IMMEU": "0012-A-01", "EPSG": "2154",
        "X": str(X0 + 100), "Y": str(Y0 + 100), "QUALITE_XY": "11", "CONSTRUCT": "1974", "LOYERPRINC": "412",
    } | cells  # fmt: skip
    return [values.get(name, "") for name in OWN_HEADER]


def test_the_landlords_own_layout(cast: Cast, tmp_path: Path) -> None:
    rows = [
        dwelling("A1"), dwelling("A2"), dwelling("A2"),
        dwelling("A3", IMMEU="0012-B-01", NUMVOIE="6", ENTREE="2024-01-02"),
        dwelling("A4", DEPCOM="1", DEP_CODE="099"),
    ]  # fmt: skip
    report = bring_in(cast.amandier, write_csv(tmp_path / "t.csv", rows, header=OWN_HEADER))
    assert report.layout == "rpls_landlord"
    assert report.dropped_columns == ["LOYERPRINC"]
    assert codes_of(report) == {"dwelling_twice": 1, "mangled_cell": 1, "commune_joined": 1}
    assert (report.dwellings, report.addresses, report.sites) == (4, 2, 1)  # one programme: 0012
    assert report.with_geometry["dwellings"] == 1


def test_the_centre_of_a_commune_is_never_a_position(cast: Cast, tmp_path: Path) -> None:
    rows = [dwelling("A1", QUALITE_XY="33")]
    report = bring_in(cast.amandier, write_csv(tmp_path / "t.csv", rows, header=OWN_HEADER))
    assert codes_of(report) == {"commune_centre": 1}
    (site,) = [
        each for code, each in stock_of(cast.amandier).items() if code not in cast.amandier.sites
    ]
    assert (site.geom, site.placement, site.commune_code) == (None, "commune", "99001")
    with landlord_scope(cast.amandier.admin.principal):
        assert Address.objects.get(site=site).quality == "commune"


def test_without_a_position_codes_place_the_site(cast: Cast, tmp_path: Path) -> None:
    rows = [dwelling("A1", X="", Y="", PLG_QP24="QN09901M")]
    report = bring_in(cast.amandier, write_csv(tmp_path / "t.csv", rows, header=OWN_HEADER))
    (site,) = [
        each for code, each in stock_of(cast.amandier).items() if code not in cast.amandier.sites
    ]
    assert (site.placement, site.qpv_code) == ("code", "QN09901M")
    assert cast.neighbourhood.pk in site.territory_ids
    assert report.placement == {"code": 1}


def test_a_position_wins_over_a_code_and_the_contradiction_is_said(
    cast: Cast, tmp_path: Path
) -> None:
    report = bring_in(cast.amandier, write_csv(tmp_path / "t.csv", [row(insee="99002")]))
    assert stock_of(cast.amandier)["T1"].commune_code == "99001"
    assert [each["what"] for each in report.contradictions] == ["commune"]


def test_arrondissements_are_placed_in_their_commune(cast: Cast, tmp_path: Path) -> None:
    Territory.objects.create(
        kind="commune", code="75056", name="Paris", vintage=2024, departement_code="75", commune_codes=["75056"],
        geom=cast.communes[0].geom,
    )  # fmt: skip
    rows = [row("P1", insee="75109", postcode="75009", commune="PARIS 9E", x="", y="")]
    report = bring_in(cast.amandier, write_csv(tmp_path / "t.csv", rows))
    site = stock_of(cast.amandier)["P1"]
    assert (site.commune_code, site.departement_code, site.placement) == ("75056", "75", "commune")
    assert report.placed["commune"] == 1
    with landlord_scope(cast.amandier.admin.principal):
        assert Address.objects.get(site=site).commune_code == "75109"


def test_an_unknown_commune_is_listed_and_loses_nothing(cast: Cast, tmp_path: Path) -> None:
    rows = [row("T1"), row("T9", insee="98007", postcode="98100", commune="Inconnue", x="", y="")]
    report = bring_in(cast.amandier, write_csv(tmp_path / "t.csv", rows))
    assert report.unknown_communes == [{"code": "98007", "name": "Inconnue", "sites": 1}]
    assert report.placed["commune"] == 0.5
    assert stock_of(cast.amandier)["T9"].dwellings == 10


def test_other_encodings_and_delimiters_come_in_alike(cast: Cast, tmp_path: Path) -> None:
    cells = row(name="L’Été", street="allée des Cèdres")
    for number, (encoding, delimiter) in enumerate(
        [("utf-8-sig", ";"), ("cp1252", "\t"), ("utf-16", "|")]
    ):
        path = write_csv(
            tmp_path / f"{number}.csv", [cells], encoding=encoding, delimiter=delimiter
        )
        bring_in(cast.amandier, path)
        assert stock_of(cast.amandier)["T1"].name == "L’Été"


@pytest.mark.parametrize(
    ("rows", "says"),
    [([row(insee="x")] * 3, "Aucune ligne"), ([], "en-tête")],
)
def test_a_file_that_gives_nothing_is_refused_and_changes_nothing(
    cast: Cast, tmp_path: Path, rows: list[list[str]], says: str
) -> None:
    before = stock_of(cast.amandier).keys()
    path = write_csv(tmp_path / "t.csv", rows)
    mapping = Mapping("columns", {"street": "Voie", "commune_code": "Code INSEE"})
    with pytest.raises(ImportRefusedError, match=says):
        bring_in(cast.amandier, path, mapping)
    assert stock_of(cast.amandier).keys() == before
    with landlord_scope(cast.amandier.admin.principal):
        assert FileImport.objects.get().state == "failed"
        assert says in FileImport.objects.get().message
