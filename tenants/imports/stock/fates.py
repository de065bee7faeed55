"""What became of the sites that a new file no longer holds: proposed with the reason, decided by the landlord.

By their addresses (normalised address, BAN key, RNB building, position within 30 m), an absent site may stand under
another code, be split among several new sites, or be merged into another. Nothing is done of itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from gis.territories.importing.errors import ImportRefusedError
from tenants.imports.stock.storing import Stored
from tenants.stock.models import Address, Site

NEAR_M: Final = 30.0  # EPSG:2154
ENOUGH: Final = 0.5  # of an absent site's dwellings must be found elsewhere
KEPT, SOLD, DEMOLISHED, MERGED, RENAMED = "", "sold", "demolished", "merged", "renamed"
ENDS: Final = {SOLD: Site.State.SOLD, DEMOLISHED: Site.State.DEMOLISHED, MERGED: Site.State.MERGED}


@dataclass(frozen=True, slots=True)
class Trace:
    """What recognises an address wherever it stands."""

    site_id: int
    dwellings: int
    names: tuple[str, ...]
    spot: tuple[float, float] | None


def _traces(site_ids: set[int]) -> list[Trace]:
    return [
        Trace(
            each.site_id,
            max(each.dwellings, 1),
            tuple(name for name in (each.match_key, each.ban_id, each.rnb_id) if name),
            (each.geom.x, each.geom.y) if each.geom else None,
        )
        for each in Address.objects.filter(site__in=site_ids)
    ]


def proposals(stored: Stored) -> list[dict[str, Any]]:
    """For each absent site what may have become of it: kind, the codes of the sites that hold its addresses, why."""
    absent = {site.pk: site for site in stored.left}
    if not absent:
        return []
    present = {site.pk: site for site, _draft, _placed in stored.lines}
    votes, total = _found_again(_traces(set(absent)), _traces(set(present)))
    takers: dict[int, list[int]] = {
        pk: [
            to
            for to, number in votes[pk].most_common()
            if number >= ENOUGH * total[pk] or len(votes[pk]) > 1
        ]
        for pk in absent
        if sum(votes[pk].values()) >= ENOUGH * total[pk]
    }
    given = Counter(to for pk, found in takers.items() for to in found[:1] if len(found) == 1)
    answer = []
    for pk, site in absent.items():
        into = takers.get(pk, [])
        fresh = [each for each in into if each in stored.new_ids]
        if not into:
            kind = "gone"
        elif len(into) > 1:
            kind = "split"
        elif fresh and given[into[0]] == 1:
            kind = RENAMED
        else:
            kind = MERGED
        answer.append(
            {
                "code": site.code, "name": site.name, "kind": kind, "dwellings": site.dwellings,
                "into": [present[each].code for each in into],
                "names": [present[each].name for each in into],
            }
        )  # fmt: skip
    return answer


def _found_again(
    absent: list[Trace], present: list[Trace]
) -> tuple[dict[int, Counter[int]], Counter[int]]:
    """Dwellings of each absent site by the site where its addresses are found again, and in all."""
    by_name: dict[str, int] = {}
    cells: dict[tuple[int, int], list[Trace]] = defaultdict(list)
    for trace in present:
        by_name |= dict.fromkeys(trace.names, trace.site_id)
        if trace.spot:
            cells[_cell(trace.spot)].append(trace)
    votes: dict[int, Counter[int]] = defaultdict(Counter)
    total: Counter[int] = Counter()
    for trace in absent:
        total[trace.site_id] += trace.dwellings
        found = next((by_name[name] for name in trace.names if name in by_name), None)
        if found is None and trace.spot:
            found = _nearest(trace.spot, cells)
        if found is not None:
            votes[trace.site_id][found] += trace.dwellings
    return votes, total


def _cell(spot: tuple[float, float]) -> tuple[int, int]:
    return int(spot[0] // NEAR_M), int(spot[1] // NEAR_M)


def _nearest(spot: tuple[float, float], cells: dict[tuple[int, int], list[Trace]]) -> int | None:
    column, row = _cell(spot)
    near = [
        (((each.spot[0] - spot[0]) ** 2 + (each.spot[1] - spot[1]) ** 2) ** 0.5, each.site_id)
        for x in (column - 1, column, column + 1)
        for y in (row - 1, row, row + 1)
        for each in cells.get((x, y), ())
        if each.spot
    ]
    metres, site_id = min(near, default=(NEAR_M + 1, 0))
    return site_id if metres <= NEAR_M else None


def carry_over(decisions: dict[str, str]) -> None:
    """Before the file is matched: a site that goes on under another code takes it, so that its history follows.

    A decision reads « renamed:NEW-CODE ». Raises ImportRefusedError when the code is taken meanwhile.
    """
    for code, decision in decisions.items():
        kind, _colon, new = decision.partition(":")
        if kind != RENAMED or not new:
            continue
        if Site.objects.filter(code=new).exists():
            raise ImportRefusedError(
                _("Le code %(code)s est déjà pris : refaites l’essai de cet import.")
                % {"code": new}
            )
        Site.objects.filter(code=code).update(code=new)


def settle(stored: Stored, decisions: dict[str, str]) -> None:
    """Mark the absent sites as the landlord decided; the others stay as they are."""
    for site in stored.left:
        state = ENDS.get(decisions.get(site.code, KEPT).partition(":")[0])
        if state is not None:
            site.state, site.left_on = state, timezone.localdate()
            site.save(update_fields=["state", "left_on"])
