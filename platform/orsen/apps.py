"""The site itself."""

from django.apps import AppConfig


class OrsenConfig(AppConfig):
    """Settings, URLs, pages' frame. Imports every other app; nothing imports it."""

    name = "orsen"
    verbose_name = "ORSEN Plateforme"

    def ready(self) -> None:
        """Register the system checks."""
        from orsen import checks  # noqa: F401 -- registering is the point of the import
