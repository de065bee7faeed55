"""« Données ORSEN »: every table and column that a file or the API gives, literally. Nothing leaves that is not here.

A column belongs to scopes: `own` (a landlord's own sites), `site` and `file` (shared sites, by detail level).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Kind = Literal["text", "integer", "number", "date"]
ALL: Final = frozenset({"own", "site", "file"})
OWN: Final = frozenset({"own"})
SHARED: Final = frozenset({"site", "file"})
FILE: Final = frozenset({"file"})


@dataclass(frozen=True)
class Column:
    """One column: technical name (the API's), type, name for people, meaning, and the scopes that have it."""

    name: str
    kind: Kind
    label: str | Promise
    meaning: str | Promise
    scopes: frozenset[str] = ALL


@dataclass(frozen=True)
class Table:
    """One table; `scopes`: who has it at all."""

    name: str
    label: str | Promise
    meaning: str | Promise
    columns: tuple[Column, ...]
    scopes: frozenset[str] = ALL

    def columns_of(self, scope: str) -> list[Column]:
        """Those that a scope has, in order."""
        return [each for each in self.columns if scope in each.scopes]


_KEY = Column("site_key", "text", _("Site"), _("Clé du site : celle de la table des sites."))
_CODE = Column("site_code", "text", _("Code du site"), _("Code du bailleur."), OWN)

SITES: Final = Table(
    "sites", _("Sites"), _("Une ligne par site, avec sa position."),
    (
        Column("key", "text", _("Clé"), _("Identifiant du site (UUID), stable d’une année à l’autre.")),
        Column("code", "text", _("Code"), _("Code du bailleur."), OWN),
        Column("landlord", "text", _("Bailleur"), _("Nom du bailleur."), SHARED),
        Column("name", "text", _("Nom"), _("Nom de la résidence.")),
        Column("agency", "text", _("Agence"), _("Agence qui gère le site."), OWN),
        Column("address", "text", _("Adresse"), _("Adresse principale.")),
        Column("postcode", "text", _("Code postal"), _("Cinq caractères.")),
        Column("commune_code", "text", _("Code de commune"), _("Code INSEE, cinq caractères.")),
        Column("commune_name", "text", _("Commune"), _("Nom de la commune.")),
        Column("departement_code", "text", _("Département"), _("Deux ou trois caractères.")),
        Column("iris_code", "text", _("IRIS"), _("Neuf caractères, vide hors IRIS.")),
        Column("qpv_code", "text", _("QPV"), _("Quartier prioritaire, vide hors QPV.")),
        Column("dwellings", "integer", _("Logements"), _("Nombre de logements.")),
        Column("state", "text", _("État"), _("managed, sold, demolished ou merged."), OWN),
        Column("level", "integer", _("Niveau"), _("1 à 4 ; validé (vos sites) ou publié (sites partagés) ; vide : non coté.")),
        Column("level_on", "date", _("Niveau validé le"), _("Jour de la validation."), OWN),
        Column("published_level", "integer", _("Niveau publié"), _("1 à 4 : ce que lisent les partenaires."), OWN),
        Column("published_on", "date", _("Publié le"), _("Jour de la publication.")),
        Column("facts_12_months", "integer", _("Faits sur 12 mois"), _("Nombre de faits des 365 derniers jours.")
               , OWN | FILE),
        Column("detail", "text", _("Niveau de détail"), _("site ou file (dossier)."), SHARED),
        Column("rated_on", "date", _("Coté le"), _("Jour de la cotation publiée ; dossiers seulement."), FILE),
        Column("shared_comment", "text", _("Commentaire à partager"), _("Dossiers seulement."), FILE),
        Column("longitude", "number", _("Longitude"), _("Degrés, EPSG:4326 ; vide sans position.")),
        Column("latitude", "number", _("Latitude"), _("Degrés, EPSG:4326 ; vide sans position.")),
    ),
)  # fmt: skip
HISTORY: Final = Table(
    "historique", _("Historique des niveaux"), _("Une ligne par niveau retenu, du plus récent au plus ancien."),
    (
        _KEY, _CODE,
        Column("campaign", "text", _("Campagne"), _("Nom de la campagne."), OWN),
        Column("level", "integer", _("Niveau"), _("1 à 4 ; retenu (vos sites) ou publié (sites partagés).")),
        Column("decided_on", "date", _("Retenu le"), _("Jour de la décision."), OWN),
        Column("published_on", "date", _("Publié le"), _("Jour de la publication ; vide : pas publié.")),
    ),
    OWN | FILE,
)  # fmt: skip
INTERVENTIONS: Final = Table(
    "interventions", _("Interventions"), _("Une ligne par intervention et par site."),
    (
        _KEY, _CODE,
        Column("key", "text", _("Clé"), _("Identifiant de l’intervention (UUID)."), OWN),
        Column("title", "text", _("Intitulé"), _("Ce qui est fait.")),
        Column("lever", "text", _("Levier"), _("Libellé du levier."), OWN),
        Column("status", "text", _("État"), _("Code de l’état : planned, under_way, done ou abandoned.")),
        Column("starts_on", "date", _("Début"), _("Premier jour.")),
        Column("ends_on", "date", _("Fin"), _("Dernier jour ; vide : en cours.")),
        Column("cost_euros", "integer", _("Coût (€)"), _("En euros."), OWN),
        Column("axis", "integer", _("Axe"), _("Axe de la convention d’abattement (TFPB), 1 à 8."), OWN),
    ),
    OWN | FILE,
)  # fmt: skip
TABLES: Final = (SITES, HISTORY, INTERVENTIONS)
