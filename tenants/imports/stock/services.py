"""Run a stock import from the file to the coverage report: the one way for pages, workers and the command."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from django.utils.translation import gettext as _

from accounts.principal import Principal
from gis.territories.importing.errors import ImportRefusedError
from tenants.access import landlord_scope
from tenants.imports.cleaning.notes import RejectedRowError
from tenants.imports.counting import RowCounts
from tenants.imports.layouts.mapping import Mapping, checked, dropped, unused
from tenants.imports.running import PROGRESS_EVERY, Progress, no_progress, one_at_a_time
from tenants.imports.stock.communes import CommuneBook, load_communes
from tenants.imports.stock.fates import carry_over, proposals, settle
from tenants.imports.stock.gathering import Gathering
from tenants.imports.stock.grouping import SiteDraft, group, site_key, spread_m
from tenants.imports.stock.report import StockReport
from tenants.imports.stock.rows import RowReader
from tenants.imports.stock.storing import Stored, store
from tenants.imports.tables.reading import TableHead, line_count, read_head, read_rows

SCATTERED_M = 500.0
LISTED = 200


def import_stock(
    principal: Principal,
    path: Path,
    mapping: Mapping,
    *,
    file_name: str = "",
    progress: Progress = no_progress,
    decisions: dict[str, str] | None = None,
    keep: Callable[[StockReport, RowCounts], None] | None = None,
) -> StockReport:
    """Read the file, write the landlord's sites and addresses, place them: one transaction under its scope.

    `decisions`: what the landlord decided on the proposals of the dry run (tenants.imports.stock.fates).
    `keep` is called inside the transaction with the report and the counts. Raises ImportRefusedError with what to do;
    then nothing was written.
    """
    started = time.monotonic()
    head = read_head(path)
    mapping = checked(mapping, head)
    report = _report(file_name or path.name, head, mapping)
    with landlord_scope(principal):
        one_at_a_time(principal.organisation_id)
        total = line_count(path, head)
        counts, gathering = _gather(
            path,
            head,
            mapping,
            load_communes(),
            lambda done: progress(done, total, _("Lecture des lignes")),
        )
        report.count_rows(counts)
        _refuse_if_nothing(counts)
        progress(counts.read, total, _("Enregistrement des sites et des adresses"))
        drafts = group(gathering)
        carry_over(decisions or {})
        stored = store(drafts, principal.organisation_id, named="site_name" in mapping.columns)
        _coverage(report, drafts, stored)
        report.left = [{"code": each.code, "name": each.name} for each in stored.left]
        report.proposals = proposals(stored)
        settle(stored, decisions or {})
        report.seconds = round(time.monotonic() - started, 1)
        if keep is not None:
            keep(report, counts)
    return report


def _gather(
    path: Path,
    head: TableHead,
    mapping: Mapping,
    communes: CommuneBook,
    progress: Callable[[int], None],
) -> tuple[RowCounts, Gathering]:
    fields = list(mapping.columns)
    keep = [head.columns.index(mapping.columns[name]) for name in fields]
    reader, counts, gathering = RowReader(fields, communes), RowCounts(), Gathering(site_key)
    for row in read_rows(path, head, keep):
        try:
            place, dwellings = reader.read(row.cells)
        except RejectedRowError as rejected:
            column = mapping.columns.get(rejected.note.field, "")
            counts.reject(row.line, column, rejected.note)
        else:
            counts.attach(row.line, mapping.columns, place.notes)
            gathering.add(row.line, place, dwellings)
        if counts.read % PROGRESS_EVERY == 0:
            progress(counts.read)
    gathering.finish()
    return counts, gathering


def _refuse_if_nothing(counts: RowCounts) -> None:
    if not counts.read:
        raise ImportRefusedError(
            _("Le fichier n’a aucune ligne sous l’en-tête. Vérifiez l’export de votre logiciel.")
        )
    if not counts.attached:
        raise ImportRefusedError(
            _(
                "Aucune ligne du fichier ne peut être rattachée à une adresse. Vérifiez la correspondance des "
                "colonnes : rien n’a été changé."
            )
        )


def _report(name: str, head: TableHead, mapping: Mapping) -> StockReport:
    return StockReport(
        file=name,
        layout=mapping.layout,
        recognised={
            "format": head.format,
            "encoding": head.encoding,
            "delimiter": head.delimiter,
            "sheet": head.sheet,
            "header_line": head.header_line,
            "columns": len(head.columns),
        },
        mapping=mapping.columns,
        dropped_columns=dropped(head.columns),
        unused_columns=unused(mapping, head.columns),
    )


def _coverage(report: StockReport, drafts: list[SiteDraft], stored: Stored) -> None:
    addresses = [address for draft in drafts for address in draft.addresses]
    report.dwellings = sum(draft.dwellings for draft in drafts)
    report.addresses, report.sites = len(addresses), len(drafts)
    report.sites_created, report.sites_updated = stored.created, stored.updated
    report.sites_untouched, report.addresses_removed = stored.untouched, stored.addresses_removed
    report.dwellings_by_site = round(report.dwellings / report.sites, 1)
    report.sites_by = dict(Counter(draft.key.kind for draft in drafts))
    located = [address for address in addresses if address.position is not None]
    report.with_geometry = {
        "addresses": _share(len(located), len(addresses)),
        "dwellings": _share(sum(each.dwellings for each in located), report.dwellings),
        "sites": _share(
            sum(1 for site, _draft, _placed in stored.lines if site.geom), report.sites
        ),
    }
    placements = [placed for _site, _draft, placed in stored.lines]
    report.placed = {
        "commune": _share(sum(each.commune_known for each in placements), report.sites),
        "iris": _share(sum(bool(each.iris) for each in placements), report.sites),
        "qpv": _share(sum(bool(each.qpv) for each in placements), report.sites),
    }
    report.placement = dict(Counter(each.quality.value for each in placements))
    report.unknown_communes = _unknown_communes(stored)
    report.contradictions = [
        {"code": site.code, "name": site.name, "what": ", ".join(placed.contradicts)}
        for site, _draft, placed in stored.lines
        if placed.contradicts
    ][:LISTED]
    report.scattered = [
        {"name": site.name, "metres": round(spread)}
        for site, draft, _placed in stored.lines
        if (spread := spread_m(draft)) > SCATTERED_M
    ][:LISTED]


def _unknown_communes(stored: Stored) -> list[dict[str, object]]:
    counted = Counter(
        (site.commune_code, site.commune_name or site.postcode)
        for site, _draft, placed in stored.lines
        if not placed.commune_known
    )
    return [
        {"code": code, "name": name, "sites": number}
        for (code, name), number in sorted(counted.items())
    ]


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
