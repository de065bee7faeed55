"""The levers that a landlord starts with; its own rows of `Lever` replace or complete them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Final

from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.principal import Principal
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


@dataclass(frozen=True)
class CatalogueLine:
    """A lever of the catalogue; `is_own` once the landlord has taken it over or added it."""

    code: str
    label: str
    from_level: int
    is_own: bool
    is_retired: bool


def catalogue() -> list[CatalogueLine]:
    """The landlord's own levers and those of the starting list that it has not taken over, by level then label."""
    own = {
        lever.code: CatalogueLine(
            lever.code, lever.label, lever.from_level, is_own=True, is_retired=lever.is_retired
        )
        for lever in Lever.objects.all()
    }
    rest = [
        CatalogueLine(code, str(label), level, is_own=False, is_retired=False)
        for code, label, level in STARTING_LEVERS
        if code not in own
    ]
    return sorted([*own.values(), *rest], key=lambda line: (line.from_level, line.label))


def levers_for(level: int | None) -> list[CatalogueLine]:
    """What may be tried at a level: every lever meant from that level or below; none for a site without one."""
    return [
        each for each in catalogue() if not each.is_retired and level and each.from_level <= level
    ]


def lever_choices(kept: str = "") -> list[tuple[str, str]]:
    """Codes and labels that an intervention may take; `kept`: the one that it has already, even retired."""
    return [
        (line.code, line.label) for line in catalogue() if not line.is_retired or line.code == kept
    ]


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


def save_lever(
    principal: Principal, code: str | None, *, label: str, from_level: int, is_retired: bool
) -> Lever:
    """Change a lever of the catalogue (taking it over from the starting list), or add one.

    Raises PermissionError without the right, LookupError for an unknown code.
    """
    if not principal.may("campaigns.manage"):
        raise PermissionError("campaigns.manage")
    lever = lever_of(code) if code else Lever(code=_free_code(label))
    lever.label, lever.from_level, lever.is_retired = label, from_level, is_retired
    lever.save()
    return lever


def _free_code(label: str) -> str:
    taken = {line.code for line in catalogue()}
    root = slugify(label)[:32] or "levier"
    codes = (root if number == 1 else f"{root}-{number}" for number in count(1))
    return next(code for code in codes if code not in taken)
