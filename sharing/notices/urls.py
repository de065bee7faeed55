"""Routes of the notices."""

from __future__ import annotations

from django.urls import path

from sharing.notices.views import notice_read

urlpatterns = [path("avis/<uuid:key>/vu/", notice_read, name="notice-read")]
