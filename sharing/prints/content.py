"""The plan of a landlord's own map and of the map of shared sites."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.gis.geos import Polygon
from django.utils.translation import gettext as _

from accounts.principal import Principal
from sharing.prints.plan import Plan, Row
from sharing.reports.numbers import number
from sharing.sites.map_choice import NEWS_VIEW, SharedChoice
from sharing.sites.marks import Marked
from tenants.maps.choices import CHANGE_VIEW, FACTS_VIEW, HOTSPOT_VIEW, LEVELS_VIEW, MapChoice
from tenants.maps.rings import ringed


def _levels() -> list[tuple[int, str]]:
    return [(level, _("Niveau %(level)s") % {"level": level}) for level in (4, 3, 2, 1)] + [
        (0, _("Non coté"))
    ]


def _legend(view: str) -> list[tuple[int, str]]:
    named = {
        CHANGE_VIEW: [
            (3, _("Niveau en hausse")),
            (2, _("Niveau inchangé")),
            (1, _("Niveau en baisse")),
            (0, _("Non comparable")),
        ],
        HOTSPOT_VIEW: [
            (4, _("Point chaud ou foyer")),
            (3, _("À surveiller")),
            (2, _("Isolé parmi des calmes")),
            (1, _("Point calme")),
        ],
        NEWS_VIEW: [
            (4, _("Nouveau pour vous")),
            (3, _("Niveau en hausse")),
            (1, _("Niveau en baisse")),
        ],
    }
    return named.get(view) or _levels()


def own_plan(principal: Principal, choice: MapChoice, found: Sequence[Any], box: Polygon) -> Plan:
    """Of the landlord's own sites, in the chosen view: rows of `tenants.maps.marks.shown`."""
    titles = {
        LEVELS_VIEW: _("Niveaux des sites"),
        CHANGE_VIEW: _("Évolution des niveaux"),
        FACTS_VIEW: _("Faits des douze derniers mois"),
        HOTSPOT_VIEW: _("Points chauds"),
    }
    return Plan(
        title=titles[choice.view],
        chosen=_chosen(choice, len(found)),
        view=LEVELS_VIEW if choice.view == FACTS_VIEW else choice.view,
        head=(
            "",
            _("Site"),
            _("Adresse"),
            _("Commune"),
            _("Faits") if choice.view == FACTS_VIEW else _("Logements"),
        ),
        rows=[
            Row(
                site.mark,
                site.current_level or 0,
                (
                    site.name,
                    site.address,
                    site.commune_name,
                    number(site.facts if choice.view == FACTS_VIEW else site.dwellings),
                ),
                site.geom,
            )
            for site in found
        ],
        legend=[
            pair for pair in _legend(choice.view) if choice.marks is None or pair[0] in choice.marks
        ],
        rings=[
            (each.geom.x, each.geom.y, float(choice.ring_m))
            for each in ringed(principal, choice, box)
        ]
        if choice.ring_m
        else [],
        ring_label=_("Intervention, anneau de %(m)s m") % {"m": number(choice.ring_m)}
        if choice.ring_m
        else "",
    )


def _chosen(choice: MapChoice, count: int) -> list[str]:
    """How the view was chosen, for who finds the sheet on a table."""
    said = [_("%(n)s sites") % {"n": number(count)}]
    if choice.view == CHANGE_VIEW and choice.before and choice.after:
        said.append(
            _("de « %(before)s » à « %(after)s »")
            % {"before": choice.before.name, "after": choice.after.name}
        )
    elif choice.view == LEVELS_VIEW:
        said.append(choice.campaign.name if choice.campaign else _("niveaux d’aujourd’hui"))
    asked = choice.sites
    said += [
        value
        for value in (
            asked.agency and _("agence %(code)s") % {"code": asked.agency},
            asked.commune,
            asked.qpv,
        )
        if value
    ]
    return said


def shared_plan(choice: SharedChoice, found: Sequence[Marked]) -> Plan:
    """Of shared sites, in the chosen view."""
    said = [_("%(n)s sites") % {"n": number(len(found))}]
    if choice.view == NEWS_VIEW:
        said.append(_("changements depuis votre dernière visite"))
    elif choice.view == FACTS_VIEW:
        said.append(_("faits des douze derniers mois"))
    elif choice.before and choice.after:
        said.append(
            _("de « %(before)s » à « %(after)s »")
            % {"before": choice.before.name, "after": choice.after.name}
        )
    else:
        said.append(choice.round.name if choice.round else _("niveaux publiés"))
    view = LEVELS_VIEW if choice.view == FACTS_VIEW else choice.view
    return Plan(
        title=_("Carte des sites partagés"),
        chosen=said,
        view=view,
        head=(
            "",
            _("Site"),
            _("Adresse"),
            _("Commune"),
            _("Faits") if choice.view == FACTS_VIEW else _("Logements"),
        ),
        rows=[
            Row(
                each.mark.number,
                each.site.level,
                (
                    f"{each.site.name} ({each.site.landlord.short_name})",
                    each.site.address,
                    each.site.commune_name,
                    number(each.mark.facts if choice.view == FACTS_VIEW else each.site.dwellings),
                ),
                each.site.geom,
            )
            for each in found
        ],
        legend=[
            pair
            for pair in _legend(view)
            if (pair[0] or view == CHANGE_VIEW)
            and (choice.marks is None or pair[0] in choice.marks)
        ],
    )
