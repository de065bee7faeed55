"""What holds in every installation. Each variable read here is explained in docs/settings.md."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from orsen.settings import env
from orsen.settings.background import *  # noqa: F403 -- a settings module is put together of its parts by design
from orsen.settings.limits import *  # noqa: F403 -- likewise

ROOT = env.ROOT
SECRET_KEY = env.text("ORSEN_SECRET_KEY")
SECRET_KEY_FALLBACKS = env.words(
    "ORSEN_SECRET_KEY_FALLBACKS"
)  # former keys, while a renewal is under way
DEBUG = False
ALLOWED_HOSTS = env.words("ORSEN_ALLOWED_HOSTS", "127.0.0.1,localhost")

INSTALLED_APPS = [
    "orsen",
    "accounts",
    "gis",
    "tenants",
    "sharing",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.gis",
    "django.contrib.postgres",
    "rest_framework",
    "rest_framework_gis",
    "drf_spectacular",
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # A known reader's tiles leave here; everybody else goes on.
    "orsen.express.ExpressMiddleware",
    "orsen.middleware.PageCompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "orsen.middleware.ReadableQueryMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "orsen.middleware.PrincipalMiddleware",
    # Last: the reader's scope opens around the view and the rendering of its answer, nothing else.
    "orsen.middleware.ScopeMiddleware",
]

ROOT_URLCONF = "orsen.urls"
WSGI_APPLICATION = "orsen.wsgi.application"
ASGI_APPLICATION = "orsen.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "orsen.context_processors.shell",
            ],
            "builtins": ["orsen.templatetags.orsen_ui"],
        },
    }
]

# --- database: one login for web and workers, one for migrations, one for releases (docs/decisions/wall.md)


def database(login: str, password_variable: str) -> dict[str, object]:
    """Connection settings for one of the product's database logins."""
    return {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": env.text("ORSEN_DB_NAME", "orsen"),
        "HOST": env.text("ORSEN_DB_HOST", "127.0.0.1"),
        "PORT": env.text("ORSEN_DB_PORT"),
        "USER": login,
        "PASSWORD": env.text(password_variable, ""),
        "CONN_MAX_AGE": 600,  # a new connection costs a reader thirty tiles' time
        "CONN_HEALTH_CHECKS": True,
        # Views run inside the transaction that the scope middleware opens; a nested one per view
        # makes a failed view undo its own work.
        "ATOMIC_REQUESTS": login == "orsen_web",
        "OPTIONS": {"options": "-c jit=off -c max_parallel_workers_per_gather=0"},
    }


DATABASES = {"default": database("orsen_web", "ORSEN_DB_WEB_PASSWORD")}
# Present only where their passwords are: migrations and the report queue.
if env.text("ORSEN_DB_OWNER_PASSWORD", ""):
    DATABASES["owner"] = database("orsen_owner", "ORSEN_DB_OWNER_PASSWORD")
if env.text("ORSEN_DB_REPORT_PASSWORD", ""):
    DATABASES["report"] = database("orsen_report", "ORSEN_DB_REPORT_PASSWORD")
# Percentage of the p % rule of releases, kept secret: who knows it can undo some of the protection. Known only where
# releases are built. Left out, it is drawn from what only that process knows: 10 to 20, the installation's own.
ORSEN_RELEASE_P = env.integer("ORSEN_RELEASE_P", 0)
if not ORSEN_RELEASE_P and "report" in DATABASES:
    _drawn = hashlib.sha256(f"p|{env.text('ORSEN_DB_REPORT_PASSWORD')}".encode()).digest()
    ORSEN_RELEASE_P = 10 + int.from_bytes(_drawn[:4]) % 11
DATABASE_ROUTERS = ["orsen.routers.OwnerMigrates"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Signs the context that the wall checks in PostgreSQL; hexadecimal, 32 bytes.
ORSEN_WALL_KEY = env.text("ORSEN_WALL_KEY")
ORSEN_WALL_CONTEXT_SECONDS = env.integer("ORSEN_WALL_CONTEXT_SECONDS", 900)

# --- people
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # people come in by invitation, never by signing up
ACCOUNT_ADAPTER = "accounts.adapters.InvitationOnlyAdapter"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[ORSEN] "
ACCOUNT_SESSION_REMEMBER = False
# Days for which an invitation by mail can be accepted.
ORSEN_INVITATION_DAYS = env.integer("ORSEN_INVITATION_DAYS", 14)
# A telephone: minutes for which its activation code can be taken, days for which it then acts for its member.
ORSEN_DEVICE_ACTIVATION_MINUTES = env.integer("ORSEN_DEVICE_ACTIVATION_MINUTES", 15)
ORSEN_DEVICE_DAYS = env.integer("ORSEN_DEVICE_DAYS", 30)
# Roles whose row asks for it (accounts.roles) and the operator reach no page without a second factor.
ORSEN_REQUIRE_SECOND_FACTOR = env.flag("ORSEN_REQUIRE_SECOND_FACTOR", default=True)
# Minutes for which a second factor counts as just shown, before a bulk download or a change of rights (step-up).
ORSEN_STEP_UP_MINUTES = env.integer("ORSEN_STEP_UP_MINUTES", 15)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "ORSEN Plateforme"
# --- ProConnect (OpenID Connect); without an issuer the log-in page does not offer it
ORSEN_PROCONNECT_ISSUER = env.text("ORSEN_PROCONNECT_ISSUER", "")
ORSEN_PROCONNECT_CLIENT_ID = env.text("ORSEN_PROCONNECT_CLIENT_ID", "")
ORSEN_PROCONNECT_CLIENT_SECRET = env.text("ORSEN_PROCONNECT_CLIENT_SECRET", "")
ORSEN_PROCONNECT_ALGORITHM = env.text("ORSEN_PROCONNECT_ALGORITHM", "RS256")
ORSEN_PROCONNECT_SCOPE = env.text("ORSEN_PROCONNECT_SCOPE", "openid email siret")
_assurance = "https://proconnect.gouv.fr/assurance/consistency-checked"
ORSEN_PROCONNECT_ACR_VALUES = env.words(
    "ORSEN_PROCONNECT_ACR_VALUES", f"eidas1,eidas2,eidas3,{_assurance},{_assurance}-2fa"
)
ORSEN_PROCONNECT_MFA_ACR_VALUES = env.words(
    "ORSEN_PROCONNECT_MFA_ACR_VALUES", f"eidas2,eidas3,{_assurance}-2fa"
)
ORSEN_PROCONNECT_SIGNED_USERINFO = env.flag("ORSEN_PROCONNECT_SIGNED_USERINFO", default=True)
ORSEN_PROCONNECT_VERIFIED_EMAIL = env.flag("ORSEN_PROCONNECT_VERIFIED_EMAIL", default=False)
ORSEN_PROCONNECT_PKCE = env.flag("ORSEN_PROCONNECT_PKCE", default=False)
# How many proxies stand before the product: the limits count addresses, and must not count the proxy's.
ORSEN_TRUSTED_PROXIES = env.integer("ORSEN_TRUSTED_PROXIES", 0)
# Guesses taken in a quarter of an hour, passwords and codes together (accounts.security.limits).
ORSEN_LOGIN_LIMIT = env.integer("ORSEN_LOGIN_LIMIT", 8)  # of one account, from one address
ORSEN_LOGIN_LIMIT_ACCOUNT = env.integer("ORSEN_LOGIN_LIMIT_ACCOUNT", 20)  # from anywhere
ORSEN_LOGIN_LIMIT_ADDRESS = env.integer("ORSEN_LOGIN_LIMIT_ADDRESS", 60)  # whatever the account
AXES_HANDLER = "accounts.security.limits.DoorHandler"
AXES_USERNAME_CALLABLE = "accounts.security.limits.username"
AXES_CLIENT_IP_CALLABLE = "accounts.security.address.client_address"
AXES_FAILURE_LIMIT = ORSEN_LOGIN_LIMIT
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "username", "ip_address"]
AXES_SENSITIVE_PARAMETERS = ["code", "credential", "csrfmiddlewaretoken"]
MFA_FORMS = {
    "authenticate": "accounts.security.codes.LimitedAuthenticateForm",
    "reauthenticate": "accounts.security.codes.LimitedReauthenticateForm",
    "add_webauthn": "accounts.security.keys.AddKeyForm",
    "edit_webauthn": "accounts.security.keys.RenameKeyForm",
}
# allauth's own limits, in the cache: a first sieve, wide enough for the counts above to be the ones that speak.
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "120/m/ip,60/5m/key",
    "reset_password": "20/h/ip,5/h/key",
}
AXES_LOCKOUT_TEMPLATE = "account/lockout.html"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# Exceptional grants to one person on one object live in our own walled table.
GUARDIAN_USER_OBJ_PERMS_MODEL = "tenants.ObjectGrant"
GUARDIAN_GROUP_OBJ_PERMS_MODEL = "tenants.GroupObjectGrant"
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False
ANONYMOUS_USER_NAME = None

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "orsen.views.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
CONTENT_SECURITY_POLICY: dict[str, dict[str, list[object]]] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF, "blob:"],  # what the page itself holds: the map's first tiles
        "worker-src": [SELF, "blob:"],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
    }
}

if ORSEN_PROCONNECT_ISSUER:  # the log-out form leads on to the provider's
    _issuer = urlsplit(ORSEN_PROCONNECT_ISSUER)
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append(
        f"{_issuer.scheme}://{_issuer.netloc}"
    )

# --- language, time
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("Français")), ("en", _("Anglais"))]
FORMAT_MODULE_PATH = "orsen.formats"
LOCALE_PATHS = [ROOT / "platform" / "orsen" / "locale"]
USE_I18N = True
TIME_ZONE = "Europe/Paris"
CELERY_TIMEZONE = TIME_ZONE
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

# --- files
STATIC_URL = "/static/"
STATIC_ROOT = ROOT / ".local" / "static"
STATICFILES_DIRS = [("app", ROOT / "frontend" / "dist")]
STORAGES = {
    # Uploaded and produced files are private: no URL leads to them but through a view that re-authorises.
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "orsen.static_files.StaticFiles",
        # Public, and often gathered by another account than the one that serves them.
        "OPTIONS": {"file_permissions_mode": 0o644},
    },
}
MEDIA_ROOT = env.text("ORSEN_MEDIA_ROOT", str(ROOT / ".local" / "media"))
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
ORSEN_OPEN_DATA = env.text("ORSEN_OPEN_DATA", str(ROOT.parent / "shared" / "data"))

# --- mail
EMAIL_BACKEND = env.text("ORSEN_EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
DEFAULT_FROM_EMAIL = env.text("ORSEN_FROM_EMAIL", "orsen@localhost")

# --- API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "PAGE_SIZE": 100,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "ORSEN Plateforme",
    "DESCRIPTION": _(
        "Sensibilité des sites, dans la limite de ce que chaque convention donne à lire."
    ),
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    # GeoJSON says of each object what it is, under the same name.
    "ENUM_NAME_OVERRIDES": {
        "FeatureCollectionEnum": ["FeatureCollection"],
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "sharing.api.answers.any_of",
    ],
}

# --- map
ORSEN_BASE_TILES_URL = env.text("ORSEN_BASE_TILES_URL", "")  # empty: the product's own base layer
if ORSEN_BASE_TILES_URL:  # the browser must be allowed to fetch them
    _tiles = urlsplit(ORSEN_BASE_TILES_URL)
    for _directive in ("img-src", "connect-src"):
        CONTENT_SECURITY_POLICY["DIRECTIVES"][_directive].append(
            f"{_tiles.scheme}://{_tiles.netloc}"
        )

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("ORSEN_LOG_LEVEL", "INFO")},
}
# W001: guardian's backend would answer "may this user?" from its rows alone; grants are read by tenants.access only,
# inside the reach that the wall and the role leave.
SILENCED_SYSTEM_CHECKS = [
    "guardian.W001",
    "gis.W001",  # files that people send are opened by pyogrio's own GDAL in a child process, never by Django's
]
