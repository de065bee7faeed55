"""What a reader sees of other organisations' data. PostgreSQL evaluates the annex; this door only asks.

The same query set answers list, card, map, count, search and export.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.principal import Principal
from sharing.access.models import (
    SharedFacts,
    SharedFile,
    SharedPublication,
    SharedRoundLevel,
    SharedSite,
    keys_of,
)
from sharing.conventions.models import Convention
from sharing.details import ORDER, Detail
from sharing.release.models import Release
from sharing.reports.models import Report
from tenants.wall.context import Scope, open_scope

PURPOSE_OF_KIND = {"landlord": "landlord", "partner": "partner", "coordinator": "coordinator"}


class NoSharedDataError(PermissionError):
    """The organisation is no reader of shared data."""


def shared_scope(principal: Principal) -> AbstractContextManager[Scope]:
    """The scope of the principal's organisation, whatever it is. Raises NoSharedDataError for the operator."""
    purpose = PURPOSE_OF_KIND.get(principal.organisation_kind)
    if purpose is None:
        raise NoSharedDataError(principal.organisation_kind)
    return open_scope(Scope(purpose, principal.organisation_id, principal.user_id))


def _require(principal: Principal, *permissions: str) -> None:
    if not any(principal.may(permission) for permission in permissions):
        raise PermissionError(" / ".join(permissions))


def shared_sites(principal: Principal) -> QuerySet[SharedSite]:
    """Other organisations' sites that the reader sees at `site` or `file`. A coordination sees none."""
    if principal.is_coordinator:
        return SharedSite.objects.none()
    _require(principal, "shared.read", "sharing.read")
    return SharedSite.objects.select_related("landlord")


def shared_site(principal: Principal, key: UUID | str) -> SharedSite:
    """One of them. Raises Http404 alike for an absent site and for one that no annex gives."""
    found = shared_sites(principal).filter(key=key).first()
    if found is None:
        raise Http404(
            _("Ce site n’existe pas, ou aucune convention en vigueur ne vous le donne à lire.")
        )
    return found


def shared_site_numbered(principal: Principal, number: int) -> SharedSite:
    """The site that a tile calls by a number. Raises Http404 where there is none, or two (once in 2⁴⁸)."""
    try:
        first, last = keys_of(number)
    except ValueError as error:
        raise Http404(str(number)) from error
    found = list(shared_sites(principal).filter(key__gte=first, key__lte=last)[:2])
    if len(found) != 1:
        raise Http404(
            _("Ce site n’existe pas, ou aucune convention en vigueur ne vous le donne à lire.")
        )
    return found[0]


def shared_file(principal: Principal, site: SharedSite) -> SharedFile | None:
    """What `file` adds, or None when the annex stops at `site`."""
    _require(principal, "shared.read", "sharing.read")
    return SharedFile.objects.filter(key=site.key).first() if site.has_file else None


def round_levels(principal: Principal) -> QuerySet[SharedRoundLevel]:
    """Of the sites that the reader sees at `file`, the level published in each campaign of a convention."""
    _require(principal, "shared.read", "sharing.read")
    return SharedRoundLevel.objects.all()


def fact_counts(principal: Principal) -> QuerySet[SharedFacts]:
    """Of the sites that the reader sees at `file`, the facts of the last twelve months by family."""
    _require(principal, "shared.read", "sharing.read")
    return SharedFacts.objects.all()


def changes_since(principal: Principal, since: datetime | None) -> QuerySet[SharedPublication]:
    """Sites whose published level changed after an instant (None: ever), among those that the reader sees."""
    _require(principal, "shared.read", "sharing.read")
    changes = SharedPublication.objects.all()
    return changes if since is None else changes.filter(published_at__gt=since)


def reads_named_sites(principal: Principal) -> bool:
    """Whether a convention gives the organisation `site` or `file` somewhere today. Opens the scope itself."""
    with shared_scope(principal), connection.cursor() as cursor:
        cursor.execute("SELECT cardinality(shared.conventions_giving(%s)) > 0", [Detail.SITE])
        return bool(cursor.fetchone()[0])


def conventions(principal: Principal) -> QuerySet[Convention]:
    """The conventions that the organisation is bound by, or holds."""
    _require(principal, "conventions.read", "shared.read", "sharing.read")
    return Convention.objects.all()


def releases(principal: Principal) -> QuerySet[Release]:
    """The releases that the reader may read; a coordination also those it has not published yet."""
    _require(principal, "reports.read")
    return Release.objects.all()


def reports(principal: Principal) -> QuerySet[Report]:
    """The reports that the reader may read; a coordination also those it has not published yet."""
    _require(principal, "reports.read")
    return Report.objects.select_related("release", "convention")


def own_sites_as(principal: Principal, reader_id: int) -> dict[UUID, Detail]:
    """« Voir comme »: of the landlord's own sites, the detail at which a reader sees each today.

    Sites that the reader does not see are absent. By the very function that the reader's own pages use.
    """
    _require(principal, "sharing.read")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, detail FROM shared.own_sites_as(%s) WHERE detail > 0", [reader_id]
        )
        return {key: ORDER[detail] for key, detail in cursor.fetchall()}


def own_sites_under(principal: Principal, annex_id: int, reader_id: int) -> dict[UUID, Detail]:
    """The same as if that version of an annex applied, before it does: what the landlord looks at before it signs.

    Empty for a version of a convention that the landlord is not bound by.
    """
    _require(principal, "sharing.read")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, detail FROM shared.own_sites_under(%s, %s) WHERE detail > 0",
            [annex_id, reader_id],
        )
        return {key: ORDER[detail] for key, detail in cursor.fetchall()}
