"""Routes of the copies and their receipts."""

from __future__ import annotations

from django.urls import path

from sharing.receipts import views

urlpatterns = [
    path("copies/", views.receipt_list, name="receipt-list"),
    path("copies/verifier/", views.verify, name="receipt-verify"),
    path("copies/convention/<uuid:key>/", views.copies_taken, name="copies-taken"),
    path("copies/convention/<uuid:key>/supprimer/", views.copies_delete, name="copies-delete"),
    path("copies/<uuid:key>/", views.receipt, name="receipt"),
    path("copies/<uuid:key>/fichier/", views.receipt_file, name="receipt-file"),
]
