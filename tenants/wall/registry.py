"""Which wall each table stands behind, third-party tables included. A table that is nowhere stops the start-up."""

from __future__ import annotations

from typing import Final

from django.apps import apps
from django.db import models

PURPOSES: Final = ("orsen_app", "orsen_partner", "orsen_coordinator", "orsen_queue")
RUNTIME: Final = ("orsen_web", *PURPOSES)

# Tables of libraries: who may read and who may write. `orsen_web` alone: log-in and operator pages, no scope open.
LIBRARY_TABLES: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "django_session": (("orsen_web",), ("orsen_web",)),
    "django_content_type": (RUNTIME, ()),
    "auth_permission": (RUNTIME, ()),
    "auth_group": (RUNTIME, ("orsen_web",)),
    "auth_group_permissions": (RUNTIME, ("orsen_web",)),
    "accounts_user_groups": (RUNTIME, ("orsen_web",)),
    "accounts_user_user_permissions": (RUNTIME, ("orsen_web",)),
    "django_admin_log": (("orsen_web",), ("orsen_web",)),
    "account_emailaddress": (("orsen_web",), ("orsen_web",)),
    "account_emailconfirmation": (("orsen_web",), ("orsen_web",)),
    "mfa_authenticator": (("orsen_web",), ("orsen_web",)),
    # django-guardian's own tables exist and stay closed: ObjectGrant replaces them.
    "guardian_userobjectpermission": ((), ()),
    "guardian_groupobjectpermission": ((), ()),
    "axes_accessattempt": (("orsen_web",), ("orsen_web",)),
    "axes_accesslog": (("orsen_web",), ("orsen_web",)),
    "axes_accessfailurelog": (("orsen_web",), ("orsen_web",)),
    "axes_accessattemptexpiration": (("orsen_web",), ("orsen_web",)),
}


class UndeclaredTableError(LookupError):
    """A table that is neither walled by landlord, walled by convention party, nor declared common."""


def managed_models() -> list[type[models.Model]]:
    """Every model with a table of its own, many-to-many tables included."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    ]


def wall_of(model: type[models.Model]) -> str:
    """ "landlord", "party" or "common". Raises UndeclaredTableError for a model that declares none of them."""
    declared = model.__dict__.get("wall") or getattr(model, "wall", None)
    if declared in {"landlord", "party", "common"}:
        return str(declared)
    if model._meta.db_table in LIBRARY_TABLES:
        return "common"
    raise UndeclaredTableError(model._meta.label)


def common_rights(model: type[models.Model]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Roles that read and roles that write a common table."""
    if model._meta.db_table in LIBRARY_TABLES:
        return LIBRARY_TABLES[model._meta.db_table]
    readers = tuple(getattr(model, "wall_readers", RUNTIME))
    return readers, tuple(getattr(model, "wall_writers", ("orsen_web",)))
