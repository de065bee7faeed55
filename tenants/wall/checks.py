"""System checks of the wall: the product does not start with a hole in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from tenants.wall.registry import UndeclaredTableError, managed_models, wall_of


@register("wall")
def every_table_is_declared(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Each model is walled by landlord, walled by convention party, or declared common."""
    problems: list[CheckMessage] = []
    for model in managed_models():
        try:
            wall = wall_of(model)
        except UndeclaredTableError:
            problems.append(
                Error(
                    f"{model._meta.label} stands behind no wall.",
                    hint='Inherit LandlordRow or PartyRow, or declare wall = "common".',
                    id="wall.E001",
                )
            )
            continue
        columns = {field.column for field in model._meta.local_fields}
        if wall != "landlord" and "landlord_id" in columns and wall != "party":
            problems.append(
                Error(
                    f"{model._meta.label} has landlord_id but is not walled by landlord.",
                    hint="Inherit LandlordRow.",
                    id="wall.E002",
                )
            )
        if wall == "landlord" and "landlord_id" not in columns:
            problems.append(Error(f"{model._meta.label} has no landlord_id.", id="wall.E003"))
        if wall == "party" and not getattr(model, "wall_policies", ()):
            problems.append(Error(f"{model._meta.label} has no policy.", id="wall.E004"))
    return problems


@register(Tags.database)
def connection_cannot_bypass(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """The web login owns nothing and bypasses nothing; the spatial operators are still leakproof."""
    if not databases or "default" not in databases:
        return []
    return [Error(text, id=code) for code, text in unsafe_connection(using="default")]


def unsafe_connection(using: str) -> list[tuple[str, str]]:
    """What makes this connection unfit to serve readers: pairs of check id and sentence; empty when it is fit."""
    found: list[tuple[str, str]] = []
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper, rolbypassrls, "
            "       pg_has_role(oid, 'orsen_owner', 'MEMBER'), "
            "       pg_has_role(oid, 'orsen_definer', 'MEMBER') OR pg_has_role(oid, 'orsen_purger', 'MEMBER'), "
            "       pg_has_role(oid, 'orsen_report', 'MEMBER') "
            "FROM pg_roles WHERE rolname = session_user"
        )
        name, is_super, bypasses, owns, defines, reports = cursor.fetchone()
        if is_super or bypasses:
            found.append(("wall.E010", f"{name} is a superuser or bypasses row-level security."))
        elif owns or defines or reports:
            found.append(
                ("wall.E011", f"{name} may become the owner, the definer or the release builder.")
            )
        cursor.execute(
            "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner "
            "WHERE r.rolname = session_user AND c.relkind IN ('r', 'p', 'v', 'm')"
        )
        if cursor.fetchone()[0]:
            found.append(("wall.E012", f"{name} owns tables or views."))
        cursor.execute(
            "SELECT count(*) FROM pg_proc WHERE proleakproof AND oid IN "
            "('public.geometry_overlaps(geometry, geometry)'::regprocedure, "
            " 'public.geometry_within(geometry, geometry)'::regprocedure)"
        )
        if cursor.fetchone()[0] != 2:
            found.append(
                ("wall.E013", "PostGIS operators lost LEAKPROOF: run manage.py prepare_database.")
            )
    return found
