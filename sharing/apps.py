"""What organisations share under conventions."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SharingConfig(AppConfig):
    """Conventions, detail levels, releases, reports. Imports `tenants`, `gis` and `accounts`."""

    name = "sharing"
    verbose_name = _("Partage")
