"""What a stock import can take from a file: the fields that columns are mapped to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the import, with its name on the mapping page and the heading it stands under."""

    name: str
    label: str | Promise
    group: str | Promise


_SITE, _ADDRESS, _PLACE, _COUNT = _("Site"), _("Adresse"), _("Lieu et position"), _("Logements")

FIELDS: Final = (
    Field("site_code", _("code du site (résidence, groupe)"), _SITE),
    Field("site_name", _("nom du site"), _SITE),
    Field("agency", _("agence"), _SITE),
    Field("sector", _("secteur"), _SITE),
    Field("residence", _("nom de résidence ou complément d’adresse"), _SITE),
    Field("building_code", _("identifiant d’immeuble"), _SITE),
    Field("full_address", _("adresse complète (numéro et voie)"), _ADDRESS),
    Field("number", _("numéro"), _ADDRESS),
    Field("repetition", _("indice de répétition (bis, ter)"), _ADDRESS),
    Field("street_type", _("type de voie"), _ADDRESS),
    Field("street", _("voie"), _ADDRESS),
    Field("address_extra", _("complément d’identification"), _ADDRESS),
    Field("place", _("lieu-dit"), _ADDRESS),
    Field("building", _("bâtiment"), _ADDRESS),
    Field("staircase", _("escalier"), _ADDRESS),
    Field("entrance", _("entrée"), _ADDRESS),
    Field("postcode", _("code postal"), _PLACE),
    Field("commune_code", _("code INSEE de la commune"), _PLACE),
    Field("commune_name", _("nom de la commune"), _PLACE),
    Field("departement_code", _("code du département"), _PLACE),
    Field("iris_code", _("code IRIS"), _PLACE),
    Field("qpv_code", _("code du QPV"), _PLACE),
    Field("x", _("X"), _PLACE),
    Field("y", _("Y"), _PLACE),
    Field("longitude", _("longitude"), _PLACE),
    Field("latitude", _("latitude"), _PLACE),
    Field("epsg", _("code EPSG des coordonnées"), _PLACE),
    Field("xy_quality", _("qualité de la position (QUALITE_XY)"), _PLACE),
    Field("ban_id", _("clé d’interopérabilité BAN"), _PLACE),
    Field("rnb_id", _("identifiant RNB"), _PLACE),
    Field("dwellings", _("nombre de logements de la ligne"), _COUNT),
    Field("dwelling_id", _("identifiant du logement (une ligne par logement)"), _COUNT),
    Field("construction_year", _("année de construction"), _COUNT),
)
NAMES: Final = frozenset(field.name for field in FIELDS)
LABELS: Final[dict[str, str | Promise]] = {field.name: field.label for field in FIELDS}
WHERE_FIELDS: Final = ("full_address", "street", "place", "residence", "site_name")
COMMUNE_FIELDS: Final = ("commune_code", "postcode", "commune_name")
