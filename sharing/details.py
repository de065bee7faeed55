"""Detail levels: how finely a reader sees. They have names, never numbers: numbers are for sensitivity.

The one definition, used by pages, API, map, exports and, as `shared.detail_rank` (sharing/sql), by PostgreSQL; a test
compares the two.
"""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class Detail(models.TextChoices):
    """From nothing to the whole file of a site, each containing the one before."""

    NOTHING = "nothing", _("rien")
    COMMUNE = "commune", _("commune")
    NEIGHBOURHOOD = "neighbourhood", _("quartier")
    ZONE = "zone", _("zone")
    SITE = "site", _("site")
    FILE = "file", _("dossier")


ORDER: Final = [
    Detail.NOTHING,
    Detail.COMMUNE,
    Detail.NEIGHBOURHOOD,
    Detail.ZONE,
    Detail.SITE,
    Detail.FILE,
]

SHOWS: Final = {
    Detail.NOTHING: _("rien"),
    Detail.COMMUNE: _("les chiffres diffusés des communes et des départements"),
    Detail.NEIGHBOURHOOD: _("les chiffres diffusés des quartiers (QPV, IRIS, zones regroupées)"),
    Detail.ZONE: _(
        "combien de sites à quel niveau dans une zone fixe d’au moins 5 sites de 3 groupes de bailleurs"
    ),
    Detail.SITE: _("nom, adresse, position, logements, niveau publié, date, contact du bailleur"),
    Detail.FILE: _(
        "et critères, historique, interventions, nombre de faits, commentaire à partager"
    ),
}


def rank(detail: str) -> int:
    """Position of a detail level in the order. Raises ValueError for an unknown one."""
    return ORDER.index(Detail(detail))


def at_most(detail: str, cap: str) -> Detail:
    """The lower of two detail levels."""
    return Detail(detail) if rank(detail) <= rank(cap) else Detail(cap)
