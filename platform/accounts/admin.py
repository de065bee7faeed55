"""The operator's pages for people and organisations."""

from __future__ import annotations

from typing import ClassVar

import django.contrib.auth.admin  # noqa: F401  it registers the groups that are taken out below
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from accounts.models import (
    LandlordGroup,
    Membership,
    Organisation,
    ProConnectIdentity,
    SecurityEvent,
    User,
)

# Roles are a literal table (accounts/roles.py); groups give nothing here.
admin.site.unregister(Group)


class KeptAdmin(admin.ModelAdmin):
    """Records that landlords' tables point to.

    Deleting one would ask what points to it, which only a landlord may read: people and organisations are made
    inactive, memberships ended, and a landlord leaves by its own command.
    """

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody."""
        return False


@admin.register(LandlordGroup)
class LandlordGroupAdmin(KeptAdmin):
    """Groups of landlords."""

    search_fields = ("name",)


class MembershipInline(admin.TabularInline):
    """A person's memberships, on the person's page."""

    model = Membership
    extra = 0
    autocomplete_fields = ("organisation",)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody: a membership is ended, not deleted."""
        return False


@admin.register(Organisation)
class OrganisationAdmin(KeptAdmin):
    """Landlords, partners, coordinations."""

    list_display = ("name", "kind", "partner_category", "group", "is_active")
    list_filter = ("kind", "partner_category", "is_active")
    search_fields = ("name", "short_name", "siret")


@admin.register(User)
class UserAdmin(KeptAdmin):
    """People. Passwords are set by the person, through the reset page."""

    list_display = ("email", "display_name", "is_active", "is_staff")
    search_fields = ("email", "display_name")
    exclude = ("password", "groups", "user_permissions")
    readonly_fields = ("last_login", "date_joined")
    inlines: ClassVar = [MembershipInline]


@admin.register(Membership)
class MembershipAdmin(KeptAdmin):
    """Who acts for whom, in which role, until when."""

    list_display = (
        "user",
        "organisation",
        "role_code",
        "departement_codes",
        "since",
        "until",
        "suspended_at",
    )
    list_filter = ("role_code",)
    search_fields = ("user__email", "organisation__name")
    autocomplete_fields = ("user", "organisation")


@admin.register(ProConnectIdentity)
class ProConnectIdentityAdmin(admin.ModelAdmin):
    """Which subject answers for whom. Delete one to let a person bind another, once she has proved who she is."""

    list_display = ("user", "issuer", "bound_at", "used_at")
    search_fields = ("user__email",)
    readonly_fields = ("user", "issuer", "subject", "bound_at", "used_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Identities are bound by logging in."""
        return False


@admin.register(SecurityEvent)
class SecurityEventAdmin(admin.ModelAdmin):
    """The door's journal, read only."""

    list_display = ("at", "kind", "organisation", "user", "ip_address", "detail")
    list_filter = ("kind",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Events are noted by the product."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody rewrites them."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody erases them by hand: `purge_journal` does, by age."""
        return False
