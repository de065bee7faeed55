"""Which column holds what: known layouts whatever their vintage, mappings proposed, columns that never come in."""

from __future__ import annotations

import pytest

from gis.territories.importing.errors import ImportRefusedError
from tenants.imports.layouts.known import recognise
from tenants.imports.layouts.mapping import Mapping, checked, dropped, proposed_mapping
from tenants.imports.layouts.sensitive import is_sensitive
from tenants.imports.tables.reading import TableHead

RPLS_2018 = [
    "REG", "LIBREG", "DEP", "LIBDEP", "EPCI", "LIBEPCI", "DROIT", "DEPCOM", "CODEPOSTAL", "LIBCOM", "NUMVOIE", "INDREP",
    "TYPVOIE", "NOMVOIE", "NUMAPPT", "NUMBOITE", "ESC", "COULOIR", "ETAGE", "COMPLIDENT", "ENTREE", "BAT", "IMMEU",
    "COMPLGEO", "LIEUDIT", "QPV", "TYPECONST", "NBPIECE", "SURFHAB", "CONSTRUCT", "LOCAT", "PATRIMOINE", "ORIGINE", "FINAN",
    "FINANAUTRE", "CONV", "NUMCONV", "DATCONV", "NEWLOGT", "CUS", "DPEDATE", "DPEENERGIE", "DPESERRE", "SRU_EXPIR",
    "SRU_ALINEA", "CODSEGPATRIM", "LIBSEGPATRIM",
]  # fmt: skip
RPLS_OPEN = [
    "REG_CODE", "REG_LIBELLE", "DEP_CODE", "DEP_LIBELLE", "DEPCOM", "CODEPOSTAL", "LIBCOM", "NUMVOIE", "INDREP", "TYPVOIE",
    "NOMVOIE", "COMPLGEO", "LIEUDIT", "TYPECONST_CODE", "NBPIECE", "SURFHAB", "CONSTRUCT", "EPSG", "X", "Y", "PLG_QP24",
    "PLG_QP15", "PLG_IRIS2024_CODE", "QUALITE_XY", "QUALITE_QP24", "DISTANCE_PRECISION",
]  # fmt: skip
OWN = [
    "IDENT_REP",
    "IDENT_INT",
    "SIRET",
    "IDENTGES",
    "IDENT_FISCAL",
    "BAT",
    "ESC",
    "ENTREE",
    "LOYERPRINC",
    *RPLS_OPEN,
]


def head(columns: list[str], sample: list[list[str]] | None = None) -> TableHead:
    return TableHead("csv", columns, 1, "utf-8", ";", sample=sample or [])


@pytest.mark.parametrize(
    ("columns", "code"),
    [(RPLS_2018, "rpls_2018"), (["", *RPLS_2018, "X", "Y"], "rpls_2018"), (RPLS_OPEN, "rpls_open"), (OWN, "rpls_landlord")],
)  # fmt: skip
def test_rpls_layouts_are_recognised(columns: list[str], code: str) -> None:
    found = recognise(columns)
    assert found is not None
    assert found.code == code


def test_the_official_2018_layout_has_47_columns() -> None:
    assert len(RPLS_2018) == 47


def test_the_vintage_inside_a_name_does_not_matter_and_the_latest_wins() -> None:
    columns = [name.replace("2024", "2027").replace("QP24", "QP30") for name in RPLS_OPEN]
    mapping = proposed_mapping(head(columns))
    assert mapping.layout == "rpls_open"
    assert mapping.columns["iris_code"] == "PLG_IRIS2027_CODE"
    assert mapping.columns["qpv_code"] == "PLG_QP30"  # not PLG_QP15


def test_the_landlords_own_layout_counts_each_dwelling_once() -> None:
    mapping = proposed_mapping(head(OWN))
    assert mapping.columns["dwelling_id"] == "IDENT_REP"
    assert mapping.columns["entrance"] == "ENTREE"


def test_a_mapping_is_proposed_from_names() -> None:
    columns = ["Code groupe", "Nom de la résidence", "Agence", "N° voie", "Libellé voie", "CP", "Ville", "Code INSEE",
               "Nb de logements", "Année construction", "X", "Y"]  # fmt: skip
    assert proposed_mapping(head(columns)) == Mapping(
        "columns",
        {
            "site_code": "Code groupe", "site_name": "Nom de la résidence", "agency": "Agence", "number": "N° voie",
            "street": "Libellé voie", "postcode": "CP", "commune_name": "Ville", "commune_code": "Code INSEE",
            "dwellings": "Nb de logements", "construction_year": "Année construction", "x": "X", "y": "Y",
        },
    )  # fmt: skip


def test_values_correct_names_that_mislead_and_find_those_that_say_nothing() -> None:
    columns = ["Code commune", "Zone", "Adresse"]
    sample = [["Nord", "QN09301M", "1 rue du Bois"], ["Sud", "QN09302M", "2 rue du Bois"]]
    mapping = proposed_mapping(head(columns, sample))
    assert "commune_code" not in mapping.columns
    assert mapping.columns["qpv_code"] == "Zone"
    assert mapping.columns["full_address"] == "Adresse"


@pytest.mark.parametrize(
    "column",
    ["LOYERPRINC", "Loyer mensuel", "Nom du locataire", "Prénom", "Date de naissance", "Téléphone", "E-mail", "MODE",
     "DUREE_VACANCE", "Taux d'occupation", "Revenu fiscal", "APL", "Impayés", "Nom du gardien", "NUMAPPT", "IDENT_FISCAL"],
)  # fmt: skip
def test_rents_occupancy_and_persons_are_recognised(column: str) -> None:
    assert is_sensitive(column)
    assert proposed_mapping(head([column, "Voie", "CP"])).columns == {
        "street": "Voie",
        "postcode": "CP",
    }
    with pytest.raises(ImportRefusedError, match="jamais"):
        checked(
            Mapping("columns", {"street": column, "postcode": "CP"}), head([column, "Voie", "CP"])
        )


@pytest.mark.parametrize(
    "column", [*RPLS_OPEN, "Code groupe", "Nom du site", "Agence", "Secteur", "Bâtiment", "Entrée"]
)
def test_what_the_product_uses_is_not_taken_for_sensitive(column: str) -> None:
    assert not is_sensitive(column)


def test_dropped_columns_are_named() -> None:
    assert dropped(OWN) == ["IDENT_FISCAL", "LOYERPRINC"]


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"postcode": "CP"}, "où sont les logements"),
        ({"street": "Voie"}, "quelle commune"),
        ({"street": "Voie", "postcode": "Code postal"}, "n’existe pas dans le fichier"),
        ({"rue": "Voie", "postcode": "CP"}, "n’existe pas"),
        ({"street": "Voie", "postcode": "CP", "x": "Autre"}, "vont par deux"),
    ],
)
def test_a_mapping_that_cannot_run_says_what_to_change(columns: dict[str, str], says: str) -> None:
    with pytest.raises(ImportRefusedError) as refused:
        checked(Mapping("columns", columns), head(["Voie", "CP", "Autre"]))
    assert says in str(refused.value)


def test_a_layout_asked_for_is_refused_when_columns_are_missing() -> None:
    with pytest.raises(ImportRefusedError, match="IMMEU"):
        proposed_mapping(head(["DEPCOM", "NOMVOIE"]), "rpls_2018")
    with pytest.raises(ImportRefusedError, match="Format inconnu"):
        proposed_mapping(head(["DEPCOM"]), "rpls_1999")
