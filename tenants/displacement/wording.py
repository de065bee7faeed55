"""What the figures say, in sentences."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gis.displacement.measures import Difference, Quotient, Reading, Undefined
from tenants.displacement.services import Effect


@dataclass(frozen=True)
class Conclusion:
    """One sentence and how it is marked (ok, warn, info)."""

    kind: str
    title: str
    text: str


def conclusions(effect: Effect) -> list[Conclusion]:
    """On the target, then on the ring."""
    found = [_on_target(effect.target_change)]
    found.append(_on_ring(effect.ring_change) if effect.ring.sites else _no_ring())
    return found


def _no_ring() -> Conclusion:
    return Conclusion(
        "info", _("Rien à mesurer autour."),
        _("Aucun de vos sites n’est dans la couronne. Agrandissez le rayon si des sites plus lointains peuvent être touchés."),
    )  # fmt: skip


def _on_target(change: Difference) -> Conclusion:
    if change.fell:
        return Conclusion(
            "ok", _("Les faits ont baissé sur les sites de l’intervention."),
            _("Plus que sur les témoins, et plus que le hasard ne l’explique."),
        )  # fmt: skip
    if change.rose:
        return Conclusion(
            "warn", _("Les faits ont augmenté sur les sites de l’intervention."),
            _("Plus que sur les témoins. Davantage de signalements peut aussi l’expliquer."),
        )  # fmt: skip
    return Conclusion(
        "info", _("Aucun effet ne se distingue du hasard sur les sites de l’intervention."),
        _smallest(change),
    )  # fmt: skip


def _on_ring(change: Difference) -> Conclusion:
    if change.rose:
        return Conclusion(
            "warn", _("Un report autour est probable."),
            _("Les faits ont augmenté dans la couronne plus que sur ses témoins, et plus que le hasard ne l’explique."),
        )  # fmt: skip
    if change.fell:
        return Conclusion(
            "ok", _("L’effet s’est étendu autour."),
            _("Les faits ont aussi baissé dans la couronne, plus que sur ses témoins."),
        )  # fmt: skip
    return Conclusion("info", _("Aucun report n’est visible autour."), _smallest(change))


def _smallest(change: Difference) -> str:
    """How large a change would have had to be: a small stock sees large changes only."""
    least = math.ceil(change.smallest_seen)
    return ngettext(
        "Avec ces effectifs, seul un écart d’au moins %(n)s fait se verrait.",
        "Avec ces effectifs, seul un écart d’au moins %(n)s faits se verrait.",
        least,
    ) % {"n": number_format(least)}


READINGS = {
    Reading.DIFFUSION_BEYOND: lambda: _("les faits ont baissé autour davantage que sur les sites eux-mêmes"),
    Reading.DIFFUSION: lambda: _("une part de la baisse s’est étendue autour"),
    Reading.DISPLACEMENT: lambda: _("une part des faits s’est reportée autour, sans dépasser la baisse"),
    Reading.DISPLACEMENT_BEYOND: lambda: _("le report dépasse la baisse obtenue"),
}  # fmt: skip
REASONS = {
    Undefined.NO_CONTROL: lambda: _("les témoins n’ont aucun fait dans l’une des deux périodes"),
    Undefined.NO_FACT: lambda: _("il n’y a pas de fait à comparer sur les sites ou autour"),
    Undefined.NO_FALL: lambda: _("les faits n’ont pas baissé sur les sites par rapport aux témoins"),
}  # fmt: skip


@dataclass(frozen=True)
class QuotientText:
    """The quotient as text (empty when undefined), its sentence, its interval."""

    value: str
    sentence: str
    interval: str


def quotient_text(quotient: Quotient) -> QuotientText:
    """The quotient with its reading, or why there is none."""
    if quotient.value is None or quotient.reading is None:
        assert quotient.undefined is not None  # noqa: S101 -- a quotient has a value or a reason
        return QuotientText("", REASONS[quotient.undefined](), "")
    interval = ""
    if quotient.interval is not None:
        interval = _("de %(low)s à %(high)s") % {
            "low": number_format(quotient.interval[0], 2), "high": number_format(quotient.interval[1], 2),
        }  # fmt: skip
    return QuotientText(number_format(quotient.value, 2), READINGS[quotient.reading](), interval)
