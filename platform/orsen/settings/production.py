"""A real installation behind TLS. Nothing here has a default that would be unsafe to forget."""

from orsen.settings import env
from orsen.settings.base import *  # noqa: F403 -- a settings module extends the base by design

ALLOWED_HOSTS = [host.strip() for host in env.text("ORSEN_ALLOWED_HOSTS").split(",")]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # supervisors ask on the machine itself, without TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
ORSEN_DEMO = False
