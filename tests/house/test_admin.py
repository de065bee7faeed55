"""The operator's admin serves common tables only."""

from __future__ import annotations

from django.contrib import admin
from django.test import RequestFactory

from accounts.models import User
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


def test_the_admin_deletes_nothing_that_a_landlord_s_table_points_to(rf: RequestFactory) -> None:
    request = rf.get("/exploitation/")
    request.user = User(is_superuser=True, is_staff=True, is_active=True)
    pages = [
        (each.model, each)
        for page in admin.site._registry.values()
        for each in (page, *(inline(page.model, admin.site) for inline in page.inlines))
    ]
    deletable = {
        model._meta.label: sorted(
            relation.related_model._meta.label
            for relation in model._meta.get_fields(include_hidden=True)
            if (relation.one_to_many or relation.one_to_one)
            and relation.auto_created
            and not relation.concrete
            and wall_of(relation.related_model) != "common"
        )
        for model, page in pages
        if page.has_delete_permission(request)
    }
    assert {label: walled for label, walled in deletable.items() if walled} == {}
