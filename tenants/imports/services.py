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
from tenants.barometers.definition import columns_of
from tenants.barometers.services import recognised
from tenants.imports.changes.describing import Line, left_lines, lines_of
from tenants.imports.changes.recording import Change, difference, picture
from tenants.imports.changes.undoing import undo
from tenants.imports.cleaning.notes import REASONS
from tenants.imports.counting import RowCounts
from tenants.imports.kinds import KINDS, STOCK, ImportKind, Report, kind_of
from tenants.imports.layouts.known import GENERIC
from tenants.imports.layouts.mapping import Mapping
from tenants.imports.layouts.remembering import remember, remembered
from tenants.imports.models import FileImport, ImportChange, ImportLine, RowIssue
from tenants.imports.records.prefilled import KIND as PREFILLED
from tenants.imports.records.prefilled import is_prefilled
from tenants.imports.records.words import PROPOSED, remember_words
from tenants.imports.running import ImportRun, Progress, no_progress, one_at_a_time
from tenants.imports.tables.reading import Limits, TableHead, check_size, read_head
from tenants.jobs.models import Job
from tenants.jobs.services import enqueue, jobs_of

# The names of the first kind of import, kept: jobs that wait during an upgrade bear them.
JOB_KIND = "stock_import"
TRIAL_KIND = "stock_trial"
PERMISSION = "stock.import"
BATCH = 2_000


def allowed_kinds(principal: Principal) -> list[ImportKind]:
    """The kinds of content that the principal may import. Raises PermissionDenied without the right to import."""
    if not principal.is_landlord or not principal.may(PERMISSION):
        raise PermissionDenied(_("Votre rôle ne permet pas d’importer des fichiers."))
    return [kind for kind in KINDS.values() if principal.may(kind.permission)]


def imports_of(principal: Principal) -> QuerySet[FileImport]:
    """The landlord's imports of the kinds that the principal may import. Raises PermissionDenied."""
    codes = [kind.code for kind in allowed_kinds(principal)]
    found: QuerySet[FileImport] = FileImport.objects.filter(kind__in=codes)
    return found


def import_of(principal: Principal, key: UUID | str) -> FileImport:
    """One of them. Raises Http404 alike for an absent import and for another landlord's."""
    found = imports_of(principal).filter(key=key).first()
    if found is None:
        raise Http404(_("Cet import n’existe pas, ou n’est pas de votre organisme."))
    return found


def receive(
    principal: Principal, upload: File[bytes], name: str, *, source: str = "", kind: str = STOCK
) -> FileImport:
    """Keep an uploaded file and propose its mapping. Runs in the landlord's scope.

    Raises ImportRefusedError for what is not a readable table; nothing is kept then.
    """
    _refuse_kind(principal, kind)
    check_size(upload.size)
    received = FileImport(
        kind=kind,
        file_name=Path(name).name[:200],
        source=source.strip()[:60],
        created_by_id=principal.user_id,
    )
    received.sha256 = _digest(upload)
    received.file.save(f"{uuid4().hex}.tableau", upload, save=False)
    try:
        head = head_of(received)
        if is_prefilled(head):  # whatever its sender called it
            _refuse_kind(principal, PREFILLED)
            received.kind = PREFILLED
        known = remembered(received.kind, received.source, head)
        profile = recognised(head.columns) if received.kind == "ratings" else None
        if profile is not None:  # the marks of a tool whose profile the landlord keeps
            received.options = {"barometer": str(profile.pk)}
            known = Mapping(GENERIC, columns_of(profile.definition))
        keep_mapping(received, known or kind_of(received.kind).propose(head, ""))
    except Exception:
        received.file.delete(save=False)
        raise
    return received


def _refuse_kind(principal: Principal, kind: str) -> None:
    if kind not in {each.code for each in allowed_kinds(principal)}:
        raise PermissionDenied(_("Votre rôle ne permet pas d’importer ce contenu."))


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


def head_of(file_import: FileImport) -> TableHead:
    """What is recognised of the file, while somebody waits for the page. Raises ImportRefusedError."""
    path = path_of(file_import)
    return read_head(path, Limits.in_a_request(path.stat().st_size))


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
        .filter(kind=file_import.kind, sha256=file_import.sha256, state=FileImport.State.APPLIED)
        .exclude(pk=file_import.pk)
        .first()
    )


def start(principal: Principal, file_import: FileImport, mapping: Mapping) -> Job:
    """Check the mapping, remember it and ask a worker for the dry run.

    Raises ImportRefusedError with what to change.
    """
    head = head_of(file_import)
    runnable = kind_of(file_import.kind).check(mapping, head)
    remember(file_import, head, runnable)
    file_import.state, file_import.message = FileImport.State.RUNNING, ""
    keep_mapping(file_import, runnable)
    return enqueue(principal, TRIAL_KIND, {"import": str(file_import.key)})


def try_again(
    principal: Principal, file_import: FileImport, said: list[tuple[str, str, str]]
) -> Job:
    """Keep what the words of the source stand for, and ask for the dry run once more. Raises ImportRefusedError."""
    if file_import.state != FileImport.State.TRIED:
        raise ImportRefusedError(
            _("Cet import n’a pas encore été essayé : faites d’abord l’essai.")
        )
    remember_words(file_import, said)
    file_import.state = FileImport.State.RUNNING
    file_import.save()
    return enqueue(principal, TRIAL_KIND, {"import": str(file_import.key)})


def confirm(principal: Principal, file_import: FileImport, decisions: dict[str, str]) -> Job:
    """Ask a worker to apply what was tried. Raises ImportRefusedError for an import that was not."""
    if file_import.state != FileImport.State.TRIED:
        raise ImportRefusedError(
            _("Cet import n’a pas encore été essayé : faites d’abord l’essai.")
        )
    file_import.state, file_import.decisions = FileImport.State.RUNNING, decisions
    file_import.save()
    # Applied as shown: what was proposed for a word is what the landlord says from now on.
    remember_words(
        file_import,
        (
            (each["field"], each["word"], each["code"])
            for each in file_import.report.get("words", [])
            if each["origin"] == PROPOSED
        ),
    )
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
        .filter(kind__in=(JOB_KIND, TRIAL_KIND), payload__contains={"import": str(file_import.key)})
        .order_by("-created_at")
        .first()
    )


def apply(
    principal: Principal, key: UUID | str, progress: Progress = no_progress, *, trial: bool = False
) -> Report | None:
    """Run a received import; None when it was already applied (a worker that died after its work).

    `trial`: everything is done and taken back, but for what it would have done. Opens the scopes itself. Raises
    ImportRefusedError; the import then says why, and the data are as before.
    """
    with landlord_scope(principal):
        file_import = import_of(principal, key)
        if file_import.state in {FileImport.State.APPLIED, FileImport.State.UNDONE}:
            return None
        path, mapping = path_of(file_import), mapping_of(file_import)
    return run(principal, file_import, path, mapping, progress, trial=trial)


def run(
    principal: Principal, file_import: FileImport, path: Path, mapping: Mapping, progress: Progress = no_progress,
    *, trial: bool = False,
) -> Report:  # fmt: skip
    """Run an import on a file and keep its report, or the reason of its refusal. Opens the scopes itself.

    Raises ImportRefusedError.
    """
    try:
        with landlord_scope(principal):
            one_at_a_time(principal.organisation_id)
            before = picture(file_import.kind)
            report, counts = kind_of(file_import.kind).run(
                ImportRun(principal, file_import, path, mapping, progress)
            )
            changes = difference(before, picture(file_import.kind))
            lines = [
                *lines_of(file_import.kind, changes),
                *left_lines(report.left_subjects()),
            ]
            if trial:
                transaction.set_rollback(True)
            else:
                _keep_applied(file_import, report, counts, lines, changes)
        if trial:
            with landlord_scope(principal):
                file_import.state, file_import.message = FileImport.State.TRIED, ""
                _keep_outcome(file_import, report, counts, lines)
    except ImportRefusedError as refused:
        with landlord_scope(principal):
            file_import.state, file_import.message = FileImport.State.FAILED, str(refused)
            file_import.save()
        raise
    return report


def undo_import(principal: Principal, file_import: FileImport) -> int:
    """Take an applied import back; returns how many rows were put back. Raises ImportRefusedError."""
    imports_of(principal)
    one_at_a_time(principal.organisation_id)
    return undo(file_import)


def _keep_applied(
    file_import: FileImport, report: Report, counts: RowCounts, lines: list[Line], changes: list[Change],
) -> None:  # fmt: skip
    # The file may hold columns that never come in (rents, persons): it is not kept once it has served.
    name = file_import.file.name
    file_import.state, file_import.message = FileImport.State.APPLIED, ""
    file_import.applied_at, file_import.file = timezone.now(), ""
    file_import.layout, file_import.mapping = report.layout, report.mapping
    _keep_outcome(file_import, report, counts, lines)
    ImportChange.objects.bulk_create(
        (
            ImportChange(
                landlord_id=file_import.landlord_id,
                file_import=file_import,
                table=each.table,
                row_id=each.row_id,
                before=each.before,
                after=each.after,
            )
            for each in changes
        ),
        batch_size=BATCH,
    )
    if name:
        transaction.on_commit(lambda: FileImport.file.field.storage.delete(name))


def _keep_outcome(
    file_import: FileImport, report: Report, counts: RowCounts, lines: list[Line]
) -> None:
    file_import.report = report.as_dict()
    file_import.save()
    file_import.issues.all().delete()
    file_import.lines.all().delete()
    ImportLine.objects.bulk_create(
        (
            ImportLine(
                landlord_id=file_import.landlord_id,
                file_import=file_import,
                action=each.action,
                subject=each.subject[:300],
                detail=each.detail,
            )
            for each in lines
        ),
        batch_size=BATCH,
    )
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


def new_import(
    principal: Principal, path: Path, mapping: Mapping, *, kind: str = STOCK, source: str = "",
    options: dict[str, Any] | None = None,
) -> FileImport:  # fmt: skip
    """The record of a file that a command reads where it is; nothing is copied. Opens the scope itself."""
    with landlord_scope(principal):
        _refuse_kind(principal, kind)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        record: dict[str, Any] = {
            "kind": kind,
            "source": source.strip()[:60],
            "options": options or {},
            "file_name": path.name[:200],
            "sha256": digest,
            "layout": mapping.layout,
            "mapping": mapping.columns,
            "state": FileImport.State.RUNNING,
            "created_by_id": principal.user_id,
        }
        created: FileImport = FileImport.objects.create(**record)
    return created
