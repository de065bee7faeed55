"""One sentence for each statistic and each finding, for people who have never met one."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gis.statistics.local import Finding
from tenants.hotspots.models import Measure, SpatialFinding

EXPLAINED: Final[dict[str, tuple[str | Promise, str | Promise]]] = {
    Measure.GRAVE: (
        gettext_lazy("Points chauds des niveaux (Gi*)"),
        gettext_lazy("Un site est un point chaud quand, avec ses voisins à moins d’un kilomètre, il compte plus de "
                     "niveaux 3 et 4 que le hasard n’en réunirait."),
    ),
    Measure.FACTS: (
        gettext_lazy("Points chauds des faits (Gi*)"),
        gettext_lazy("Le même calcul sur les faits des douze derniers mois, rapportés à 100 logements pour ne pas "
                     "désigner les grandes résidences."),
    ),
    Measure.CONTRAST: (
        gettext_lazy("À surveiller (indice de Moran local)"),
        gettext_lazy("Un site calme entouré de sites de niveau 3 ou 4 : c’est là que les difficultés peuvent se "
                     "reporter. L’inverse, un site difficile parmi des sites calmes, est signalé aussi."),
    ),
    Measure.LEVEL_4: (
        gettext_lazy("Foyers de niveau 4 (comptage de voisins)"),
        gettext_lazy("Un site de niveau 4 qui a plus de voisins de niveau 4 que le hasard ne lui en donnerait : une "
                     "action commune peut s’y préparer."),
    ),
}  # fmt: skip


def sentence(found: SpatialFinding) -> str:
    """Why the site is named."""
    words = {"n": found.neighbours}
    around = (
        ngettext(
            "%(n)s voisin à moins d’un kilomètre",
            "%(n)s voisins à moins d’un kilomètre",
            found.neighbours,
        )
        % words
    )
    said = {
        (Measure.GRAVE, Finding.HOT): _(
            "Plus de niveaux 3 et 4 autour que le hasard n’en réunirait"
        ),
        (Measure.GRAVE, Finding.COLD): _(
            "Moins de niveaux 3 et 4 autour que le hasard n’en laisserait"
        ),
        (Measure.FACTS, Finding.HOT): _(
            "Plus de faits pour 100 logements autour que le hasard n’en réunirait"
        ),
        (Measure.FACTS, Finding.COLD): _(
            "Moins de faits pour 100 logements autour que le hasard n’en laisserait"
        ),
        (Measure.CONTRAST, Finding.LOW_AMONG_HIGH): _(
            "Calme, mais entouré de sites de niveau 3 ou 4"
        ),
        (Measure.CONTRAST, Finding.HIGH_AMONG_LOW): _("De niveau 3 ou 4 parmi des sites calmes"),
        (Measure.LEVEL_4, Finding.JOINED): _(
            "Niveau 4, avec plus de voisins de niveau 4 que par hasard"
        ),
    }[(Measure(found.measure), Finding(found.finding))]
    return f"{said} ({around})"
