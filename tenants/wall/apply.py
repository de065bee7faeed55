"""Put the wall on the tables: row-level security, policies, grants, keys that cannot cross landlords.

Run by the owner after every migration (`post_migrate`, or `manage.py apply_wall`); idempotent, one transaction.
Until it has run, a new table is closed: no role but the owner has a grant on it.
"""

from __future__ import annotations

from pathlib import Path

from django.apps import apps
from django.db import connections, models, transaction
from django.db.backends.utils import CursorWrapper

from tenants.wall import registry
from tenants.wall.models import Policy

LANDLORD_CONDITION = "landlord_id = (SELECT wall.landlord())"
ALL_ROLES = (*registry.RUNTIME, "orsen_report", "orsen_definer", "orsen_purger")


def apply_wall(using: str = "owner") -> int:
    """Bring every table to what its model declares. Returns the number of tables; raises UndeclaredTableError."""
    tables = registry.managed_models()
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    with transaction.atomic(using=using), connection.cursor() as cursor:
        present = [model for model in tables if model._meta.db_table in existing]
        for model in present:
            _reset(cursor, model._meta.db_table)
        for path in sql_files():
            cursor.execute(path.read_text(encoding="utf-8"))
        for model in present:
            wall = registry.wall_of(model)
            if wall == "landlord":
                _wall_by_landlord(cursor, model)
            elif wall == "party":
                _wall_by_party(cursor, model)
            else:
                _declare_common(cursor, model)
        for model in present:
            if registry.wall_of(model) == "landlord":
                _composite_keys(cursor, model)
        cursor.execute("GRANT SELECT ON django_migrations TO orsen_web")
    return len(present)


def sql_files() -> list[Path]:
    """The numbered SQL files of the apps (`<app>/sql/*.sql`), in the order of the imports: ground floor first."""
    order = ["gis", "tenants", "sharing"]
    folders = [Path(apps.get_app_config(label).path) / "sql" for label in _labels(order)]
    return [path for folder in folders if folder.is_dir() for path in sorted(folder.glob("*.sql"))]


def _labels(names: list[str]) -> list[str]:
    by_name = {config.name: config.label for config in apps.get_app_configs()}
    return [by_name[name] for name in names if name in by_name]


def _reset(cursor: CursorWrapper, table: str) -> None:
    cursor.execute(
        "SELECT policyname FROM pg_policies WHERE schemaname = 'public' AND tablename = %s", [table]
    )
    for (name,) in cursor.fetchall():
        cursor.execute(f'DROP POLICY "{name}" ON "{table}"')
    cursor.execute(f'REVOKE ALL ON "{table}" FROM PUBLIC, {", ".join(ALL_ROLES)}')


def _force(cursor: CursorWrapper, table: str) -> None:
    cursor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
    cursor.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')


def _wall_by_landlord(cursor: CursorWrapper, model: type[models.Model]) -> None:
    table = model._meta.db_table
    _force(cursor, table)
    cursor.execute(
        f'CREATE POLICY wall ON "{table}" FOR ALL TO orsen_app '
        f"USING ({LANDLORD_CONDITION}) WITH CHECK ({LANDLORD_CONDITION})"
    )
    commands = (
        "SELECT, INSERT"
        if getattr(model, "wall_append_only", False)
        else "SELECT, INSERT, UPDATE, DELETE"
    )
    deletable = str(getattr(model, "wall_deletable", ""))
    if deletable:
        cursor.execute(
            f'CREATE POLICY deletable ON "{table}" AS RESTRICTIVE FOR DELETE TO orsen_app USING ({deletable})'
        )
        commands = f"{commands}, DELETE"
    cursor.execute(f'GRANT {commands} ON "{table}" TO orsen_app')
    cursor.execute(f'GRANT SELECT ON "{table}" TO orsen_definer')
    texts, aged_by = getattr(model, "wall_purged", ((), ""))
    if texts:
        names = ", ".join(texts)
        cursor.execute(
            f'GRANT SELECT ({names}, {aged_by}), UPDATE ({names}) ON "{table}" TO orsen_purger'
        )
    named = getattr(model, "wall_purged_rows", ())
    if named:
        cursor.execute(f'GRANT SELECT ({", ".join(named)}), DELETE ON "{table}" TO orsen_purger')
    columns = getattr(model, "wall_report_columns", ())
    if columns:
        cursor.execute(f'CREATE POLICY report ON "{table}" FOR SELECT TO orsen_report USING (true)')
        cursor.execute(f'GRANT SELECT ({", ".join(columns)}) ON "{table}" TO orsen_report')


def _wall_by_party(cursor: CursorWrapper, model: type[models.Model]) -> None:
    table = model._meta.db_table
    _force(cursor, table)
    policies: tuple[Policy, ...] = getattr(model, "wall_policies", ())
    for number, policy in enumerate(policies):
        for command in policy.commands.replace(" ", "").split(","):
            using = "" if command == "INSERT" else f"USING ({policy.condition})"
            check = "" if command in {"SELECT", "DELETE"} else f"WITH CHECK ({policy.condition})"
            name = f"party_{number}_{command.lower()}"
            cursor.execute(
                f'CREATE POLICY {name} ON "{table}" FOR {command} TO {policy.role} {using} {check}'
            )
            grant = "SELECT, INSERT, UPDATE, DELETE" if command == "ALL" else command
            if policy.columns:
                grant = f"{command} ({', '.join(policy.columns)})"
            cursor.execute(f'GRANT {grant} ON "{table}" TO {policy.role}')
    cursor.execute(f'GRANT SELECT ON "{table}" TO orsen_definer')
    commands = "ALL" if getattr(model, "wall_report_writes", False) else "SELECT"
    cursor.execute(f'CREATE POLICY report ON "{table}" FOR {commands} TO orsen_report USING (true)')
    cursor.execute(
        f'GRANT {"SELECT, INSERT, UPDATE" if commands == "ALL" else "SELECT"} ON "{table}" TO orsen_report'
    )


def _declare_common(cursor: CursorWrapper, model: type[models.Model]) -> None:
    table = model._meta.db_table
    readers, writers = registry.common_rights(model)
    if readers:
        cursor.execute(f'GRANT SELECT ON "{table}" TO {", ".join(readers)}')
    if writers:
        cursor.execute(f'GRANT INSERT, UPDATE, DELETE ON "{table}" TO {", ".join(writers)}')
    if "orsen_app" in readers:
        cursor.execute(f'GRANT SELECT ON "{table}" TO orsen_definer, orsen_report')


def _composite_keys(cursor: CursorWrapper, model: type[models.Model]) -> None:
    """A plain foreign key accepts another landlord's id: add one that carries the landlord."""
    table = model._meta.db_table
    for field in model._meta.local_fields:
        target = field.related_model
        if not isinstance(target, type) or getattr(target, "wall", None) != "landlord":
            continue
        target_table = target._meta.db_table
        unique = f"{target_table}_landlord_id_key"
        cursor.execute("SELECT 1 FROM pg_constraint WHERE conname = %s", [unique])
        if cursor.fetchone() is None:
            cursor.execute(
                f'ALTER TABLE "{target_table}" ADD CONSTRAINT "{unique}" UNIQUE (landlord_id, id)'
            )
        name = f"{table}_{field.column}_same_landlord"[:63]
        cursor.execute("SELECT 1 FROM pg_constraint WHERE conname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(
                f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY (landlord_id, "{field.column}") '
                f'REFERENCES "{target_table}" (landlord_id, id) DEFERRABLE INITIALLY DEFERRED'
            )
