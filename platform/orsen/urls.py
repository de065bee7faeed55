"""Every route of the product. Each app keeps its own list; paths are in French, as readers see them."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from orsen.views.health import healthz
from orsen.views.home import home, switch_organisation
from orsen.views.styleguide import styleguide

handler400 = "orsen.views.errors.bad_request"
handler403 = "orsen.views.errors.permission_denied"
handler404 = "orsen.views.errors.page_not_found"
handler500 = "orsen.views.errors.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("organisation/", switch_organisation, name="switch-organisation"),
    path("healthz", healthz, name="healthz"),
    path("style/", styleguide, name="styleguide"),
    path("compte/", include("allauth.urls")),
    path("langue/", include("django.conf.urls.i18n")),
    path("exploitation/", admin.site.urls),
    path("", include("tenants.urls")),
    path("", include("sharing.urls")),
]
