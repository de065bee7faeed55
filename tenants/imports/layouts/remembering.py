"""Mappings that a landlord made once, proposed again for the same columns or the same source."""

from __future__ import annotations

import hashlib

from django.utils import timezone

from tenants.imports.layouts.mapping import Mapping
from tenants.imports.models import FileImport, RememberedMapping
from tenants.imports.tables.reading import TableHead

ENOUGH = 0.6  # of the remembered columns must be in a file of the same source whose other columns changed


def signature_of(columns: list[str]) -> str:
    """The same for the same names, whatever their order."""
    return hashlib.sha256(
        "\n".join(sorted(name.strip().upper() for name in columns)).encode()
    ).hexdigest()


def remember(file_import: FileImport, head: TableHead, mapping: Mapping) -> None:
    """Keep what the landlord said of these columns. Runs in its scope."""
    RememberedMapping.objects.update_or_create(
        kind=file_import.kind,
        source=file_import.source,
        signature=signature_of(head.columns),
        defaults={"layout": mapping.layout, "mapping": mapping.columns, "used_at": timezone.now()},
        create_defaults={
            "landlord_id": file_import.landlord_id,
            "layout": mapping.layout,
            "mapping": mapping.columns,
        },
    )


def remembered(kind: str, source: str, head: TableHead) -> Mapping | None:
    """What was said of the same columns, of this source first; else what still holds of the source's last file."""
    known = list(RememberedMapping.objects.filter(kind=kind).order_by("-used_at")[:200])
    same = [each for each in known if each.signature == signature_of(head.columns)]
    found = next((each for each in same if each.source == source), same[0] if same else None)
    if found is not None:
        return Mapping(found.layout, dict(found.mapping))
    for each in known:
        kept = {field: name for field, name in each.mapping.items() if name in head.columns}
        if source and each.source == source and len(kept) >= ENOUGH * len(each.mapping):
            return Mapping(each.layout, kept)
    return None
