"""Exceptional grants: one person, one object, until a date. They replace django-guardian's own tables."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from guardian.managers import UserObjectPermissionManager
from guardian.models import GroupObjectPermissionAbstract, UserObjectPermissionAbstract

from tenants.wall.models import LandlordRow, WalledManager


class LiveGrantManager(WalledManager[Any], UserObjectPermissionManager):
    """Grants that still count, for django-guardian's own questions and for the door: an expired one is no grant."""

    def get_queryset(self) -> models.QuerySet[Any]:
        """Those whose last day is today or later."""
        return super().get_queryset().filter(until__gte=timezone.localdate())


class ObjectGrant(LandlordRow, UserObjectPermissionAbstract):
    """A permission of one person on one object of her own landlord, with its reason and its end.

    Widens the reach inside the landlord (a caretaker lent to another site); never crosses the wall: the row stands
    behind it, and `tenants.access` reads it after the wall.
    """

    reason = models.CharField(_("motif"), max_length=240)
    until = models.DateField(_("jusqu’au"))
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[Any] = LiveGrantManager()
    ever: ClassVar[Any] = WalledManager[Any]()

    class Meta(LandlordRow.Meta, UserObjectPermissionAbstract.Meta):
        abstract = False
        verbose_name = _("droit exceptionnel")
        verbose_name_plural = _("droits exceptionnels")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["landlord", "user", "permission", "object_pk"], name="grant_once"
            ),
        ]
        unique_together: ClassVar = []


class GroupObjectGrant(LandlordRow, GroupObjectPermissionAbstract):
    """django-guardian wants a table for groups too. Exceptional grants are to persons: nothing is written here."""

    objects: ClassVar[Any] = WalledManager[Any]()  # guardian declares a manager of its own

    class Meta(LandlordRow.Meta, GroupObjectPermissionAbstract.Meta):
        abstract = False
        verbose_name = _("droit exceptionnel d’un groupe")
        verbose_name_plural = _("droits exceptionnels des groupes")
        unique_together: ClassVar = []
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(pk__isnull=True), name="no_grant_to_groups"),
        ]
