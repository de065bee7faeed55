"""Forums of the demonstration, one of each kind, with meetings, partners' views and joint actions.

Made by the very services that the pages use, each in the scope of whoever would do it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from accounts.models import Membership, Organisation
from accounts.principal import Principal, from_membership
from gis.territories.models import Territory
from orsen.demo.agreements import Agreements
from orsen.demo.people import People
from sharing.access import shared_scope, shared_sites
from sharing.jointactions.models import JointAction
from sharing.jointactions.services import Wanted, decide
from sharing.meetings import services
from sharing.meetings.models import AgendaItem, Forum
from sharing.meetings.priorities import common_sites
from sharing.outlooks.services import (
    give_on_neighbourhood,
    give_on_site,
    neighbourhoods_to_view,
)

# (kind, name, code of the territory, partners, landlords, chair: a partner's key or nothing, days it lasts)
FORUMS: Final = [
    ("gpo", "GPO du centre", "99001", ("police", "commune-a"), (0,), "police", None),
    ("gltd", "GLTD du Val-d’Orsen", "99", ("parquet", "police"), (0,), "parquet", 180),
    ("clspd", "Groupe de travail tranquillité", "99001", ("commune-a", "police", "parquet"), (0, 2, 4), "", None),
    ("atfpb", "Suivi A-TFPB", "99", ("prefecture",), (0,), "prefecture", None),
    ("watch", "Cellule de veille", "99", ("police",), (0, 2), "", None),
]  # fmt: skip
MOST_VIEWS: Final = 6


def make_forums(people: People, agreements: Agreements, places: dict[str, Territory], today: dt.date) -> None:  # fmt: skip
    """Set them all up under the first convention."""
    coordinator = from_membership(people.coordinator)
    for kind, name, code, partners, landlords, chair, days in FORUMS:
        organisations = {key: people.partners[key] for key in partners}
        sits = [*organisations.values(), *(people.landlords[index].organisation for index in landlords)]  # fmt: skip
        with shared_scope(coordinator):
            forum = services.save_forum(
                coordinator,
                Forum(
                    convention=agreements.first, kind=kind, name=name, territory=places[code],
                    starts_on=today - dt.timedelta(days=200),
                    ends_on=today + dt.timedelta(days=days) if days else None,
                ),
                dict.fromkeys((each.pk for each in sits), "Correspondant du dispositif"),
                organisations[chair].pk if chair else None,
            )  # fmt: skip
        host = correspondent(organisations[chair]) if chair else coordinator
        actor = correspondent(people.partners["police"]) if "police" in partners else host
        _meet(host, actor, forum, sits, today)
    _views(correspondent(people.partners["police"]))


def correspondent(organisation: Organisation) -> Principal:
    """Who acts for a partner."""
    found = Membership.objects.filter(organisation=organisation, role_code="partner_correspondent")
    return from_membership(found.select_related("organisation")[0])


def _meet(host: Principal, actor: Principal, forum: Forum, sits: Sequence[Organisation], today: dt.date) -> None:  # fmt: skip
    """A meeting that was held, with its minutes; two joint actions, one of them late; a meeting to come."""
    with shared_scope(host):
        past = services.plan_meeting(host, forum, today - dt.timedelta(days=35), "Mairie, salle du conseil")  # fmt: skip
    with shared_scope(actor):
        lines = common_sites(actor, forum)
        keys = [each.key for each in lines]
        services.put_on_agenda(actor, past, keys[:3], "Éclairage des abords")
        for item in AgendaItem.objects.filter(meeting=past):
            services.write_minutes(
                actor,
                past,
                item,
                ["visit", "action"] if item.site_key else ["watch"],
                "Porte du hall à remettre en service." if item.site_key else "",
            )
        for days, problems, steps, owner in (
            (-5, ["gatherings", "damage"], ["patrols", "access"], sits[-1]),
            (40, ["dumping"], ["removal"], sits[0]),
        ):
            due_on = today + dt.timedelta(days=days)
            wanted = Wanted(problems, "", steps, [each.pk for each in sits], owner.pk, due_on)
            action = decide(actor, forum, wanted, keys[:2] if days < 0 else keys[2:3])
            JointAction.objects.filter(pk=action.pk).update(opened_on=today - dt.timedelta(days=35))
    with shared_scope(host):
        services.close_minutes(host, services.meeting_of(host, past.key))
        coming = services.plan_meeting(host, forum, today + dt.timedelta(days=21), "Commissariat, salle 2")  # fmt: skip
    with shared_scope(actor):
        services.put_on_agenda(actor, coming, keys[:4])


def _views(police: Principal) -> None:
    """How the police see some sites and neighbourhoods: now and then otherwise than the landlord."""
    with shared_scope(police):
        for n, site in enumerate(shared_sites(police).order_by("-level", "name")[:MOST_VIEWS]):
            for step in range(2 if n % 3 == 0 else 1):
                level = max(1, min(4, site.level - (n + step) % 3))
                reasons = ["calmer", "little"] if level < site.level else ["calls", "facts"]
                give_on_site(police, site, level, reasons)
        for territory, convention_id in neighbourhoods_to_view(police)[:3]:
            give_on_neighbourhood(police, territory, convention_id, 3, ["residents", "gatherings"])
