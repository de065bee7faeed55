"""WSGI entry point. Does not start on a database login that could bypass the wall."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orsen.settings.production")
application = get_wsgi_application()

from orsen.boot import refuse_unsafe_connection  # noqa: E402 -- needs the apps that the line above loads

refuse_unsafe_connection()
