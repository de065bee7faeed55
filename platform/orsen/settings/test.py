"""The test suite: its own database on the local cluster, a cache in memory, mails kept in memory."""

from orsen.settings import env
from orsen.settings.base import *  # noqa: F403 -- a settings module extends the base by design
from orsen.settings.base import STORAGES

SECRET_KEY = "only-for-tests-" + "0" * 40
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
ORSEN_DEMO = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MEDIA_ROOT = str(env.ROOT / ".local" / "test-media")
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
WHITENOISE_USE_FINDERS = True  # pages of the live server get their files without collectstatic
WHITENOISE_AUTOREFRESH = True
ORSEN_REQUIRE_SECOND_FACTOR = False  # the tests of the second factor switch it on
AXES_ENABLED = False  # the tests of the limit switch it on
ORSEN_RELEASE_P = 10
