"""The demonstration: invented data, everything on the loopback of one machine."""

from orsen.settings import env
from orsen.settings.base import *  # noqa: F403 -- a settings module extends the base by design
from orsen.settings.base import MIDDLEWARE

# Invented people with known passwords: whoever is not on this machine is turned away.
MIDDLEWARE = ["orsen.demo_guard.LoopbackOnlyMiddleware", *MIDDLEWARE]
ORSEN_DEMO_NETWORKS = env.words("ORSEN_DEMO_NETWORKS", "127.0.0.0/8,::1/128")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = str(env.ROOT / ".local" / "mail")
ORSEN_DEMO = True
# The codes that `demo_accounts` prints stay good for two minutes more, time to read and type one.
MFA_TOTP_TOLERANCE = 4
