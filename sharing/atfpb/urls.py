"""Route of the A-TFPB sheet."""

from __future__ import annotations

from django.urls import path

from sharing.atfpb import views

urlpatterns = [path("interventions/fiche-atfpb/", views.atfpb_sheet, name="atfpb-sheet")]
