"""The operator's admin serves common tables only."""

from __future__ import annotations

from django.contrib import admin

from tenants.wall.registry import wall_of


def test_the_admin_serves_common_tables_only() -> None:
    registered = admin.site._registry.keys()
    assert {model._meta.label for model in registered if wall_of(model) != "common"} == set()
    assert {
        "accounts.Organisation",
        "accounts.User",
        "accounts.Membership",
        "territory.Territory",
        "tenants.Grid",
    } <= {model._meta.label for model in registered}
