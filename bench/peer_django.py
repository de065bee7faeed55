"""A project of a few lines around django-vectortiles and DRF-GIS, as their documents show them."""

from __future__ import annotations

import os

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="bench" * 12,
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF="peer_django_urls",
    INSTALLED_APPS=["django.contrib.gis", "rest_framework", "rest_framework_gis", "vectortiles"],
    DATABASES={
        "default": {
            "ENGINE": "django.contrib.gis.db.backends.postgis",
            "NAME": os.environ["PEER_NAME"], "HOST": os.environ["PEER_HOST"], "PORT": os.environ["PEER_PORT"],
            "USER": os.environ["PEER_USER"], "PASSWORD": os.environ["PEER_PASSWORD"],
            "CONN_MAX_AGE": 600,
        }
    },
    MIDDLEWARE=[],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    REST_FRAMEWORK={"DEFAULT_AUTHENTICATION_CLASSES": [], "DEFAULT_PERMISSION_CLASSES": [], "UNAUTHENTICATED_USER": None,
                    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"]},
    USE_TZ=True,
)  # fmt: skip
django.setup()

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
