"""The national register into the reference of addresses: counted, placed, repeated, in bounded memory."""

from __future__ import annotations

import io
import shutil
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum

from bench import register
from bench.register_file import COLUMNS, line_of, write
from gis.territories.importing.errors import ImportRefusedError
from tenants.access import landlord_scope
from tenants.reference.models import ReferenceAddress
from tenants.reference.services import ReferenceReport, import_register
from tenants.reference.streaming import LineCounts, counted_lines, recognise
from tests.cast import make_cast
from tests.imports.files import open_data

pytestmark = pytest.mark.commits

GOOD = {
    "DEP_CODE": "93", "DEPCOM": "93066", "CODEPOSTAL": "93200",
    "LIBCOM": "Saint-Denis", "NUMVOIE": "12", "INDREP": "", "TYPVOIE": "RUE",
    "NOMVOIE": "DES LILAS", "COMPLGEO": "", "LIEUDIT": "", "EPSG": "2154", "X": "653000", "Y": "6871000", "QUALITE_XY": "11",
    "PLG_QP24": "QN09301M", "PLG_QP15": "", "PLG_IRIS2024_CODE": "930660101", "CONSTRUCT": "1962",
}  # fmt: skip


def bring(path: Path, *rows: dict[str, str], encoding: str = "utf-8") -> ReferenceReport:
    """Import those dwellings."""
    body = ";".join(COLUMNS) + "\r\n" + "".join(line_of(GOOD | row) for row in rows)
    path.write_bytes(body.encode(encoding))
    return import_register(path, 2025, using="owner")


def stored() -> dict[str, ReferenceAddress]:
    return {each.match_key: each for each in ReferenceAddress.objects.using("owner")}


def test_dwellings_are_counted_at_their_address(committed: None, tmp_path: Path) -> None:
    report = bring(
        tmp_path / "r.csv",
        {},
        {},
        {"NOMVOIE": "des lilas"},
        {"NUMVOIE": "14"},
        {"NUMVOIE": "", "NOMVOIE": "", "TYPVOIE": ""},
    )
    assert (report.dwellings_read, report.dwellings_attached, report.addresses) == (5, 4, 2)
    assert report.rejected == {"no_address": 1}
    found = stored()["93066|12|RUE DES LILAS"]
    assert (found.dwellings, found.iris_code, found.qpv_code, found.construction_year) == (
        3,
        "930660101",
        "QN09301M",
        1962,
    )
    assert found.geom is not None
    assert (found.geom.srid, found.geom.x, found.geom.y) == (2154, 653000, 6871000)


@pytest.mark.parametrize(
    ("row", "commune", "arrondissement", "departement", "located"),
    [
        ({"DEPCOM": "75109", "DEP_CODE": "075"}, "75056", "75109", "75", True),
        ({"DEPCOM": "6029", "DEP_CODE": "06"}, "06029", "", "06", True),
        ({"DEPCOM": "97411", "EPSG": "2975", "X": "340000", "Y": "7690000"}, "97411", "", "974", True),
        ({"QUALITE_XY": "33"}, "93066", "", "93", False),
        ({"EPSG": "99999"}, "93066", "", "93", False),
    ],
)  # fmt: skip
def test_the_traps_of_the_register(
    committed: None,
    tmp_path: Path,
    row: dict[str, str],
    commune: str,
    arrondissement: str,
    departement: str,
    located: bool,
) -> None:
    bring(tmp_path / "r.csv", row)
    (found,) = stored().values()
    assert (found.commune_code, found.arrondissement_code, found.departement_code) == (
        commune,
        arrondissement,
        departement,
    )
    assert (found.geom is not None) is located


def test_an_old_encoding_and_shifted_lines(committed: None, tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    bring(path, {"NOMVOIE": "DE L’ÉTÉ"}, encoding="cp1252")
    assert next(iter(stored().values())).street.endswith("L’ÉTÉ")
    path.write_bytes(path.read_bytes() + b"un;deux\r\n")
    report = import_register(path, 2025, using="owner")
    assert (report.rejected, report.encoding) == ({"shifted_row": 1}, "cp1252")


def test_a_vintage_replaces_itself_and_no_other(committed: None, tmp_path: Path) -> None:
    bring(tmp_path / "r.csv", {}, {"NUMVOIE": "14"})
    import_register(tmp_path / "r.csv", 2024, using="owner")
    bring(tmp_path / "r.csv", {})
    by_year = dict(
        ReferenceAddress.objects.using("owner")
        .order_by()
        .values_list("vintage")
        .annotate(Sum("dwellings"))
    )
    assert by_year == {2024: 2, 2025: 1}


def test_a_file_of_another_kind_is_refused_and_changes_nothing(
    committed: None, tmp_path: Path
) -> None:
    bring(tmp_path / "r.csv", {})
    (tmp_path / "x.csv").write_text("a;b\n1;2\n")
    with pytest.raises(ImportRefusedError, match="répertoire"):
        import_register(tmp_path / "x.csv", 2025, using="owner")
    with pytest.raises(CommandError, match="existe pas"):
        call_command("import_register", tmp_path / "no.csv", "--vintage", "2025")
    assert len(stored()) == 1


def test_the_invented_file_comes_in_whole_and_what_waits_is_bounded(
    committed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenants.reference.streaming.MOST_WAITING", 50)
    addresses = write(tmp_path / "r.csv", 4_000)
    batches = list(counted_lines(recognise(tmp_path / "r.csv"), LineCounts()))
    assert max(map(len, batches)) <= 50
    out = io.StringIO()
    call_command(
        "import_register",
        tmp_path / "r.csv",
        "--vintage",
        "2025",
        stdout=out,
        stderr=io.StringIO(),
    )
    assert "4000" in out.getvalue()
    assert ReferenceAddress.objects.using("owner").aggregate(n=Sum("dwellings"))["n"] == 4_000
    assert (
        abs(ReferenceAddress.objects.using("owner").count() - addresses) < 12
    )  # mangled numbers fall together


def test_every_landlord_reads_the_reference(committed: None, tmp_path: Path) -> None:
    cast = make_cast()
    bring(tmp_path / "r.csv", {})
    with landlord_scope(cast.amandier.admin.principal):
        assert ReferenceAddress.objects.count() == 1


@pytest.mark.open_data
def test_the_layout_of_2018_comes_in(committed: None) -> None:
    report = import_register(open_data("rpls_2018_cannes_xy.csv"), 2018, using="owner")
    assert report.dwellings_read == 6_374
    assert report.dwellings_attached > 6_300
    assert 0.6 < report.located_share < 0.9


def test_large_files_are_cleaned_by_several_processes_to_the_same_table(
    committed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "r.csv", 3_000)
    whole = import_register(tmp_path / "r.csv", 2024, using="owner")
    monkeypatch.setattr("tenants.reference.cleaning.SPAN_BYTES", 100_000)
    monkeypatch.setattr("os.sched_getaffinity", lambda _pid: {0, 1})
    parts = import_register(tmp_path / "r.csv", 2025, using="owner")
    told = {"vintage": 0, "seconds": 0}
    assert parts.as_dict() | told == whole.as_dict() | told
    rows = ReferenceAddress.objects.using("owner").order_by("match_key")
    left, right = (
        [{**row, "id": 0, "vintage": 0} for row in rows.filter(vintage=year).values()]
        for year in (2024, 2025)
    )
    assert left == right
    assert len(left) == whole.addresses > 150


def test_a_line_belongs_to_the_span_it_begins_in(tmp_path: Path) -> None:
    write(tmp_path / "r.csv", 40)
    file = recognise(tmp_path / "r.csv")
    size = file.path.stat().st_size
    for cut in range(0, size, 97):
        read = 0
        for start, stop in ((0, cut), (cut, size)):
            counts = LineCounts()
            list(counted_lines(file, counts, start, stop))
            read += counts.read
        assert read == 40, cut


@pytest.mark.skipif(shutil.which("ogr2ogr") is None, reason="needs ogr2ogr")
def test_the_peers_of_the_bench_make_the_same_table(committed: None, tmp_path: Path) -> None:
    write(tmp_path / "r.csv", 1_500)
    with closing(register.connection()) as raw:
        addresses, different = register.differences(raw, tmp_path / "r.csv")
        assert addresses > 80
        assert different == {"geopandas": [], "ogr2ogr": []}
