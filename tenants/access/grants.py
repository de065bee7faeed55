"""Exceptional grants: one site to one colleague until a date, kept and asked through django-guardian.

They widen the reach of a caretaker or an agency inside the landlord, nothing else: the wall and the role come first.
"""

from __future__ import annotations

import datetime as dt
from typing import cast

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from guardian.shortcuts import get_objects_for_user

from accounts.models import Membership, User
from accounts.principal import Principal
from accounts.roles import ROLES
from tenants.access.models import ObjectGrant
from tenants.stock.models import Site

VIEW_SITE = "view_site"
LONGEST_DAYS = 366


class GrantError(ValueError):
    """A grant that cannot be given, in a sentence for the person who asked."""


def granted_sites(principal: Principal) -> QuerySet[Site]:
    """The sites that exceptional grants give the person today."""
    return cast(
        "QuerySet[Site]",
        get_objects_for_user(
            User(pk=principal.user_id),
            f"tenants.{VIEW_SITE}",
            klass=Site.objects.order_by(),
            use_groups=False,
            with_superuser=False,
            accept_global_perms=False,
        ),
    )


def grants_on(principal: Principal, site: Site) -> QuerySet[ObjectGrant]:
    """The grants on a site that still count. Raises PermissionError for a role that manages no people."""
    if not principal.may("sites.assign"):
        raise PermissionError("sites.assign")
    return cast(
        "QuerySet[ObjectGrant]",
        ObjectGrant.objects.filter(
            object_pk=str(site.pk), content_type=ContentType.objects.get_for_model(Site)
        ).select_related("user"),
    )


def candidates(principal: Principal) -> QuerySet[Membership]:
    """The colleagues to whom a grant adds something: those whose reach is not every site."""
    return (
        Membership.objects.live()
        .filter(organisation_id=principal.organisation_id)
        .exclude(role_code__in=[code for code, role in ROLES.items() if role.reach == "all"])
        .select_related("user")
        .order_by("user__display_name")
    )


def grant(
    principal: Principal, site: Site, membership: Membership, *, reason: str, until: dt.date
) -> ObjectGrant:
    """Give a colleague one site until a date. Raises GrantError without a reason or for a date out of bounds."""
    today = timezone.localdate()
    if membership.organisation_id != principal.organisation_id or not principal.may("sites.assign"):
        raise GrantError(_("Cette personne n’est pas de votre organisme."))
    if not reason.strip():
        raise GrantError(_("Donnez le motif : il reste au journal du droit."))
    if not today <= until <= today + dt.timedelta(days=LONGEST_DAYS):
        raise GrantError(_("Choisissez une fin entre aujourd’hui et dans un an."))
    content_type = ContentType.objects.get_for_model(Site)
    permission = Permission.objects.get(content_type=content_type, codename=VIEW_SITE)
    found, _created = ObjectGrant.ever.update_or_create(
        landlord_id=principal.organisation_id,
        user_id=membership.user_id,
        permission=permission,
        content_type=content_type,
        object_pk=str(site.pk),
        defaults={"reason": reason.strip(), "until": until},
    )
    return cast("ObjectGrant", found)


def revoke(principal: Principal, site: Site, pk: int) -> bool:
    """End a grant now. Returns whether there was one."""
    return bool(grants_on(principal, site).filter(pk=pk).delete()[0])
