"""The levers that a landlord starts with; its own rows of `Lever` replace or complete them."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenants.interventions.models import Lever

# Code, label, level from which the lever makes sense. The project's own list.
STARTING_LEVERS: Final[list[tuple[str, str | Promise, int]]] = [
    ("acces", _("Contrôle d’accès"), 2),
    ("videoprotection", _("Vidéoprotection"), 3),
    ("presence", _("Présence humaine renforcée"), 2),
    ("mediation", _("Médiation sociale"), 1),
    ("travaux", _("Travaux de prévention situationnelle"), 2),
    ("entretien", _("Sur-entretien et enlèvements"), 1),
    ("animation", _("Animation avec les locataires"), 1),
    ("operation", _("Opération conjointe avec les partenaires"), 3),
    ("appui", _("Appui à l’équipe de proximité"), 2),
]


def lever_choices() -> list[tuple[str, str]]:
    """Codes and labels: the landlord's own levers, then those of the starting list that it has not taken over."""
    own = dict(Lever.objects.order_by("label").values_list("code", "label"))
    rest = [(code, str(label)) for code, label, _level in STARTING_LEVERS if code not in own]
    return [*own.items(), *rest]


def lever_of(code: str) -> Lever:
    """The landlord's lever of that code, made from the starting list at its first use. Raises LookupError."""
    own = Lever.objects.filter(code=code).first()
    if own is not None:
        return own
    for known, label, from_level in STARTING_LEVERS:
        if known == code:
            lever: Lever = Lever.objects.create(code=code, label=str(label), from_level=from_level)
            return lever
    raise LookupError(code)
