"""Delete what a landlord owned, once it has it in hand. Releases, conventions and the sealed journal stay."""

from __future__ import annotations

import hashlib
import json
import uuid
import zipfile
from pathlib import Path

from django.conf import settings
from django.db import connections, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg2 import sql

from accounts.models import Membership, Organisation, User
from orsen.operations.departure.export import FORMAT, MANIFEST, private_files, records
from orsen.operations.departure.tables import Fate, rows_of_landlords
from orsen.operations.postgresql import OperationError
from sharing.conventions.models import Party, Signature


def verify_export(landlord: Organisation, path: Path) -> None:
    """Refuse an export that is damaged, another landlord's, or older than the last change of the number of rows."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = json.loads(archive.read(MANIFEST))
            damaged = [
                name
                for name, digest in manifest["fichiers"].items()
                if hashlib.sha256(archive.read(name)).hexdigest() != digest
            ]
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise OperationError(
            _("« %(path)s » n’est pas un export lisible : %(error)s")
            % {"path": path, "error": error}
        ) from error
    if damaged or manifest.get("format") != FORMAT:
        raise OperationError(
            _("L’export est abîmé (%(names)s) : refaites-le.") % {"names": ", ".join(damaged[:5])}
        )
    if manifest["bailleur"] != str(landlord.key):
        raise OperationError(_("Cet export est celui de %(name)s.") % {"name": manifest["nom"]})
    now = {
        each.name: sum(1 for _row in records(each, landlord))
        for each in rows_of_landlords()
        if each.fate is Fate.DELETED
    }
    changed = sorted(
        table for table, count in now.items() if manifest["lignes"].get(table) != count
    )
    if changed:
        raise OperationError(
            _("Des données ont changé depuis l’export (%(tables)s) : refaites-le.")
            % {"tables": ", ".join(changed)}
        )


def delete_landlord(landlord: Organisation, export: Path) -> dict[str, int]:
    """Delete the landlord's rows and files, close its people's accounts, withdraw its signatures; return the rows.

    All or nothing in the database; files go after the commit. The organisation stays as a closed name, which
    conventions, the journal and past releases refer to. Raises OperationError without a good export.
    """
    verify_export(landlord, export)
    files = private_files(landlord)
    deleted: dict[str, int] = {}
    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        leavers = list(
            User.objects.using("owner")
            .filter(memberships__organisation=landlord)
            .distinct()
            .order_by("pk")
        )
        for each in rows_of_landlords():
            if each.fate is Fate.DELETED:
                statement = sql.SQL("DELETE FROM {} WHERE {} = {}").format(
                    sql.Identifier(each.table),
                    sql.Identifier(each.column),
                    sql.Literal(landlord.pk),
                )
                cursor.execute(statement)
                deleted[each.table] = cursor.rowcount
        close_accounts(leavers)
        withdraw(landlord)
    for name in files:
        (Path(settings.MEDIA_ROOT) / name).unlink(missing_ok=True)
    return deleted


def close_accounts(leavers: list[User]) -> None:
    """Delete the accounts of people who act for nobody else; empty those that something still refers to."""
    for user in leavers:
        if Membership.objects.using("owner").filter(user=user).exists() or user.is_superuser:
            continue
        try:
            with transaction.atomic("owner"):
                user.delete(using="owner")
        except ProtectedError:
            user.email = f"{uuid.uuid4().hex}@supprime.invalid"
            user.display_name = "Compte supprimé"
            user.is_active = False
            user.set_unusable_password()
            user.save(using="owner")


def withdraw(landlord: Organisation) -> None:
    """End what the landlord shared, forget its contacts, and close its name."""
    Signature.objects.using("owner").filter(
        organisation=landlord, withdrawn_at__isnull=True
    ).update(withdrawn_at=timezone.now())
    Party.objects.using("owner").filter(organisation=landlord).update(
        correspondent="", correspondent_email=""
    )
    Organisation.objects.using("owner").filter(pk=landlord.pk).update(
        is_active=False, contact_label="", contact_email="", contact_phone=""
    )
