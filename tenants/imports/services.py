"""A file from its upload to its coverage report, as pages, workers and the command see it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.principal import Principal
from gis.territories.importing.errors import ImportRefusedError
from tenants.access import landlord_scope
from tenants.imports.cleaning.notes import REASONS
from tenants.imports.layouts.mapping import Mapping, checked, proposed_mapping
from tenants.imports.models import FileImport, RowIssue
from tenants.imports.stock.report import RowCounts, StockReport
from tenants.imports.stock.services import Progress, import_stock, no_progress
from tenants.imports.tables.reading import Limits, check_size, read_head
from tenants.jobs.models import Job
from tenants.jobs.services import enqueue, jobs_of

KIND = "stock"
JOB_KIND = "stock_import"
PERMISSION = "stock.import"
IN_A_REQUEST = Limits()
BATCH = 2_000


def imports_of(principal: Principal) -> QuerySet[FileImport]:
    """The landlord's stock imports. Raises PermissionDenied without the permission."""
    if not principal.is_landlord or not principal.may(PERMISSION):
        raise PermissionDenied(_("Votre rôle ne permet pas d’importer le patrimoine."))
    found: QuerySet[FileImport] = FileImport.objects.filter(kind=KIND)
    return found


def import_of(principal: Principal, key: UUID | str) -> FileImport:
    """One of them. Raises Http404 alike for an absent import and for another landlord's."""
    found = imports_of(principal).filter(key=key).first()
    if found is None:
        raise Http404(_("Cet import n’existe pas, ou n’est pas de votre organisme."))
    return found


def receive(principal: Principal, upload: File[bytes], name: str) -> FileImport:
    """Keep an uploaded file and propose its mapping. Runs in the landlord's scope.

    Raises ImportRefusedError for what is not a readable table; nothing is kept then.
    """
    imports_of(principal)
    check_size(upload.size)
    received = FileImport(
        kind=KIND, file_name=Path(name).name[:200], created_by_id=principal.user_id
    )
    received.sha256 = _digest(upload)
    received.file.save(f"{uuid4().hex}.tableau", upload, save=False)
    try:
        proposed = proposed_mapping(read_head(path_of(received), IN_A_REQUEST))
        keep_mapping(received, proposed)
    except Exception:
        received.file.delete(save=False)
        raise
    return received


def _digest(upload: File[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()


def path_of(file_import: FileImport) -> Path:
    """Where the file is. Raises ImportRefusedError once it has been applied: the file is not kept."""
    if not file_import.file:
        raise ImportRefusedError(
            _("Ce fichier a déjà été importé et n’est plus conservé. Déposez-le à nouveau.")
        )
    return Path(file_import.file.path)


def mapping_of(file_import: FileImport) -> Mapping:
    """The mapping that the import will run with."""
    return Mapping(file_import.layout, dict(file_import.mapping))


def keep_mapping(file_import: FileImport, mapping: Mapping) -> None:
    """Save the mapping."""
    file_import.layout, file_import.mapping = mapping.layout, mapping.columns
    file_import.save()


def same_file_before(principal: Principal, file_import: FileImport) -> FileImport | None:
    """The last import of the very same file, if it was applied."""
    return (
        imports_of(principal)
        .filter(sha256=file_import.sha256, state=FileImport.State.APPLIED)
        .exclude(pk=file_import.pk)
        .first()
    )


def start(principal: Principal, file_import: FileImport, mapping: Mapping) -> Job:
    """Check the mapping and ask a worker for the import. Raises ImportRefusedError with what to change."""
    runnable = checked(mapping, read_head(path_of(file_import), IN_A_REQUEST))
    file_import.state, file_import.message = FileImport.State.RUNNING, ""
    keep_mapping(file_import, runnable)
    return enqueue(principal, JOB_KIND, {"import": str(file_import.key)})


def withdraw(file_import: FileImport) -> None:
    """Forget a file that was not applied, with its record."""
    name = file_import.file.name
    file_import.delete()
    if name:
        transaction.on_commit(lambda: FileImport.file.field.storage.delete(name))


def job_of_import(principal: Principal, file_import: FileImport) -> Job | None:
    """The last job of an import."""
    return (
        jobs_of(principal)
        .filter(kind=JOB_KIND, payload__contains={"import": str(file_import.key)})
        .order_by("-created_at")
        .first()
    )


def apply(
    principal: Principal, key: UUID | str, progress: Progress = no_progress
) -> StockReport | None:
    """Run a received import; None when it was already applied (a worker that died after its work).

    Opens the scopes itself. Raises ImportRefusedError; the import then says why, and the stock is as before.
    """
    with landlord_scope(principal):
        file_import = import_of(principal, key)
        if file_import.state == FileImport.State.APPLIED:
            return None
        path, mapping = path_of(file_import), mapping_of(file_import)
    return run(principal, file_import, path, mapping, progress)


def run(
    principal: Principal, file_import: FileImport, path: Path, mapping: Mapping, progress: Progress = no_progress,
) -> StockReport:  # fmt: skip
    """Run an import on a file and keep its report, or the reason of its refusal. Opens the scopes itself.

    Raises ImportRefusedError.
    """

    def keep(report: StockReport, counts: RowCounts) -> None:
        # The file may hold columns that never come in (rents, persons): it is not kept once it has served.
        name = file_import.file.name
        _keep_report(file_import, report, counts)
        if name:
            transaction.on_commit(lambda: FileImport.file.field.storage.delete(name))

    try:
        return import_stock(
            principal, path, mapping, file_name=file_import.file_name, progress=progress, keep=keep
        )
    except ImportRefusedError as refused:
        with landlord_scope(principal):
            file_import.state, file_import.message = FileImport.State.FAILED, str(refused)
            file_import.save()
        raise


def _keep_report(file_import: FileImport, report: StockReport, counts: RowCounts) -> None:
    file_import.state, file_import.message = FileImport.State.APPLIED, ""
    file_import.applied_at, file_import.file = timezone.now(), ""
    file_import.layout, file_import.mapping = report.layout, report.mapping
    file_import.report = report.as_dict()
    file_import.save()
    RowIssue.objects.bulk_create(
        (
            RowIssue(
                landlord_id=file_import.landlord_id,
                file_import=file_import,
                line=issue.line,
                column=issue.column[:60],
                severity=issue.note.severity,
                reason=_(REASONS[issue.note.code][1])[:300],
                value=issue.note.value[:200],
            )
            for issue in counts.issues
        ),
        batch_size=BATCH,
    )


def new_import(principal: Principal, path: Path, mapping: Mapping) -> FileImport:
    """The record of a file that a command reads where it is; nothing is copied. Opens the scope itself."""
    with landlord_scope(principal):
        imports_of(principal)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        record: dict[str, Any] = {
            "kind": KIND,
            "file_name": path.name[:200],
            "sha256": digest,
            "layout": mapping.layout,
            "mapping": mapping.columns,
            "state": FileImport.State.RUNNING,
            "created_by_id": principal.user_id,
        }
        created: FileImport = FileImport.objects.create(**record)
    return created
