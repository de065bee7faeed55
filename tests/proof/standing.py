"""What has to hold before the first probe: the connection, the policies, the tasks, the columns."""

from __future__ import annotations

from typing import Any, Final
from unittest.mock import patch

from celery import current_app
from django.db import connections, models

from tenants.jobs import registry as kinds
from tenants.jobs import runner
from tenants.jobs.claims import Claim
from tenants.wall import registry
from tenants.wall.checks import unsafe_connection
from tests.proof.planting import BARE, EMPTY, GIVEN
from tests.proof.world import World

# Every Celery task of the product, and for whom it acts. One that stands here not fails the proof.
TASKS: Final[dict[str, str]] = {
    "tenants.jobs.tasks.run_waiting": "claims jobs as the queue; each runs as the person who asked for it",
    "tenants.jobs.tasks.sweep": "wakes queues: job states only",
    "sharing.journal.seal": "seals the journal as the queue: no landlord's table",
    "tenants.campaigns.remind": "reminds who has sites to rate, as somebody of each landlord who manages campaigns",
    "tenants.campaigns.purge_texts": "empties texts older than the retention as the queue, by one function of the base",
    "tenants.photographs.purge": "deletes photographs older than the retention as the queue, by functions of the base",
    "sharing.conventions.remind_ends": "reminds the parties of a convention that ends, as its coordination",
    "sharing.jointactions.tell_overdue": "tells who answers for a late joint action, as the coordination",
    "sharing.notices.mail": "mails notices as the queue: the correspondent's address and the notice",
    "sharing.notices.tell_dead_jobs": "finds jobs given up as the queue, tells of each as somebody of its organisation",
    "sharing.announcements.tell": "tells each landlord, as one of its own, of what was announced near its sites",
    "sharing.schedules.fire": "finds live schedules as the queue, asks for each report as the person who signed it",
    "sharing.receipts.sweep": "removes expired copies as the queue: paths only",
}
MODULES: Final = ("tenants.", "sharing.", "gis.", "accounts.", "orsen.", "tests.")


def problems(world: World) -> list[str]:
    """What is wrong, in words; empty when everything holds."""
    return [
        *(f"connection: {code} {text}" for code, text in unsafe_connection("default")),
        *_policies(),
        *_tasks(),
        *_jobs(world),
        *_columns(world),
    ]


def _policies() -> list[str]:
    walled = {m._meta.db_table: registry.wall_of(m) for m in registry.managed_models()}
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity, "
            "       coalesce(array_agg(p.policyname::text) FILTER (WHERE 'orsen_app' = ANY (p.roles) AND NOT ("
            # The one other policy that a landlord's table may have: it narrows what « wall » lets be deleted.
            "         p.policyname = 'deletable' AND p.permissive = 'RESTRICTIVE' AND p.cmd = 'DELETE'"
            "         AND p.qual = '(file_import_id IS NOT NULL)')), '{}') "
            "FROM pg_class c LEFT JOIN pg_policies p ON p.tablename = c.relname AND p.schemaname = 'public' "
            "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' GROUP BY 1, 2"
        )
        found = {table: (forced, list(names)) for table, forced, names in cursor.fetchall()}
    wrong = []
    for table, wall in walled.items():
        forced, names = found[table]
        if wall != "common" and not forced:
            wrong.append(f"policy: {table} does not force row-level security")
        if wall == "landlord" and names != ["wall"]:
            wrong.append(
                f"policy: {table} has {names or 'no policy'} for landlords, not « wall » alone"
            )
    return wrong


def _tasks() -> list[str]:
    current_app.loader.import_default_modules()
    product = {name for name in current_app.tasks if name.startswith((*MODULES, "planted"))}
    return [
        f"task: {name} has no principal declared (tests/proof/standing.py)"
        for name in sorted(product - TASKS.keys())
    ]


def _jobs(world: World) -> list[str]:
    """Every kind of job, asked for by somebody who is suspended: refused before its work begins."""
    suspended = world.readers["a suspended administrator"].membership
    assert suspended is not None
    kinds._load()
    wrong = []
    for name in list(kinds._KINDS):
        began: list[str] = []

        def work(running: Any, name: str = name, began: list[str] = began) -> dict[str, Any]:
            began.append(name)
            return {}

        known = kinds._KINDS[name]
        claim = Claim(0, "0", name, suspended.organisation_id, suspended.pk, {}, 1)
        with patch.dict(kinds._KINDS, {name: kinds.Kind(name, known.queue, known.permission, work)}):  # fmt: skip
            runner._run(claim, _Keeper())  # type: ignore[arg-type]  # what it would write is of no interest
        if began:
            wrong.append(f"task: the job {name} ran for somebody whose rights are suspended")
    return wrong


class _Keeper:
    def ask(self, write: Any) -> None:
        """Write nothing."""


def _columns(world: World) -> list[str]:
    """Every column of a landlord's table holds a canary, or says why it does not."""
    wrong = []
    for model in registry.managed_models():
        table = model._meta.db_table
        if registry.wall_of(model) != "landlord" or table in EMPTY:
            continue
        for each in model._meta.local_fields:
            column = f"{table}.{each.name}"
            told = column in world.book.columns or column in BARE or column in GIVEN
            if not (told or each.is_relation or each.choices or isinstance(each, _UNTELLING)):
                wrong.append(f"column: {column} holds no canary")
    return wrong


_UNTELLING: Final = (models.DateField, models.BooleanField)  # a date-time field is a date field


def must_be_met(world: World) -> list[str]:
    """What a landlord's own people have to find of their own, so that a crawl does not pass by finding nothing."""
    shown = (
        "tenants_site.key name address dwellings geom id", "tenants_agency.name", "tenants_campaign.key name",
        "tenants_assessment.internal_comment shared_comment", "tenants_intervention.key title", "tenants_fileimport.file_name",
        "tenants_rowissue.reason", "tenants_countervisit.id", "tenants_objectgrant.reason",
    )  # fmt: skip
    return [f"{line.split('.')[0]}.{name}" for line in shown for name in line.split(".")[1].split()]
