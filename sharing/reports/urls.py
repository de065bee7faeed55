"""Routes of the reports."""

from __future__ import annotations

from django.urls import path

from sharing.reports import version_views, views

urlpatterns = [
    path("rapports/", views.report_list, name="report-list"),
    path("rapports/campagne/<uuid:key>/produire/", views.build, name="report-build"),
    path("rapports/<uuid:key>/", views.detail, name="report-detail"),
    path("rapports/<uuid:key>/destinataires/", version_views.recipients, name="report-recipients"),
    path("rapports/<uuid:key>/publier/", views.publish, name="report-publish"),
    path("rapports/<uuid:key>/retirer/", views.withdraw, name="report-withdraw"),
    path("rapports/<uuid:key>/pdf/", views.make_pdf, name="report-pdf"),
    path("rapports/<uuid:key>/fiches/", views.make_sheets, name="report-sheets"),
    path("rapports/<uuid:key>/formes/", views.make_form, name="report-form"),
    path("rapports/schema.json", views.form_schema, name="report-schema"),
    path("rapports/<uuid:key>/fichier/", views.download, name="report-file"),
]
