"""The ground floor's Django configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GisConfig(AppConfig):
    """Territories, tiles and spatial statistics; knows no landlord."""

    name = "gis"
    # django.contrib.gis already owns the label "gis".
    label = "territory"
    verbose_name = _("Territoires")
