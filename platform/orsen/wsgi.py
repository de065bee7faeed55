"""WSGI entry point. Does not start on a database login that could bypass the wall."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orsen.settings.production")
_django = get_wsgi_application()

from orsen.boot import refuse_unsafe_connection  # noqa: E402 -- needs the apps that the line above loads
from orsen.whole_answers import in_one_piece  # noqa: E402

application = in_one_piece(_django)

refuse_unsafe_connection()
