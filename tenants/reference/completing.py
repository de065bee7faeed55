"""Take missing values over from the reference: written down row by row as an import does, and taken back in one click."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet, Sum
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.principal import Principal
from gis.territories.importing.errors import ImportRefusedError
from tenants.imports.changes.recording import Change, rows_of
from tenants.imports.changes.undoing import undo
from tenants.imports.models import FileImport, ImportChange
from tenants.imports.running import one_at_a_time
from tenants.jobs.models import Job
from tenants.jobs.services import enqueue, jobs_of
from tenants.reference.comparing import completable, require, vintage
from tenants.stock.models import Address, Site
from tenants.stock.placement import PLACED, locate, nearest_to_middle

KIND: Final = "reference"  # of tenants.imports.changes.recording.TABLES
JOB_KIND: Final = "reference_completion"
FIELDS: Final = {
    "dwellings": gettext_lazy("le nombre de logements"),
    "year": gettext_lazy("l’année de construction"),
    "position": gettext_lazy("la position"),
}
BATCH: Final = 2_000


def runs_of(principal: Principal) -> QuerySet[FileImport]:
    """What was taken over from the reference, latest first."""
    require(principal)
    found: QuerySet[FileImport] = FileImport.objects.filter(kind=KIND)
    return found


def run_of(principal: Principal, key: UUID | str) -> FileImport:
    """One of them. Raises Http404 alike for an absent one and for another landlord's."""
    found = runs_of(principal).filter(key=key).first()
    if found is None:
        raise Http404(_("Ce passage n’existe pas, ou n’est pas de votre organisme."))
    return found


def last_job(principal: Principal) -> Job | None:
    """The last one asked for."""
    return jobs_of(principal).filter(kind=JOB_KIND).order_by("-created_at").first()


def start(
    principal: Principal, fields: Collection[str], *, commune: str = "", keys: Collection[str] | None = None
) -> Job:  # fmt: skip
    """Ask a worker to complete these fields, of one commune or of all, of these addresses or of all.

    Raises ImportRefusedError when nothing is chosen, nothing can be completed, or one is under way.
    """
    require(principal)
    chosen = [each for each in FIELDS if each in fields]
    if not chosen or (keys is not None and not keys):
        raise ImportRefusedError(_("Choisissez ce qui est à compléter."))
    year = vintage()
    if year is None:
        raise ImportRefusedError(
            _("Le répertoire national n’est pas importé sur cette plateforme.")
        )
    one_at_a_time(principal.organisation_id)
    job = last_job(principal)
    if job is not None and job.is_open:
        raise ImportRefusedError(_("Un complément est déjà en cours."))
    # One whose job was cancelled or given up did nothing.
    runs_of(principal).filter(state=FileImport.State.RUNNING).delete()
    run: FileImport = FileImport.objects.create(
        kind=KIND, state=FileImport.State.RUNNING, created_by_id=principal.user_id,
        file_name=_("Répertoire %(year)s") % {"year": year},
        options={
            "vintage": year, "fields": chosen, "commune": commune,
            "keys": None if keys is None else list(keys),
        },
    )  # fmt: skip
    return enqueue(principal, JOB_KIND, {"run": str(run.key)})


def complete(principal: Principal, key: UUID | str) -> dict[str, int]:
    """Complete what the run says, once; one transaction, in the landlord's scope. Returns what was completed."""
    one_at_a_time(principal.organisation_id)
    run = FileImport.objects.select_for_update().get(pk=run_of(principal, key).pk)
    if run.state != FileImport.State.RUNNING:
        return dict(run.report)
    asked = run.options
    found = completable(principal, asked["vintage"], commune=asked["commune"], keys=asked["keys"])
    for row in found:
        for field, column in (("dwellings", "dwellings"), ("year", "year"), ("position", "geom")):
            if field not in asked["fields"]:
                row[column] = None
    found = [row for row in found if (row["dwellings"], row["year"], row["geom"]) != (None, None, None)]  # fmt: skip
    address_ids = [row["id"] for row in found]
    site_ids = sorted({row["site_id"] for row in found})
    before = {model: rows_of(model._meta.db_table, ids) for model, ids in ((Site, site_ids), (Address, address_ids))}  # fmt: skip
    _write_addresses(found)
    _follow_with_sites(found)
    _record(run, before)
    run.report = {
        "dwellings": sum(row["dwellings"] is not None for row in found),
        "year": sum(row["year"] is not None for row in found),
        "position": sum(row["geom"] is not None for row in found),
    }
    run.state, run.applied_at = FileImport.State.APPLIED, timezone.now()
    run.save()
    return dict(run.report)


def _write_addresses(found: list[dict[str, Any]]) -> None:
    names = ("id", "dwellings", "year", "geom", "quality")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tenants_address a SET dwellings = coalesce(n.dwellings, a.dwellings), "
            "construction_year = coalesce(n.year, a.construction_year), "
            "geom = coalesce(n.geom::geometry, a.geom), "
            "quality = CASE WHEN n.geom IS NULL THEN a.quality ELSE n.quality END "
            "FROM unnest(%s::bigint[], %s::int[], %s::int[], %s::text[], %s::text[]) AS n(id, dwellings, year, geom, quality) "
            "WHERE a.id = n.id",
            [[row[name] for row in found] for name in names],
        )


def _follow_with_sites(found: list[dict[str, Any]]) -> None:
    """A site without dwellings gets those of its addresses; one without a position, that of one of them."""
    counted = {row["site_id"] for row in found if row["dwellings"] is not None}
    empty = list(Site.objects.filter(pk__in=counted, dwellings=0).annotate(n=Sum("addresses__dwellings")))  # fmt: skip
    for counted_site in empty:
        counted_site.dwellings = counted_site.n
    Site.objects.bulk_update(empty, ["dwellings"], batch_size=500)
    placed = {row["site_id"] for row in found if row["geom"] is not None}
    lost = list(Site.objects.filter(pk__in=placed, geom__isnull=True))
    near: dict[int, list[tuple[Any, int]]] = {}
    for each in Address.objects.filter(site__in=lost, geom__isnull=False).order_by("pk"):
        near.setdefault(each.site_id, []).append((each.geom, each.dwellings))
    for site in lost:
        site.geom = nearest_to_middle(near[site.pk])
    locate(lost)
    Site.objects.bulk_update(lost, ["geom", *PLACED], batch_size=500)


def _record(run: FileImport, before: dict[Any, dict[int, str]]) -> None:
    changes = [
        Change(model._meta.db_table, row_id, rows[row_id], after)
        for model, rows in before.items()
        for row_id, after in rows_of(model._meta.db_table, list(rows)).items()
        if after != rows[row_id]
    ]
    ImportChange.objects.bulk_create(
        (
            ImportChange(landlord_id=run.landlord_id, file_import=run, table=each.table, row_id=each.row_id,
                         before=each.before, after=each.after)
            for each in changes
        ),
        batch_size=BATCH,
    )  # fmt: skip


def take_back(principal: Principal, run: FileImport) -> int:
    """Put every row back as it was. Raises ImportRefusedError when something was built on it."""
    require(principal)
    one_at_a_time(principal.organisation_id)
    return undo(run)
