"""The file that a telephone exports when nothing else works: sealed as it waited there, opened here and nowhere else.

Nothing in such a file proves who rated: whoever knows the landlord's public key could write one. What it holds is
therefore put aside, and counts once somebody who manages campaigns has accepted it.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from accounts.principal import Principal
from tenants.campaigns.services import CampaignError
from tenants.capture.examining import EXAMINE
from tenants.capture.models import Arrival
from tenants.capture.receiving import (
    Outcome,
    RefusedError,
    line_of,
    member_named,
    once,
    open_item,
    put_aside,
    read_opened,
    told,
)

FORMAT = "orsen-saisie-1"
MOST_BYTES = 5_000_000
MOST_ITEMS = 2_000


@dataclass
class Taken:
    """What became of a file's ratings: `aside` to be examined, `known` that had come already, `refused` by sentence."""

    aside: int = 0
    known: int = 0
    refused: Counter[str] = field(default_factory=Counter)


def take_file(principal: Principal, content: bytes) -> Taken:
    """Put aside every rating of an exported file; each in a transaction of its own, the same file twice changes nothing.

    Raises PermissionError for a role that manages no campaign, CampaignError for what is no such file.
    """
    if not principal.may(EXAMINE):
        raise PermissionError(EXAMINE)
    taken = Taken()
    for item in _items(content):
        try:
            outcome, was_known = _take(principal, item)
        except RefusedError as refusal:
            taken.refused[str(refusal)] += 1
            continue
        if was_known:
            taken.known += 1
        elif outcome.outcome == "aside":
            taken.aside += 1
    return taken


def _items(content: bytes) -> list[Any]:
    if len(content) > MOST_BYTES:
        raise CampaignError(_("Ce fichier est trop gros pour venir d’un téléphone (5 Mo au plus)."))
    try:
        said = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise CampaignError(_no_such_file()) from error
    items = said.get("items") if isinstance(said, dict) else None
    if not isinstance(items, list) or said.get("format") != FORMAT or not items:
        raise CampaignError(_no_such_file())
    if len(items) > MOST_ITEMS:
        raise CampaignError(_("Ce fichier contient trop de cotations (2 000 au plus)."))
    return items


def _no_such_file() -> str:
    return _(
        "Ce fichier ne vient pas de la saisie sur téléphone. Choisissez celui que le téléphone a exporté : "
        "son nom commence par « orsen-saisie »."
    )


def _take(principal: Principal, item: Any) -> tuple[Outcome, bool]:
    """What became of the item, and whether it had come already."""
    key, sha256, plain = open_item(item)
    was_known = False

    def taking() -> Outcome:
        nonlocal was_known
        known = Arrival.objects.filter(key=key, body_sha256=sha256).first()
        if known is not None:
            was_known = True
            return told(known)
        body = read_opened(plain, key)
        author = member_named(principal.organisation_id, body)
        line = line_of(body)
        return put_aside(body, sha256, plain, line, author, Arrival.Cause.IMPORTED, None)

    return once(taking), was_known
