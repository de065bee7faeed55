"""Routes of the journal."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sharing.journal.views import journal

urlpatterns: list[URLPattern | URLResolver] = [path("journal/", journal, name="journal")]
