"""A landlord's own data, and the wall around it."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class TenantsConfig(AppConfig):
    """A landlord's own data. Imports `gis` and `accounts` only."""

    name = "tenants"
    verbose_name = _("Bailleurs")

    def ready(self) -> None:
        """Register the system checks; put the wall back after every migration; place who accepts an invitation."""
        from accounts.people.signals import invitation_accepted
        from tenants.people.applying import on_accepted
        from tenants.wall import checks, statements  # noqa: F401 -- registering is the point of the import

        statements.install()
        invitation_accepted.connect(on_accepted, dispatch_uid="tenants.people.accepted")
        # `sharing` is the last app of the product to be migrated: its tables exist by then.
        post_migrate.connect(_apply_after_migrate, dispatch_uid="tenants.wall.apply")


def _apply_after_migrate(sender: AppConfig, using: str, **kwargs: Any) -> None:
    from tenants.wall.apply import apply_wall

    if sender.name == "sharing" and using == "owner":
        apply_wall(using)
