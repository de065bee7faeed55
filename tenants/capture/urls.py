"""Routes of the telephone and of what it sent."""

from __future__ import annotations

from django.urls import URLPattern, path

from tenants.capture.views import arrivals, page, telephone

urlpatterns: list[URLPattern] = [
    path("saisie/", page.capture_page, name="capture"),
    path("saisie/sw.js", page.capture_worker, name="capture-worker"),
    path("saisie/manifest.webmanifest", page.capture_manifest, name="capture-manifest"),
    path("saisie/api/activer", telephone.capture_activate, name="capture-activate"),
    path("saisie/api/etat", telephone.capture_state, name="capture-state"),
    path("saisie/api/cotations", telephone.capture_send, name="capture-send"),
    path("saisie/api/quitter", telephone.capture_leave, name="capture-leave"),
    path("campagnes/a-examiner/", arrivals.arrival_list, name="arrival-list"),
    path("campagnes/a-examiner/fichier/", arrivals.arrival_file, name="arrival-file"),
    path("campagnes/a-examiner/<int:pk>/", arrivals.arrival_decide, name="arrival-decide"),
]
