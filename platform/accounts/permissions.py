"""The registry of permission names.

A permission says what a member may do for its organisation; which rows it may do it on is the matter of
`tenants.access` and `sharing.access`. A name that is not here raises, in code as in the role table.
"""

from __future__ import annotations

from typing import Final

PERMISSIONS: Final[dict[str, str]] = {
    # a landlord's people
    "sites.read": "lire les sites de l’organisme",
    "sites.edit": "modifier les sites et leur affectation",
    "sites.assign": "affecter sites et agences aux personnes, donner des droits exceptionnels",
    "stock.import": "importer des fichiers (patrimoine, faits, cotations, interventions)",
    "campaigns.read": "suivre les campagnes",
    "campaigns.manage": "lancer, clore et publier les campagnes",
    "assessments.write": "coter un site",
    "assessments.validate": "valider une cotation",
    "counter_visits.write": "faire une contre-visite",
    "incidents.read": "lire les faits",
    "incidents.write": "saisir et importer des faits",
    "interventions.write": "tenir les interventions",
    "interventions.announce": "annoncer une intervention prévue aux bailleurs voisins",
    "people.manage": "inviter et gérer les personnes de l’organisme",
    "sharing.read": "voir ce qui est partagé et avec qui",
    "conventions.sign": "signer une convention pour l’organisme",
    "waivers.sign": "renoncer, pour l’organisme, à la protection de ses propres chiffres dans une convention",
    # partners
    "shared.read": "lire ce que les conventions partagent",
    # coordinators
    "conventions.read": "lire les conventions",
    "conventions.edit": "tenir les conventions et leurs annexes",
    "rounds.manage": "lancer et suivre les campagnes d’une convention",
    "reports.build": "produire les rapports",
    "reports.publish": "publier et retirer les rapports",
    "territories.edit": "composer des territoires",
    # everybody who sits in a forum
    "meetings.write": "tenir les dispositifs : séances, relevés, regards, actions communes",
    # everybody who receives reports
    "reports.read": "lire les rapports publiés",
    # the platform's operator
    "platform.operate": "tenir les tables communes",
}


class UnknownPermissionError(LookupError):
    """A permission name that the registry does not hold."""


def known(name: str) -> str:
    """Return the name. Raises UnknownPermissionError when the registry does not hold it."""
    if name not in PERMISSIONS:
        raise UnknownPermissionError(name)
    return name
