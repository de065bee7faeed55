"""Every route of the product. Each app keeps its own list; paths are in French, as readers see them."""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from orsen.views.guide import guide, guide_pdf, guide_picture
from orsen.views.health import healthz
from orsen.views.home import home, switch_organisation
from orsen.views.styleguide import styleguide

# The operator logs in like everybody else: limits and second factor included.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler400 = "orsen.views.errors.bad_request"
handler403 = "orsen.views.errors.permission_denied"
handler404 = "orsen.views.errors.page_not_found"
handler500 = "orsen.views.errors.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("organisation/", switch_organisation, name="switch-organisation"),
    path("healthz", healthz, name="healthz"),
    path("style/", styleguide, name="styleguide"),
    path("guide/", guide, name="guide"),
    path("guide/pdf/", guide_pdf, name="guide-pdf"),
    path("guide/images/<slug:name>.png", guide_picture, name="guide-picture"),
    path("compte/", include("allauth.urls")),
    path("langue/", include("django.conf.urls.i18n")),
    path("exploitation/", admin.site.urls),
    path("", include("gis.urls")),
    path("", include("accounts.urls")),
    path("", include("tenants.urls")),
    path("", include("sharing.urls")),
]
