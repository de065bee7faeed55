"""Routes of the comparison with the register."""

from __future__ import annotations

from django.urls import path

from sharing.register import views

urlpatterns = [
    path("sites/repertoire/", views.comparison, name="register-comparison"),
    path("sites/repertoire/fichier/", views.workbook, name="register-workbook"),
    path("sites/repertoire/completer/", views.complete, name="register-complete"),
    path("sites/repertoire/passages/<uuid:key>/annuler/", views.undo, name="register-undo"),
]
