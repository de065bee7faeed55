"""Why a reader gets what it gets: the lines that match a place, level by level, and the one that applies.

PostgreSQL orders the lines (shared.explain, by the function that the sharing views read); this module says it in words.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import Organisation
from gis.territories.models import Territory
from sharing.conventions.models import Annex, AnnexLine
from sharing.conventions.wording import sentence
from sharing.details import SHOWS, Detail

LEVELS = (1, 2, 3, 4)


@dataclass(frozen=True)
class Considered:
    """A line that matches, and why it applies or gives way."""

    sentence: str
    applies: bool
    reason: str


@dataclass(frozen=True)
class LevelAnswer:
    """What the reader gets of a site of one level at the place."""

    level: int
    detail: Detail
    shows: str
    considered: list[Considered]


def explain(annex: Annex, reader: Organisation, place: Territory) -> list[LevelAnswer]:
    """One answer for each sensitivity level, at a point on the surface of the territory."""
    lines = {
        line.pk: line for line in annex.lines.select_related("organisation", "territory").all()
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT level, line_id, detail FROM shared.explain(%s, %s, %s) ORDER BY level, place",
            [annex.pk, reader.pk, place.pk],
        )
        matching: dict[int, list[AnnexLine]] = {level: [] for level in LEVELS}
        for level, line_id, _detail in cursor.fetchall():
            matching[level].append(lines[line_id])
    return [_answer(level, matching[level]) for level in LEVELS]


def _answer(level: int, matching: list[AnnexLine]) -> LevelAnswer:
    detail = Detail(matching[0].detail) if matching else Detail.NOTHING
    considered = [
        Considered(
            sentence(line),
            index == 0,
            _why_first(len(matching)) if index == 0 else why_after(matching[0], line),
        )
        for index, line in enumerate(matching)
    ]
    return LevelAnswer(level, detail, str(SHOWS[detail]), considered)


def _why_first(count: int) -> str:
    return _("Seule ligne qui convient.") if count == 1 else _("Passe avant les autres.")


def why_after(first: AnnexLine, line: AnnexLine) -> str:
    """Why a line gives way to the one that applies."""
    if (first.reader == AnnexLine.Reader.ORGANISATION) != (line.reader == AnnexLine.Reader.ORGANISATION):  # fmt: skip
        return _("Cède à la ligne qui nomme ce lecteur.")
    if first.territory.area_m2 != line.territory.area_m2:
        return _("Cède à la ligne dont le territoire est plus petit.")
    if first.min_level != line.min_level:
        return _("Cède à la ligne dont le niveau minimum est plus élevé.")
    if first.detail != line.detail:
        return _("À égalité : la ligne qui donne le moins s’applique.")
    return _("Dit la même chose que la ligne qui s’applique.")
