"""The operator's pages for people and organisations."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin

from accounts.models import LandlordGroup, Membership, Organisation, User


@admin.register(LandlordGroup)
class LandlordGroupAdmin(admin.ModelAdmin):
    """Groups of landlords."""

    search_fields = ("name",)


class MembershipInline(admin.TabularInline):
    """A person's memberships, on the person's page."""

    model = Membership
    extra = 0
    autocomplete_fields = ("organisation",)


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    """Landlords, partners, coordinations."""

    list_display = ("name", "kind", "partner_category", "group", "is_active")
    list_filter = ("kind", "partner_category", "is_active")
    search_fields = ("name", "short_name", "siret")


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """People. Passwords are set by the person, through the reset page."""

    list_display = ("email", "display_name", "is_active", "is_staff")
    search_fields = ("email", "display_name")
    exclude = ("password", "groups", "user_permissions")
    readonly_fields = ("last_login", "date_joined")
    inlines: ClassVar = [MembershipInline]


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    """Who acts for whom, in which role, until when."""

    list_display = ("user", "organisation", "role_code", "since", "until", "suspended_at")
    list_filter = ("role_code",)
    search_fields = ("user__email", "organisation__name")
    autocomplete_fields = ("user", "organisation")
