"""Give addresses their position, and their sites theirs: written down row by row, so that it can be taken back."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from tenants.geocoding.answers import Answer, Kind
from tenants.geocoding.models import GeocodedAddress
from tenants.imports.changes.recording import Change, rows_of
from tenants.imports.changes.undoing import undo
from tenants.imports.models import FileImport, ImportChange
from tenants.stock.models import Address, Site
from tenants.stock.placement import PLACED, locate, nearest_to_middle

KIND = "geocoding"  # of tenants.imports.changes.recording.TABLES
State = GeocodedAddress.State


def give_positions(run: FileImport, found: Sequence[tuple[Address, Answer]]) -> None:
    """Set the position of these addresses, and of their sites that have none. In the landlord's scope."""
    if not found:
        return
    addresses = [address for address, _answer in found]
    sites = list(Site.objects.filter(pk__in={each.site_id for each in addresses}))
    asked = [(Site, [each.pk for each in sites]), (Address, [each.pk for each in addresses])]
    before = {model: rows_of(model._meta.db_table, keys) for model, keys in asked}
    for address, answer in found:
        address.geom, address.quality = answer.point, _quality(answer)
        address.ban_id = answer.ban_id or address.ban_id
    Address.objects.bulk_update(addresses, ["geom", "quality", "ban_id"], batch_size=500)
    unplaced = [each for each in sites if each.geom is None]
    for site in unplaced:
        near = Address.objects.filter(site=site, geom__isnull=False)
        site.geom = nearest_to_middle(
            [(each.geom, each.dwellings) for each in near if each.geom is not None]
        )
    locate(unplaced)
    Site.objects.bulk_update(unplaced, ["geom", *PLACED], batch_size=500)
    changes = [
        Change(model._meta.db_table, row_id, before[model][row_id], after)
        for model, keys in asked
        for row_id, after in rows_of(model._meta.db_table, keys).items()
        if after != before[model][row_id]
    ]
    ImportChange.objects.bulk_create(
        ImportChange(
            landlord_id=run.landlord_id, file_import=run, table=each.table, row_id=each.row_id,
            before=each.before, after=each.after,
        )
        for each in changes
    )  # fmt: skip


def take_back(run: FileImport) -> int:
    """Put every row back as it was; what was answered waits to be decided again. Raises ImportRefusedError."""
    table = Address._meta.db_table
    with transaction.atomic():
        touched = list(run.changes.filter(table=table).values_list("row_id", flat=True))
        number = undo(run)
        keys = Address.objects.filter(pk__in=touched).values("match_key")
        GeocodedAddress.objects.filter(match_key__in=keys).update(
            state=State.DOUBTFUL, answered_at=timezone.now()
        )
    return number


def _quality(answer: Answer) -> str:
    if answer.kind == Kind.HOUSE_NUMBER:
        return str(Address.Quality.ENTRANCE if answer.entrance else Address.Quality.ADDRESS)
    return str(
        Address.Quality.COMMUNE if answer.kind == Kind.MUNICIPALITY else Address.Quality.STREET
    )
