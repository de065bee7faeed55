"""What organisations share under conventions."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SharingConfig(AppConfig):
    """Conventions, detail levels, releases, reports. Imports `tenants`, `gis` and `accounts`."""

    name = "sharing"
    verbose_name = _("Partage")

    def ready(self) -> None:
        """Declare what a copy must still hold beside its rows."""
        from sharing.meetings import packs  # noqa: F401 -- declares the guard of the packs
