"""A pre-filled file as a workbook: sealed cells are locked, answers are chosen from lists, no cell is a formula."""

from __future__ import annotations

import io
from typing import Any, Final
from uuid import UUID

import xlsxwriter
from django.utils.translation import gettext as _

from tenants.campaigns.grids import read_grid
from tenants.prefilled.columns import CRITERIA_COLUMNS, FIXED, LEVEL, REASON, TO_FILL
from tenants.prefilled.models import PrefilledFile
from tenants.prefilled.sealing import COLUMN, seal

SHEET: Final = "Cotation"
LISTS: Final = "Listes"
WIDTHS: Final = (14, 28, 32, 11, 20, 10, 11, 11, 34, 34, 34, 34, 16, 34, 20)
ADDRESS_HEAD: Final = (
    "Code du site", "Adresse", "Code postal", "Commune", "Logements", "Longitude", "Latitude",
)  # fmt: skip


def seals_of(file: PrefilledFile) -> list[str]:
    """The seal of each line, in order."""
    key: UUID = file.key
    return [
        seal(file.landlord_id, key, number, line["site"], line["cells"])
        for number, line in enumerate(file.lines)
    ]


def as_xlsx(file: PrefilledFile) -> bytes:
    """The workbook: the rating sheet first, then the addresses, the guide and the lists behind the choices."""
    body = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(body, options)
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    fixed = book.add_format({"font_color": "#555555", "num_format": "@"})
    free = book.add_format({"locked": False, "bg_color": "#FFF8E1", "border": 1, "num_format": "@"})
    sheet = book.add_worksheet(SHEET)
    _rating_sheet(sheet, file, head, fixed, free)
    _addresses(book.add_worksheet(_("Adresses")), file, head, fixed)
    _guide(book.add_worksheet(_("Mode d’emploi")), file, head)
    _lists(book.add_worksheet(LISTS), file)
    book.close()
    return body.getvalue()


def _rating_sheet(sheet: Any, file: PrefilledFile, head: Any, fixed: Any, free: Any) -> None:
    columns = [*FIXED, *TO_FILL, COLUMN]
    for number, (name, width) in enumerate(zip(columns, WIDTHS, strict=True)):
        sheet.set_column(number, number, width)
        sheet.write_string(0, number, name, head)
    seals = seals_of(file)
    for row, line in enumerate(file.lines, start=1):
        for column, text in enumerate(line["cells"]):
            sheet.write_string(row, column, text, fixed)
        for column in range(len(FIXED), len(FIXED) + len(TO_FILL)):
            sheet.write_blank(row, column, None, free)
        sheet.write_string(row, len(columns) - 1, seals[row - 1], fixed)
    last = max(len(file.lines), 1)
    for number, name in enumerate(TO_FILL):
        column = len(FIXED) + number
        if name == REASON:
            rule = {"validate": "length", "criteria": "<=", "value": 240}
        elif name == LEVEL:
            rule = {"validate": "list", "source": ["1", "2", "3", "4"]}
        else:
            letter = "ABCD"[list(CRITERIA_COLUMNS.values()).index(name)]
            rule = {"validate": "list", "source": f"={LISTS}!${letter}$1:${letter}$4"}
        rule["error_message"] = _("Choisissez une réponse de la liste.")
        sheet.data_validation(1, column, last, column, rule)
    sheet.freeze_panes(1, 2)
    sheet.protect(
        "", {"format_columns": True, "format_rows": True, "autofilter": True, "sort": False}
    )
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _addresses(sheet: Any, file: PrefilledFile, head: Any, fixed: Any) -> None:
    for column, name in enumerate(ADDRESS_HEAD):
        sheet.write_string(0, column, name, head)
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 36)
    sheet.set_column(2, 6, 14)
    row = 1
    for line in file.lines:
        for address in line["addresses"]:
            for column, text in enumerate([line["cells"][0], *address]):
                sheet.write_string(row, column, text, fixed)
            row += 1
    sheet.freeze_panes(1, 0)
    sheet.protect()


def _guide(sheet: Any, file: PrefilledFile, head: Any) -> None:
    grid = read_grid(file.campaign.grid)
    sheet.set_column(0, 0, 110)
    lines = [
        _("Remplissez les cellules claires de la feuille « Cotation » : une ligne par site, une réponse à chaque critère."),
        _("La plateforme propose le niveau d’après la grille. Donnez un autre niveau seulement si vous pouvez dire pourquoi."),
        _(
            "Ne modifiez, ne déplacez et ne copiez aucune autre cellule : chaque ligne est scellée. Ce qui a changé est "
            "signalé ligne à ligne et n’est pas repris."
        ),
        _("Un site sans réponse reste à coter. Ne nommez personne."),
        _("Déposez le fichier rempli dans « Imports » : il est reconnu sans rien choisir."),
        grid.notice,
    ]  # fmt: skip
    sheet.write_string(0, 0, str(file.campaign.name), head)
    for row, text in enumerate(lines, start=1):
        sheet.write_string(row, 0, text)
    row = len(lines) + 2
    for level in grid.levels:
        sheet.write_string(row, 0, f"{level.value} – {level.label}. {level.text}")
        row += 1


def _lists(sheet: Any, file: PrefilledFile) -> None:
    for column, criterion in enumerate(read_grid(file.campaign.grid).criteria):
        for row, degree in enumerate(criterion.degrees):
            sheet.write_string(row, column, f"{degree.value} – {degree.label}")
    sheet.protect()
    sheet.hide()
