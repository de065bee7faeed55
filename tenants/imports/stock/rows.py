"""One row of the file as a dwelling (or several) at an address, with what was repaired or stays doubtful."""

from __future__ import annotations

from dataclasses import dataclass, field

from gis.territories.codes import BadCodeError
from tenants.imports.cleaning import codes, positions
from tenants.imports.cleaning.notes import Note, RejectedRowError
from tenants.imports.cleaning.numbers import read_count, read_year, whole
from tenants.imports.cleaning.streets import match_key
from tenants.imports.cleaning.text import has_lost_character, is_date, repair, seems_cut
from tenants.imports.stock.addresses import ReadAddress, read_address
from tenants.imports.stock.communes import CommuneBook

NAMES = (
    "street", "full_address", "residence", "place", "site_name", "address_extra", "commune_name", "agency", "sector",
)  # fmt: skip
OWN_TO_A_ROW = ("dwelling_id", "dwellings")
MOST_KNOWN = 20_000  # cleaned rows kept; a file is ordered, more or less, by address
CODES_THAT_BECOME_DATES = ("entrance", "building", "staircase", "building_code", "site_code")


@dataclass(slots=True)
class StockRow:
    """What a row says of its place, shared by the rows that say the same. Position in EPSG:2154.

    Empty texts and None where the row says nothing.
    """

    address: ReadAddress
    key: str
    commune_code: str
    commune_name: str
    postcode: str
    position: positions.Position | None = None
    quality: str = "none"
    year: int | None = None
    iris_code: str = ""
    qpv_code: str = ""
    site_code: str = ""
    site_name: str = ""
    building_code: str = ""
    agency: str = ""
    sector: str = ""
    building: str = ""
    ban_id: str = ""
    rnb_id: str = ""
    notes: list[Note] = field(default_factory=list)


class RowReader:
    """Reads the rows of one file; remembers the dwellings already seen.

    A file with one row per dwelling repeats its addresses: what was cleaned once is not cleaned again.
    """

    def __init__(self, fields: list[str], communes: CommuneBook) -> None:
        """`fields`: the field of each cell, in order."""
        self.fields = fields
        self.communes = communes
        self.seen: set[str] = set()
        self._own = [self.fields.index(name) for name in OWN_TO_A_ROW if name in self.fields]
        self._known: dict[tuple[str, ...], StockRow] = {}

    def read(self, cells: list[str] | None) -> tuple[StockRow, int]:
        """Clean a row: its place, and its number of dwellings. Raises RejectedRowError with the reason."""
        if cells is None:
            raise RejectedRowError(Note("shifted_row", "", ""))
        own = {self.fields[index]: cells[index].strip() for index in self._own}
        for index in self._own:
            cells[index] = ""
        key = tuple(cells)
        place = self._known.get(key)
        if place is None:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            place = self._known[key] = self._place(cells)
        return place, self._dwellings(own)

    def _place(self, cells: list[str]) -> StockRow:
        notes: list[Note] = []
        raw = {name: cell.strip(" \t\r\n") for name, cell in zip(self.fields, cells, strict=True)}
        row = _names_repaired(raw, notes)
        commune_code, postcode = self._commune(row, notes)
        address = read_address(row, notes)
        if not address.street:
            raise RejectedRowError(Note("no_address", "street", ""))
        position, quality = _position(row, notes)
        return StockRow(
            address=address,
            key=match_key(commune_code or postcode, address.number, address.street),
            commune_code=commune_code,
            commune_name=row.get("commune_name", "")[:120],
            postcode=postcode,
            position=position,
            quality=quality,
            year=_year(row, notes),
            iris_code=_iris(row, notes),
            qpv_code=codes.read_qpv(row.get("qpv_code", "")),
            site_code=whole(row.get("site_code", ""))[:60],
            site_name=row.get("site_name", "")[:160],
            building_code=row.get("building_code", ""),
            agency=row.get("agency", ""),
            sector=row.get("sector", "")[:60],
            building=_building(row),
            ban_id=row.get("ban_id", "")[:40],
            rnb_id=row.get("rnb_id", "").replace("-", "").replace(" ", "")[:12],
            notes=notes,
        )

    def _commune(self, row: dict[str, str], notes: list[Note]) -> tuple[str, str]:
        postcode = ""
        if text := row.get("postcode", ""):
            postcode, done = codes.read_postcode(text)
            if done:
                notes.append(Note(done, "postcode", text))
        name = row.get("commune_name", "")
        text = row.get("commune_code", "")
        if not text:
            if not postcode and not name:
                raise RejectedRowError(Note("no_commune", "commune_code", ""))
            found = self.communes.find(name, postcode)
            if found:
                notes.append(Note("commune_from_name", "commune_name", name))
            return found, postcode
        try:
            code, done = codes.read_commune(text, row.get("departement_code", ""))
        except BadCodeError as error:
            raise RejectedRowError(Note("bad_commune", "commune_code", text)) from error
        if done:
            notes.append(Note(done, "commune_code", text))
        return code, postcode

    def _dwellings(self, row: dict[str, str]) -> int:
        if text := whole(row.get("dwelling_id", "")):
            if text in self.seen:
                raise RejectedRowError(Note("dwelling_twice", "dwelling_id", text))
            self.seen.add(text)
        if "dwellings" not in row:
            return 1
        count = read_count(row["dwellings"])
        if count is None:
            raise RejectedRowError(Note("bad_dwellings", "dwellings", row["dwellings"]))
        return count


def _names_repaired(raw: dict[str, str], notes: list[Note]) -> dict[str, str]:
    row = dict(raw)
    for name in NAMES:
        if not (text := raw.get(name, "")):
            continue
        row[name], repaired = repair(text)
        if repaired:
            notes.append(Note("mojibake", name, text))
        if has_lost_character(text):
            notes.append(Note("lost_character", name, text))
        elif name != "address_extra" and seems_cut(text):
            notes.append(Note("cut_name", name, text))
    notes.extend(
        Note("mangled_cell", name, raw[name])
        for name in CODES_THAT_BECOME_DATES
        if is_date(raw.get(name, ""))
    )
    return row


def _position(row: dict[str, str], notes: list[Note]) -> tuple[positions.Position | None, str]:
    geographic = bool(row.get("longitude") or row.get("latitude"))
    x_field, y_field = ("longitude", "latitude") if geographic else ("x", "y")
    x, y = row.get(x_field, ""), row.get(y_field, "")
    if not x and not y:
        return None, "none"
    quality = positions.QUALITY.get(whole(row.get("xy_quality", "")), "address")
    if quality == "commune":
        notes.append(Note("commune_centre", "xy_quality", row["xy_quality"]))
        return None, "commune"
    epsg = row.get("epsg", "")
    try:
        position = positions.read_position(x, y, epsg, geographic=geographic)
    except positions.BadPositionError as error:
        notes.append(Note(str(error.args[0]), x_field, f"{x} {y} {epsg}".strip()))
        return None, "none"
    if position.note:
        notes.append(Note(position.note, x_field, f"{x} {y}"))
    return position, quality


def _year(row: dict[str, str], notes: list[Note]) -> int | None:
    text = row.get("construction_year", "")
    year = read_year(text)
    if year is None and text:
        notes.append(Note("bad_year", "construction_year", text))
    return year


def _iris(row: dict[str, str], notes: list[Note]) -> str:
    text = row.get("iris_code", "")
    if not text:
        return ""
    try:
        return codes.read_iris(text)
    except BadCodeError:
        notes.append(Note("bad_iris", "iris_code", text))
        return ""


def _building(row: dict[str, str]) -> str:
    text = row.get("building", "")
    return "" if is_date(text) else text
