"""The search of the map: sites within reach, and the places that hold some of them."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.principal import Principal
from gis.territories.search import SHORTEST, Place, naming, places, plain
from tenants.access import sites
from tenants.stock.models import Site

MOST_SITES = 8


@dataclass(frozen=True)
class Answer:
    """What a search found."""

    sites: list[Site]
    places: list[Place]
    asked: bool


def search(principal: Principal, text: str) -> Answer:
    """Sites by name, code, address or commune; communes and neighbourhoods of the départements of the reader's sites."""
    text = text.strip()[:80]
    if len(plain(text)) < SHORTEST:
        return Answer([], [], asked=False)
    within = sites(principal).filter(state=Site.State.MANAGED)
    found = naming(within, text, "name", "code", "address", "commune_name").order_by("name", "pk")
    departements = within.order_by().values_list("departement_code", flat=True).distinct()
    return Answer(list(found[:MOST_SITES]), places(text, departements), asked=True)
