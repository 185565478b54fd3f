"""Settings. Everything that differs between installations comes from the environment."""

import logging
from datetime import timedelta
from pathlib import Path

import environ
import structlog
from psycopg_pool import ConnectionPool

from config.postgres.folders import is_local, local_database_url

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")  # See below for what happens without one.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "procrastinate.contrib.django",  # The first one: `config.admin` takes its pages away again.
    "config.apps.ConfigConfig",
    "relationships.apps.RelationshipsConfig",
    "ingestion.apps.IngestionConfig",
    "profiles.apps.ProfilesConfig",
    "config.apps.RegistrarAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "axes",
    "django_filters",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",  # The files of Swagger UI.
    "rest_framework",
    "rest_framework_api_key",  # For its abstract model: our keys are `profiles.models.ApiKey`.
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.RequestLog",
    "config.middleware.PageHeaders",
    "config.middleware.AdminSession",
    "django.middleware.common.CommonMiddleware",
    "config.middleware.AdminCsrf",
    "config.middleware.AdminAuthentication",
    "config.middleware.AdminMessages",
    "config.middleware.AdminFrames",
    "config.middleware.AdminLockout",  # The last one, since it has a locked login answer anew.
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = False  # The API's paths end without one, and a redirect would lose a body.

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {"default": env.db("DATABASE_URL", default=local_database_url())}
DATABASES["default"]["ENGINE"] = "config.database"
DATABASES["default"]["CONN_MAX_AGE"] = 0  # The pool keeps connections; Django must not.
DATABASES["default"].setdefault("OPTIONS", {}).update(
    pool={
        "min_size": env.int("DATABASE_POOL_MIN", default=1),
        "max_size": env.int("DATABASE_POOL_MAX", default=16),
        "timeout": 3,  # Whoever asks while the database is away hears so soon.
        # The pool by itself waits twice as long before each new attempt, then gives up. One that
        # starts anew is never late by more than a second when the database is back.
        "reconnect_timeout": 2,
        "reconnect_failed": ConnectionPool.check,
    }
)
if env.bool("DATABASE_PREPARE", default=True):
    # The database plans a statement once for each connection, not once for each request. A pooler
    # that hands connections out for each transaction (PgBouncer before 1.21) cannot have that.
    DATABASES["default"]["OPTIONS"].update(server_side_binding=True, prepare_threshold=2)
if not SECRET_KEY and (DEBUG or is_local(DATABASES["default"]["OPTIONS"].get("host", ""))):
    SECRET_KEY = "insecure-for-local-use-only"  # noqa: S105
"""With any other database an empty one stays empty: Django refuses to use it, `wsgi` to start."""

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": env.cache("CACHE_URL", default="locmemcache://"),
}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # The first one, since it stops who is locked out.
    "django.contrib.auth.backends.ModelBackend",
]

PROXIES = env.int("PROXIES", default=0)
"""How many proxies of ours a request comes through, each adding to X-Forwarded-For."""

AXES_FAILURE_LIMIT = env.int("LOGIN_FAILURES", default=5)
AXES_COOLOFF_TIME = timedelta(minutes=env.int("LOGIN_LOCKOUT_MINUTES", default=15))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # So that nobody can lock others out.
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "profiles.api.addresses.client_address"
AXES_LOCKOUT_TEMPLATE = "admin/locked.html"
AXES_ENABLE_ADMIN = False  # See config/admin.py: axes' own pages ask Django's permissions.
AXES_DISABLE_ACCESS_LOG = True  # It keeps every login for ever, and nobody has to know.
AXES_VERBOSE = False
SILENCED_SYSTEM_CHECKS = [  # Each asks for a middleware of which ours is a subclass.
    "axes.W002",
    "security.W002",
    "security.W003",
]

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
"""The module of an app that declares its background work, as `ingestion/jobs.py` does."""

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["config.formats"]

STATIC_URL = "static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "uploads": {
        "BACKEND": env.str(
            "UPLOADS_STORAGE", default="django.core.files.storage.FileSystemStorage"
        ),
        "OPTIONS": env.json(
            "UPLOADS_OPTIONS", default={"location": str(BASE_DIR / ".local/uploads")}
        ),
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True  # Serves the apps' own files: there is nothing to collect.

HTTPS = env.bool("HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=0)
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

MAX_BODY_BYTES = env.int("MAX_BODY_BYTES", default=1_000_000)
"""The largest body of one API request."""

MAX_BUNDLE_BYTES = env.int("MAX_BUNDLE_BYTES", default=500_000)
"""The largest body of a bundle."""

IDEMPOTENCY_HOURS = env.float("IDEMPOTENCY_HOURS", default=24)
"""How long an answer is kept for whoever sends the same Idempotency-Key again."""

MAX_BULK_BYTES = env.int("MAX_BULK_BYTES", default=100_000_000)
"""The largest body of operations that is one JSON document."""

MAX_BULK_STREAM_BYTES = env.int("MAX_BULK_STREAM_BYTES", default=5_000_000_000)
"""The largest body of operations that is read piece by piece, unpacked: NDJSON and CSV."""

BULK_SHARES = env.int("BULK_SHARES", default=2)
"""How many processes may work on one bulk."""

BULK_SHARED_BYTES = env.int("BULK_SHARED_BYTES", default=2_000_000)
"""Of a bulk that is shared. A smaller one is done by one process, and its receipts are in order."""

WORKER_STALLED_SECONDS = env.int("WORKER_STALLED_SECONDS", default=30)
"""A worker that gave no sign for so long is taken for dead, and what it did is done by others."""

CHECK_AT_ONCE = env.int("CHECK_AT_ONCE", default=10_000)
"""So many records are judged within a request; more of them in the background."""

SEARCH_SECONDS = env.float("SEARCH_SECONDS", default=10)
"""How long each statement of a search may take, before it is refused."""

EXPORTS_AT_ONCE = env.int("EXPORTS_AT_ONCE", default=2)
"""So many exports each process has on the way; fewer than it has threads."""

TICK_SECONDS = env.float("TICK_SECONDS", default=0.1)
"""The change feed shows what is new after so long at the latest: no more often is it looked for."""

LISTENER_URL = env.str("LISTENER_URL", default="")
"""Where clients reach the listener (`config.asgi`), which waits with them for changes."""

WEBHOOK_NETWORKS = env.list("WEBHOOK_NETWORKS", default=[])
"""Networks, as 10.0.0.0/8, to which webhooks may be sent besides the public ones."""

WEBHOOK_HTTP = env.bool("WEBHOOK_HTTP", default=False)
"""Whether webhooks may be sent without TLS."""

WEBHOOK_SECONDS = env.float("WEBHOOK_SECONDS", default=15)
"""How long a receiver has to take a message and answer."""

WEBHOOK_ATTEMPTS = env.int("WEBHOOK_ATTEMPTS", default=15)
"""How often a message is sent in vain, before it is a dead letter: for about four hours."""

WEBHOOKS_AT_ONCE = env.int("WEBHOOKS_AT_ONCE", default=100)
"""How many subscriptions a worker sends to at a time."""

KEY_SECONDS = env.float("KEY_SECONDS", default=1)
"""How long a process remembers who holds a key: so long may a revoked one still be taken."""

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "profiles.api.authentication.KeyAuthentication",
        "profiles.api.authentication.StaffSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["profiles.api.permissions.MayUseSource"],
    "DEFAULT_THROTTLE_CLASSES": ["profiles.api.throttling.KeyThrottle"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "profiles.api.bodies.JsonNegotiation",
    "DEFAULT_PARSER_CLASSES": ["profiles.api.bodies.JsonParser"],
    "DEFAULT_RENDERER_CLASSES": ["profiles.api.bodies.JsonRenderer"],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "profiles.api.errors.answer_exception",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Registrar",
    "VERSION": "v1",
    "OAS_VERSION": "3.1.1",
    "PREPROCESSING_HOOKS": ["config.openapi.name_path_parameters"],
    "POSTPROCESSING_HOOKS": ["config.openapi.complete"],
    "GET_MOCK_REQUEST": "config.openapi.no_request",
}

LOG_LEVEL = env.str("LOG_LEVEL", default="WARNING").upper()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.processors.JSONRenderer(),
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "loggers": {"django.request": {"level": "ERROR"}},  # django-structlog tells the others.
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
}
structlog.configure(
    wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[LOG_LEVEL]),
    processors=[
        structlog.stdlib.filter_by_level,
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
