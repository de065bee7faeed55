"""Who asks: everybody of the proof's world, the person without log-in, and every token that a member can hold."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.test import Client

from accounts.principal import PrincipalError
from sharing.ogc import tokens
from tests.contract.schemas import Described, of_the_api, of_the_layers
from tests.proof.world import Reader, World


@dataclass(frozen=True)
class Asking:
    """One reader, the descriptions that she is held against, and real keys for paths."""

    label: str
    client: Client
    descriptions: list[Described]
    keys: list[str]


def readers_of(world: World, labels: Collection[str] | None = None) -> list[Asking]:
    """One for each role and each stranger (or those named), with tokens of two open conventions; and one without any."""
    keys = [str(rows["tenants_site"].key) for rows in world.rows.values()]
    keys += [str(world.rows[owner]["tenants_site"].key) for owner in ("home", "site-1")] * 3
    api = of_the_api()
    found = []
    for label, reader in world.readers.items():
        if labels is not None and label not in labels:
            continue
        layers = [of_the_layers(text) for text in _tokens(reader)] if reader.membership else []
        found.append(Asking(label, reader.client(), [api, *layers], keys))
    found.append(Asking("no token", Client(), [of_the_layers("")], keys))
    return found


def _tokens(reader: Reader) -> list[str]:
    try:
        principal = reader.principal
    except PrincipalError:
        return []
    if not (principal.may("shared.read") or principal.may("sharing.read")):
        return []
    open_ones = tokens.open_conventions(principal)[:2]
    return [tokens.make(principal, each.key, "contract")[1] for each in open_ones]
