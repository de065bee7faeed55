"""Every IRIS, QPV and commune of Île-de-France in one run: a protected release of 25,000 sites, then a PDF for each.

    python -m bench.region [--anew] [--departements 92,94]

Prints what it does; the last line is one JSON object. The reader is a prefecture. Two processes do the jobs of the
sheets, as two workers would; the release is planned by processes of its own. Needs the boundaries of ORSEN_OPEN_DATA.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import time
import uuid
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.ground import LOCAL, ROOT, Ground, Size, build
from bench.servers import VENV, install_packages

SIZE = Size(25_000, 30, 50_000)
WORKERS = 2
LOOKED_AT = 200  # sheets that are opened
COMPARED = 25  # sheets that both printers print
CONVENTION = "Convention générale"
MODULE = "bench.region"
# One round of the region's convention, which every landlord answered with its last campaign; nothing released before.
PREPARE = """
TRUNCATE sharing_release CASCADE;
UPDATE sharing_convention SET geography = 'both', departement_codes = %s WHERE name = 'Convention générale';
INSERT INTO sharing_campaignround (key, convention_id, name, reference_date, opens_on, closes_on, state, closed_at)
  SELECT gen_random_uuid(), id, 'Campagne régionale', starts_on, starts_on, starts_on, 'closed', now()
  FROM sharing_convention WHERE name = 'Convention générale'
  AND NOT EXISTS (SELECT FROM sharing_campaignround WHERE name = 'Campagne régionale');
UPDATE tenants_campaign c SET round_key = (SELECT key FROM sharing_campaignround WHERE name = 'Campagne régionale')
  WHERE EXISTS (SELECT FROM tenants_campaignsite s WHERE s.campaign_id = c.id);
"""
PUBLISH = """
UPDATE sharing_release SET published_at = now() WHERE published_at IS NULL;
INSERT INTO sharing_report (key, convention_id, release_id, title, created_at, published_at)
  SELECT gen_random_uuid(), convention_id, id, 'Sensibilité des quartiers d’Île-de-France', now(), now() FROM sharing_release;
"""


def peak_mb(who: int) -> float:
    """Peak memory of this process or of the largest of its children."""
    return resource.getrusage(who).ru_maxrss / 1024


def prefecture() -> Any:
    """Who reads."""
    from accounts.models import Membership
    from accounts.principal import from_membership

    members = Membership.objects.live().select_related("organisation")
    return from_membership(members.get(organisation__partner_category="prefecture"))


def release_all(ground: Ground, departements: list[str]) -> dict[str, Any]:
    """Plan, protect and write the release of the region."""
    from django.db import connections

    from sharing.release.builder import REPORT
    from sharing.release.builder import build as build_release
    from sharing.rounds.models import CampaignRound

    ground.sql(PREPARE, departements)
    round_ = CampaignRound.objects.using(REPORT).get(name="Campagne régionale")
    began = time.perf_counter()
    build_release(round_, uuid.uuid4(), lambda *step: print("  release:", *step, flush=True))
    seconds = time.perf_counter() - began
    connections.close_all()
    ground.sql(PUBLISH)
    by_kind = ground.sql(
        "SELECT t.kind, count(*), count(*) FILTER (WHERE NOT n.is_withheld) FROM sharing_releasedneighbourhood n "
        "JOIN territory_territory t ON t.id = n.territory_id GROUP BY 1 ORDER BY 1"
    )
    return {
        "release_seconds": round(seconds, 1),
        "release_memory_mb": round(
            max(peak_mb(resource.RUSAGE_SELF), peak_mb(resource.RUSAGE_CHILDREN))
        ),
        "coverage": ground.sql("SELECT coverage FROM sharing_release")[0][0],
        "territories": {kind: int(count) for kind, count, _told in by_kind},
        "published": {kind: int(told) for kind, _count, told in by_kind},
    }


def sheets(ground: Ground) -> dict[str, Any]:
    """Ask for every département's sheets as the prefecture; two processes make them."""
    from django.db import connections

    from sharing.access import shared_scope
    from sharing.reports import services
    from sharing.reports.content import content_of
    from sharing.reports.models import Report
    from sharing.reports.sheets import departements_of

    principal = prefecture()
    began = time.perf_counter()
    with shared_scope(principal):
        report = services.report_of(principal, Report.objects.get().key)
        departements = departements_of(content_of(principal, report, with_own=False))
        services.request_sheets(principal, report, departements)
    connections.close_all()
    words = [sys.executable, "-m", MODULE, "--work"]
    workers = [
        subprocess.Popen(words, cwd=ROOT, env=ground.environment, stdout=subprocess.PIPE, text=True)
        for _ in range(WORKERS)
    ]
    peaks = [float(worker.communicate()[0].splitlines()[-1]) for worker in workers]
    seconds = time.perf_counter() - began
    with shared_scope(principal):
        found = services.archives(principal, report, departements)
        files = [
            Path(os.environ["ORSEN_MEDIA_ROOT"]) / one.receipt.path for one in found if one.receipt
        ]
    return {
        "sheets_seconds": round(seconds, 1),
        "worker_memory_mb": round(max(peaks)),
        "archives": len(files),
        **opened(files),
    }


def work() -> None:
    """Do the jobs that wait, then print this process's peak memory."""
    import django

    django.setup()
    from tenants.jobs.runner import run_one

    while run_one("jobs"):
        pass
    print(peak_mb(resource.RUSAGE_SELF))


def opened(files: list[Path]) -> dict[str, Any]:
    """How many PDFs there are, and of a sample how many declare PDF/UA-1 and keep what it asks of every file."""
    from pypdf import PdfReader

    names = [(file, name) for file in files for name in zipfile.ZipFile(file).namelist()]
    drawn = random.Random(7).sample(names, min(LOOKED_AT, len(names)))
    sound = 0
    for file, name in drawn:
        catalog = PdfReader(io.BytesIO(zipfile.ZipFile(file).read(name))).trailer["/Root"]
        metadata = catalog["/Metadata"].get_object().get_data()
        sound += (
            bool(catalog["/MarkInfo"]["/Marked"]) and "/StructTreeRoot" in catalog and "/Lang" in catalog
            and bool(catalog["/ViewerPreferences"]["/DisplayDocTitle"]) and b"pdfuaid:part" in metadata
        )  # fmt: skip
    return {"pdfs": len(names), "megabytes": round(sum(file.stat().st_size for file in files) / 1e6),
            "opened": len(drawn), "sound": sound}  # fmt: skip


def printers(ground: Ground) -> dict[str, Any]:
    """The same pages by Typst and by WeasyPrint, in turn: milliseconds a page, medians."""
    from django.utils import timezone

    from bench.page import page_of
    from sharing.access import shared_scope
    from sharing.receipts.facts import Facts
    from sharing.reports import services
    from sharing.reports.content import content_of
    from sharing.reports.models import Report
    from sharing.reports.sheets import LAYOUT, departements_of, documents, sheets_of
    from sharing.reports.typesetting import compiled

    install_packages()
    principal = prefecture()
    facts = Facts("2026-AAAA-BBBB", "T", "Préfecture", (), "", timezone.now(), timezone.now())
    with shared_scope(principal):
        report = services.report_of(principal, Report.objects.get().key)
        content = content_of(principal, report, with_own=False)
        told = [
            sheet
            for departement in departements_of(content)
            for sheet in sheets_of(content, departement)
            if not sheet.line.is_withheld
        ]
        random.Random(7).shuffle(told)
        data = [each for _sheet, each in documents(content, told[:COMPARED], "Préfecture", facts)]
    with TemporaryDirectory() as folder:
        for number, each in enumerate(data):
            (Path(folder) / f"{number:03}.html").write_text(page_of(each), encoding="utf-8")
        theirs, ours = [], []
        for _ in range(ground.rounds):
            words = [str(VENV / "bin/python"), str(ROOT / "bench/peer_printer.py"), folder]
            done = subprocess.run(words, check=True, capture_output=True, text=True)
            theirs += json.loads(done.stdout.splitlines()[-1])
            compiled(LAYOUT, data[0])  # as theirs: the first one reads the fonts
            for each in data:
                began = time.perf_counter()
                compiled(LAYOUT, each)
                ours.append(1000 * (time.perf_counter() - began))
    mine, other = statistics.median(ours), statistics.median(theirs)
    return {"page_ms": round(mine, 2), "weasyprint_ms": round(other, 2), "times_faster": round(other / mine, 1),
            "pages_compared": len(data)}  # fmt: skip


def main() -> None:
    """Measure and print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--anew", action="store_true", help="make the database again")
    parser.add_argument(
        "--departements", default="75,77,78,91,92,93,94,95", help="fewer, to try it"
    )
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.work:
        work()
        return
    with TemporaryDirectory(dir=LOCAL.parent) as media:
        os.environ["ORSEN_MEDIA_ROOT"] = media
        ground = build(SIZE, 3, anew=asked.anew)
        found = release_all(ground, asked.departements.split(","))
        print(found, flush=True)
        found |= sheets(ground)
        print(found, flush=True)
        found |= printers(ground)
    found["seconds"] = round(found["release_seconds"] + found["sheets_seconds"], 1)
    found["minutes"] = round(found["seconds"] / 60, 2)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
