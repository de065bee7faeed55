"""Repaired where it is certain, said where it is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.territories.codes import BadCodeError
from tenants.imports.cleaning import codes, numbers, positions, streets, text
from tenants.imports.cleaning.streets import Split

TYPES = ["RUE", "AV", "AV.", "AVENUE", "BD", "allée", "chemin", "IMP", "Place"]
NAMES = ["DES LILAS", "DU DOCTEUR ROUX", "Victor Hugo", "DE LA REPUBLIQUE", "DU 8 MAI 1945"]
INDEXES = ["", "BIS", "ter", "B"]


@given(
    st.integers(1, 9_999),
    st.sampled_from(INDEXES),
    st.sampled_from(TYPES),
    st.sampled_from(NAMES),
    st.booleans(),
)
def test_a_number_before_a_typed_street_is_split(
    number: int, index: str, kind: str, name: str, zeros: bool
) -> None:
    written = f"{number:04d}" if zeros else str(number)
    split = streets.split_number(f"{written} {index} {kind} {name}".replace("  ", " "))
    shown = index.lower() if len(index) > 1 else index
    assert split == Split(f"{number} {shown}".strip(), f"{kind} {name}")


@given(st.text(max_size=60))
def test_splitting_loses_no_word(written: str) -> None:
    split = streets.split_number(written)
    if split is not None:
        kept = text.fold(f"{split.number} {split.street}").replace(" ", "").lstrip("0")
        given_text = text.fold(written).replace(" ", "")
        assert split.street in written
        assert set(kept) <= set(given_text) | set("0123456789")


@given(st.text(max_size=80))
def test_comparing_twice_changes_nothing(written: str) -> None:
    once = streets.comparable(written)
    assert streets.comparable(once) == once
    assert text.fold(text.fold(written)) == text.fold(written)


@pytest.mark.parametrize(
    ("written", "split"),
    [
        ("12 IMPASSE DENANS", ("12", "IMPASSE DENANS")),
        ("137  AV  MAURICE CHEVALLIER", ("137", "AV  MAURICE CHEVALLIER")),
        ("0005  RUE GABRIEL CORDIER", ("5", "RUE GABRIEL CORDIER")),
        ("22/24 RUE ANTOINE BRUN", ("22-24", "RUE ANTOINE BRUN")),
        ("17-19 impasse Floribondas", ("17-19", "impasse Floribondas")),
        ("7 bis, rue du Bois", ("7 bis", "rue du Bois")),
        ("12 R ROUSSEAU", ("12", "R ROUSSEAU")),
        ("12 B RUE DU BOIS", ("12 B", "RUE DU BOIS")),
        ("8 MAI 1945", None),
        ("12 LES LILAS", None),
        ("1 all", None),
        ("RUE DU 8 MAI", None),
        ("0 RUE DU BOIS", None),
        ("", None),
    ],
)
def test_splitting_where_it_is_certain(written: str, split: tuple[str, str] | None) -> None:
    assert streets.split_number(written) == (Split(*split) if split else None)


@pytest.mark.parametrize(
    ("written", "number"),
    [("0012", "12"), ("7BIS", "7 bis"), ("33   BIS", "33 bis"), ("95 B", "95 B"), ("1-5", "1-5"), ("12 à 14", "12-14"),
     ("A", None), ("2024-03-05", None), ("", None)],
)  # fmt: skip
def test_house_numbers_in_one_form(written: str, number: str | None) -> None:
    assert streets.read_house_number(written) == number


def test_the_same_address_has_one_key_however_it_is_written() -> None:
    keys = {
        streets.match_key("06029", number, street)
        for number, street in [
            ("12 bis", "AV. du Mal Foch"), ("12 BIS", "Avenue du Maréchal-Foch"), ("12 bis", "AVE DU MARECHAL FOCH"),
        ]
    }  # fmt: skip
    assert keys == {"06029|12 BIS|AVENUE DU MARECHAL FOCH"}


@given(st.integers(1_001, 9_599))
def test_a_lost_zero_is_put_back(number: int) -> None:
    for written in (str(number), f"{number}.0", f" {number} "):
        assert codes.read_commune(written) == (f"0{number}", "zero_commune")


@given(st.integers(10_001, 95_999))
def test_a_whole_code_is_left_alone(number: int) -> None:
    assert codes.read_commune(str(number)) == (str(number), "")


@given(st.text(max_size=12))
def test_a_commune_code_is_official_or_refused(written: str) -> None:
    try:
        code, _done = codes.read_commune(written)
    except BadCodeError:
        return
    assert len(code) == 5


@pytest.mark.parametrize(
    ("written", "departement", "answer"),
    [("66", "093", ("93066", "commune_joined")), ("4", "02A", ("2A004", "commune_joined")),
     ("105", "974", ("97405", None)), ("2a004", "", ("2A004", "")), ("75109", "", ("75109", ""))],
)  # fmt: skip
def test_departements_as_files_write_them(
    written: str, departement: str, answer: tuple[str, str | None]
) -> None:
    if answer[1] is None:  # three digits do not follow two characters of an overseas département
        with pytest.raises(BadCodeError):
            codes.read_commune(written, departement)
    else:
        assert codes.read_commune(written, departement) == answer


@pytest.mark.parametrize("written", ["", "6", "ABCDE", "123456", "7190-01-01", "#N/A"])
def test_a_commune_that_cannot_be_read_is_refused(written: str) -> None:
    with pytest.raises(BadCodeError):
        codes.read_commune(written)


@pytest.mark.parametrize(
    ("written", "answer"),
    [("6400", ("06400", "zero_postcode")), ("93 200", ("93200", "")), ("F-93200", ("93200", "")), ("93200.0", ("93200", "")),
     ("CEDEX", ("", "bad_postcode")), ("640", ("", "bad_postcode"))],
)  # fmt: skip
def test_postcodes(written: str, answer: tuple[str, str]) -> None:
    assert codes.read_postcode(written) == answer


@given(st.text("abcdefghijklmnopqrstuvwxyzéèêëàâçîïôûùœÉÀ' ", min_size=3, max_size=30))
def test_accents_read_in_the_wrong_encoding_come_back_and_good_text_stays(written: str) -> None:
    clean = " ".join(written.split())
    assert text.repair(clean) == (clean, False)
    wrong = clean.encode().decode("cp1252", errors="replace")
    if wrong != clean and "\ufffd" not in wrong:
        assert text.repair(wrong) == (clean, True)


def test_a_lost_character_is_seen() -> None:
    assert all(map(text.has_lost_character, ("Gen?ts", "L\ufffdrins")))
    assert not any(map(text.has_lost_character, ("Qui ?", "Genêts")))


@pytest.mark.parametrize(
    ("name", "cut"),
    [("LES M", True), ("L'EDEN B", True), ("AVENUE DE LA R", True), ("LES MOUETTES BAT C", False), ("VILLA C", False),
     ("LES LILAS", False), ("IMPASSE A", False), ("", False)],
)  # fmt: skip
def test_a_name_that_was_cut_is_seen(name: str, *, cut: bool) -> None:
    assert text.seems_cut(name) is cut


@pytest.mark.parametrize(
    ("cell", "date"),
    [("7190-01-01", True), ("2024-03-05", True), ("2024-03-05T00:00:00", True), ("05-mars", True),
     ("0077-01-01", False), ("0846-1036-01", False), ("A", False)],
)  # fmt: skip
def test_a_code_that_a_spreadsheet_made_a_date_is_seen(cell: str, *, date: bool) -> None:
    assert text.is_date(cell) is date


@pytest.mark.parametrize(
    ("written", "value"),
    [("1024984,61", 1024984.61), ("1 024 984,61", 1024984.61), ("1.5e3", 1500.0), ("", None), ("12 rue", None), ("nan", None)],
)  # fmt: skip
def test_decimal_commas(written: str, value: float | None) -> None:
    assert numbers.read_number(written) == value


@given(st.text(max_size=20))
def test_a_count_is_a_whole_number_or_nothing(written: str) -> None:
    count = numbers.read_count(written)
    assert count is None or count >= 0


# Points of reference: IGN's Circé conversions of the préfectures, rounded to the metre.
@pytest.mark.parametrize(
    ("x", "y", "epsg", "expected"),
    [("652000", "6862000", "2154", (652000, 6862000)), ("652000,00", "6862000,00", "", (652000, 6862000))],
)  # fmt: skip
def test_lambert_93_is_taken_as_it_is(
    x: str, y: str, epsg: str, expected: tuple[float, float]
) -> None:
    position = positions.read_position(x, y, epsg, geographic=False)
    assert (position.x, position.y) == expected


def test_degrees_come_to_lambert_93_and_swapped_ones_are_put_right() -> None:
    # 3° E, 46° 30′ N is the origin of Lambert-93: 700,000 E, 6,600,000 N by definition (IGN NTG_71).
    straight = positions.read_position("3", "46,5", "", geographic=True)
    swapped = positions.read_position("46.5", "3", "4326", geographic=False)
    assert (straight.x, straight.y, straight.note) == (700_000, 6_600_000, "")
    assert (swapped.x, swapped.y, swapped.note) == (700_000, 6_600_000, "coordinates_swapped")


@pytest.mark.parametrize(
    ("x", "y", "epsg", "lon", "lat"),
    [("339000", "7690000", "2975", 55.45, -20.88), ("656000", "1790000", "5490", -61.54, 16.19),
     ("352000", "545000", "2972", -52.33, 4.93)],
)  # fmt: skip
def test_each_row_has_its_own_crs(x: str, y: str, epsg: str, lon: float, lat: float) -> None:
    from pyproj import Transformer

    position = positions.read_position(x, y, epsg, geographic=False)
    back = Transformer.from_crs(2154, 4326, always_xy=True).transform(position.x, position.y)
    assert back == pytest.approx((lon, lat), abs=0.02)


@pytest.mark.parametrize(
    ("x", "y", "epsg", "why"),
    [("339000", "7690000", "", "unknown_epsg"), ("652000", "6862000", "27572", "unknown_epsg"),
     ("0", "0", "2154", "bad_coordinates"),
     ("652000", "", "2154", "bad_coordinates"), ("200", "95", "4326", "bad_coordinates")],
)  # fmt: skip
def test_coordinates_that_are_not_certain_are_not_taken(
    x: str, y: str, epsg: str, why: str
) -> None:
    with pytest.raises(positions.BadPositionError) as refused:
        positions.read_position(x, y, epsg, geographic=False)
    assert refused.value.args[0] == why
