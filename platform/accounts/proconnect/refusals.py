"""Why a ProConnect log-in is refused: a code for the log, a sentence that says what to do for the person."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_ADMINISTRATOR = _("Écrivez à l’administrateur de votre organisation sur ORSEN Plateforme.")
_AGAIN = _("Recommencez depuis la page de connexion.")
_OPERATOR = _(
    "Recommencez ; si le refus se répète, prévenez la personne qui exploite la plateforme."
)

SENTENCES: Final[dict[str, tuple[str | Promise, str | Promise]]] = {
    "flow": (_("Cette connexion a expiré, ou a commencé dans un autre navigateur."), _AGAIN),
    "cancelled": (_("La connexion a été interrompue chez ProConnect."), _AGAIN),
    "provider": (_("ProConnect a répondu par une erreur."), _OPERATOR),
    "unavailable": (
        _("ProConnect ne répond pas."),
        _("Recommencez dans un instant, ou connectez-vous avec votre mot de passe."),
    ),
    "token": (_("La réponse de ProConnect n’a pas pu être vérifiée."), _OPERATOR),
    "acr": (
        _("Le niveau de garantie de votre identité ProConnect ne suffit pas."),
        _(
            "Connectez-vous avec le compte professionnel de votre organisation, ou un niveau de garantie plus élevé."
        ),
    ),
    "email": (
        _("ProConnect n’a pas transmis d’adresse électronique vérifiée."),
        _("Faites vérifier votre adresse auprès du fournisseur de votre compte professionnel."),
    ),
    "unknown": (
        _("Aucun accès n’est ouvert pour cette adresse électronique."),
        _("Demandez une invitation à votre organisation, puis acceptez-la avant de revenir."),
    ),
    "siret": (
        _("Le SIRET transmis par ProConnect n’est pas déclaré par votre organisation."),
        _ADMINISTRATOR,
    ),
    "bound": (
        _("Cette adresse est déjà liée à une autre identité ProConnect, ou l’inverse."),
        _ADMINISTRATOR,
    ),
}


class Refusal(Exception):  # noqa: N818 -- a refusal is an answer, not a fault
    """A log-in that ends here. `code` is a key of SENTENCES; `detail` is for the log alone."""

    def __init__(self, code: str, detail: str = "") -> None:
        """Raises KeyError for a code without sentences."""
        self.reason, self.advice = SENTENCES[code]
        self.code = code
        self.detail = detail
        super().__init__(f"{code}: {detail}" if detail else code)
