"""Every route of the product. Each app keeps its own list; paths are in French, as readers see them."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from orsen.views.health import healthz
from orsen.views.home import home, switch_organisation

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("organisation/", switch_organisation, name="switch-organisation"),
    path("healthz", healthz, name="healthz"),
    path("compte/", include("allauth.urls")),
    path("langue/", include("django.conf.urls.i18n")),
    path("exploitation/", admin.site.urls),
    path("", include("tenants.urls")),
    path("", include("sharing.urls")),
]
