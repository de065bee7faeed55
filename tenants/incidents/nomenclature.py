"""The project's own nomenclature of facts, in two levels. ORFI's is not public: sources are mapped to this one."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

FAMILIES: Final = [
    ("PERS", _("Atteintes aux personnels et aux prestataires")),
    ("BIENS", _("Dégradations et vols")),
    ("OCCUP", _("Occupations abusives")),
    ("TRAFIC", _("Trafics")),
    ("TRANQ", _("Troubles de la tranquillité")),
    ("ESPACE", _("Espaces extérieurs et encombrants")),
    ("SERVICE", _("Entraves au service")),
]

_BY_FAMILY: Final = {
    "PERS": [("PERS_STAFF", _("agression d’un personnel")), ("PERS_CONTRACTOR", _("agression d’un prestataire")),
             ("PERS_THREAT", _("menaces ou insultes"))],
    "BIENS": [("BIENS_DAMAGE", _("dégradation")), ("BIENS_THEFT", _("vol")), ("BIENS_FIRE", _("incendie volontaire"))],
    "OCCUP": [("OCCUP_HALL", _("hall ou cage d’escalier")), ("OCCUP_PARKING", _("parking ou sous-sol")),
              ("OCCUP_FRONT", _("pied d’immeuble")), ("OCCUP_SQUAT", _("squat"))],
    "TRAFIC": [("TRAFIC_DRUGS", _("trafic de stupéfiants")), ("TRAFIC_OTHER", _("autre trafic"))],
    "TRANQ": [("TRANQ_NOISE", _("nuisances sonores")), ("TRANQ_NEIGHBOUR", _("conflit de voisinage")),
              ("TRANQ_RODEO", _("rodéos motorisés"))],
    "ESPACE": [("ESPACE_WRECK", _("véhicule épave")), ("ESPACE_MECHANICS", _("mécanique sauvage")),
               ("ESPACE_DUMPING", _("dépôt d’ordures ou d’encombrants"))],
    "SERVICE": [("SERVICE_ACCESS", _("accès empêché")), ("SERVICE_LIFT", _("équipement neutralisé")),
                ("SERVICE_WITHDRAWAL", _("retrait d’un intervenant"))],
}  # fmt: skip

SUBFAMILIES: Final = [pair for pairs in _BY_FAMILY.values() for pair in pairs]
FAMILY_OF: Final = {code: family for family, pairs in _BY_FAMILY.items() for code, _label in pairs}
