"""The national base of addresses into the common table."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from gis.territories.importing.errors import ImportRefusedError
from tenants.geocoding.ban import BanReport, import_ban
from tenants.geocoding.models import BanAddress

pytestmark = pytest.mark.commits
HEAD = (
    "id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;"
    "nom_ancienne_commune;x;y;lon;lat;type_position;alias;nom_ld;libelle_acheminement;nom_afnor;source_position;"
    "source_nom_voie;certification_commune;cad_parcelles"
)


def line(identifier: str = "93066_0001_00007", **more: str) -> str:
    """One line of the base."""
    cells = {
        "id": identifier, "numero": "7", "rep": "bis", "nom_voie": "Avenue de la République", "code_postal": "93200",
        "code_insee": "93066", "nom_commune": "Saint-Denis", "x": "653000.5", "y": "6871000", "lon": "2.35", "lat": "48.93",
        "type_position": "entrée", "certification_commune": "1",
    } | more  # fmt: skip
    return ";".join(cells.get(name, "") for name in HEAD.split(";"))


def bring(path: Path, *lines: str, only: tuple[str, ...] = ()) -> BanReport:
    path.write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
    return import_ban(path, only, using="owner")


def test_addresses_come_in_with_the_words_of_their_street(committed: None, tmp_path: Path) -> None:
    report = bring(
        tmp_path / "b.csv",
        line(),
        line(
            "97411_1_1",
            code_insee="97411",
            x="340000",
            y="7690000",
            lon="55.45",
            lat="-20.88",
            rep="",
        ),
        line("75109_1_1", code_insee="75109", code_postal="75009", rep=""),
        line("x", nom_voie=""),
        line("y", x="", y="", lon="", lat=""),
        line("z", code_insee="zzz"),
        line("w", numero=""),
    )
    assert (report.read, report.addresses, report.rejected) == (7, 3, 4)
    assert report.departements == {"75": 1, "93": 1, "974": 1}
    found = BanAddress.objects.using("owner").get(departement_code="93")
    assert (found.street_key, found.number, found.entrance) == (
        "93066|AVENUE REPUBLIQUE",
        "7 BIS",
        True,
    )
    assert (found.geom.x, found.geom.y, found.geom.srid) == (653000.5, 6871000, 2154)
    assert (
        BanAddress.objects.using("owner").get(departement_code="75").street_key.startswith("75056|")
    )
    assert BanAddress.objects.using("owner").get(departement_code="974").geom.transform(
        4326, clone=True
    ).x == pytest.approx(55.45)


def test_a_departement_replaces_itself_and_only_itself(committed: None, tmp_path: Path) -> None:
    bring(tmp_path / "b.csv", line(), line("06029_1_1", code_insee="06029"))
    report = bring(
        tmp_path / "b.csv",
        line("93066_0001_00009", numero="9"),
        line("x", code_insee="06029"),
        only=("93",),
    )
    assert report.other_departements == 1
    assert set(BanAddress.objects.using("owner").values_list("ban_id", flat=True)) == {
        "93066_0001_00009",
        "06029_1_1",
    }


def test_a_packed_file_is_read_and_twice_the_same_address_counts_once(
    committed: None, tmp_path: Path
) -> None:
    path = tmp_path / "b.csv.gz"
    path.write_bytes(
        gzip.compress("\n".join([HEAD, line(type_position="segment"), line()]).encode())
    )
    out = io.StringIO()
    call_command("import_ban", path, "--json", stdout=out, stderr=io.StringIO())
    assert '"addresses": 1' in out.getvalue()
    assert BanAddress.objects.using("owner").get().entrance


HOSTILE = {
    "empty": b"",
    "binary": bytes(range(256)) * 20,
    "latin": HEAD.encode() + b"\n" + line().encode("latin-1"),
    "no columns": b"a;b;c\n1;2;3\n",
    "no rows": HEAD.encode() + b"\n",
    "one endless line": HEAD.encode() + b"\n" + b"9" * 3_000_000,
    "an open quote": HEAD.encode() + b'\n"' + (b"x" * 100 + b"\n") * 5_000,
    "a cut archive": gzip.compress(("\n".join([HEAD, *[line()] * 500])).encode())[:-40],
    "a false archive": b"\x1f\x8b" + b"x" * 500,
    "a formula": HEAD.encode()
    + b"\n"
    + line(numero="=1+1", lon="nan", lat="nan", x="", y="").encode(),
    "infinite": HEAD.encode() + b"\n" + line(x="", y="", lon="inf", lat="1e400").encode(),
}


def test_a_hostile_file_is_refused_and_changes_nothing(committed: None, tmp_path: Path) -> None:
    bring(tmp_path / "b.csv", line())
    path = tmp_path / "h.csv"
    for name, content in HOSTILE.items():
        path.write_bytes(content)
        with pytest.raises(ImportRefusedError):
            pytest.fail(f"{name}: {import_ban(path)}")
    with pytest.raises(CommandError):
        call_command("import_ban", path, stderr=io.StringIO())
    assert BanAddress.objects.using("owner").count() == 1


def test_odd_characters_stay_in_their_cell(committed: None, tmp_path: Path) -> None:
    report = bring(tmp_path / "b.csv", line(nom_voie="Rue \\N\t\\. '' DROP TABLE x"))
    assert report.addresses == 1
    assert BanAddress.objects.using("owner").get().street == "Rue N . '' DROP TABLE x"
