"""The search of the shared map: only by what the reader's detail level shows; places are common to all."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.principal import Principal
from gis.territories.search import SHORTEST, Place, naming, places, plain
from sharing.access import shared_sites
from sharing.access.models import SharedSite

MOST_SITES = 8


@dataclass(frozen=True)
class Answer:
    """What a search found."""

    sites: list[SharedSite]
    places: list[Place]
    asked: bool


def search(principal: Principal, text: str) -> Answer:
    """Shared sites by name, address or commune; communes and neighbourhoods of their départements."""
    text = text.strip()[:80]
    if len(plain(text)) < SHORTEST:
        return Answer([], [], asked=False)
    within = shared_sites(principal)
    found = naming(within, text, "name", "address", "commune_name").order_by("name", "key")
    departements = within.order_by().values_list("departement_code", flat=True).distinct()
    return Answer(list(found[:MOST_SITES]), places(text, departements), asked=True)
