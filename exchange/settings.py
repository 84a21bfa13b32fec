"""Every setting, from the environment. Insecure defaults work only on a developer's machine or in the demonstration.

Four helpers read the environment; nothing else in the product does.
"""

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from kombu import Queue

from exchange.audit import logs

BASE_DIR = Path(__file__).resolve().parent.parent


def envstr(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def envgroup(prefix: str) -> dict[str, Any]:
    """Every variable of a prefix, by what follows it."""
    return {name.removeprefix(prefix): value for name, value in os.environ.items() if name.startswith(prefix)}


def envbool(name: str, default: bool) -> bool:
    value = os.environ.get(name)
    return default if value is None else value.strip().lower() in {"1", "true", "yes", "on"}


def envint(name: str, default: int) -> int:
    return int(os.environ.get(name) or default)


# The data of an installation that keeps none elsewhere: SQLite, the embedded broker's file, mail written to disk.
VAR_DIR = Path(envstr("EXCHANGE_VAR", str(BASE_DIR / "var")))

DEBUG = envbool("DEBUG", False)
# The demonstration prints its sign-ins and shows its mail on a page; a real installation does neither.
DEMO = envbool("DEMO", False)
LOCAL = DEBUG or DEMO  # plain HTTP on one machine, with defaults that would be unsafe anywhere else
SECRET_KEY = envstr("SECRET_KEY", "insecure-and-only-for-one-machine-0123456789-abcdefghij" if LOCAL else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY in the environment (or DEBUG=1 on a developer's machine).")
# Scans of paper forms and uploaded proofs are kept encrypted under this key; without one none are taken.
SCAN_KEY = envstr("SCAN_KEY", SECRET_KEY if LOCAL else "")
# The company's seal on every paper: a PKCS#12 file, or a PEM certificate (its issuers after it) and its PEM key.
# Without one papers are not sealed. A time-stamp service (RFC 3161) is used where one is named, and never waited on.
SEAL_PKCS12 = envstr("SEAL_PKCS12")
SEAL_CERTIFICATE = envstr("SEAL_CERTIFICATE")
SEAL_KEY = envstr("SEAL_KEY")
SEAL_PASSWORD = envstr("SEAL_PASSWORD")
SEAL_TIME_STAMP_URL = envstr("SEAL_TIME_STAMP_URL")
SEAL_TIME_STAMP_USER = envstr("SEAL_TIME_STAMP_USER")
SEAL_TIME_STAMP_PASSWORD = envstr("SEAL_TIME_STAMP_PASSWORD")
ALLOWED_HOSTS = [host for host in envstr("ALLOWED_HOSTS", "*" if LOCAL else "").split(",") if host]
SITE_URL = envstr("SITE_URL", "http://localhost:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL.startswith("https://") else []

INSTALLED_APPS = [
    "exchange.kernel",
    "exchange.audit",
    "exchange.documents",
    "exchange.notices",
    "exchange.people",
    "exchange.market",
    "exchange.grants",
    "exchange.offers",
    "exchange.elections",
    "exchange.settlement",
    "exchange.interchange",
    "exchange.portal",
    "exchange.staff",
    "exchange.cli",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
]

MIDDLEWARE = [
    "exchange.audit.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pads each answer by chance, so that its length tells no secret
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "exchange.portal.sessions.SessionsEndMiddleware",
]

ROOT_URLCONF = "exchange.urls"
WSGI_APPLICATION = "exchange.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "exchange.portal.context.front",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"


def database(url: str) -> dict[str, Any]:
    """The database of a URL: `postgresql://user:password@host:port/name?sslmode=require`, or `sqlite:///path`."""
    if not url or url.startswith("sqlite:"):
        path = url.removeprefix("sqlite:///") or str(VAR_DIR / "exchange.sqlite3")
        if not url:
            VAR_DIR.mkdir(parents=True, exist_ok=True)
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": path,
            "OPTIONS": {
                # A writer that starts as a reader fails at once under load; IMMEDIATE makes it wait its turn.
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                # recursive_triggers: without it REPLACE deletes a guarded row past its trigger.
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                    "PRAGMA recursive_triggers=ON;"
                ),
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL is a postgresql:// or a sqlite:/// address.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


DATABASES = {"default": database(envstr("DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.User"
TEST_RUNNER = "django.test.runner.DiscoverRunner"

REDIS_URL = envstr("REDIS_URL")  # redis://…, rediss://…, or unix:///path/of/a/socket
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# Without REDIS_URL commands still work: what they queue waits in the outbox until a worker's sweep finds it.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1) or None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# A worker's process stays as large as its largest paper made it, for C gives little back: it begins anew after a
# thousand papers (ten a task), or where it has grown beyond this many kB. Of the papers themselves nothing stays
# (tests/documents/test_papers_leave_nothing_behind.py).
CELERY_WORKER_MAX_TASKS_PER_CHILD = 100
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000
# Papers made in bulk have a queue of their own, which every worker empties in turn with the others: a receipt that
# somebody waits for does not wait for ten thousand promises. So have steps of the desk, of which somebody waits for
# each: it does not wait for ten thousand letters.
CELERY_TASK_DEFAULT_QUEUE = "celery"
CELERY_TASK_QUEUES = (Queue("celery"), Queue("papers"), Queue("desk"))
CELERY_TASK_ROUTES = {
    "exchange.documents.tasks.press": {"queue": "papers"},
    "exchange.staff.tasks.*": {"queue": "desk"},
}
PAPER_PRESSES = envint("PAPER_PRESSES", os.cpu_count() or 1)  # how many make papers at a time, on all machines
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,  # longer than the longest task, or a living worker's task is given out twice
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 2,
    "socket_timeout": 5,  # a nudge waits no longer for a broker that accepts and says nothing
}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep the outbox": {"task": "exchange.notices.tasks.sweep", "schedule": 15.0},
    "letters approved meanwhile": {"task": "exchange.offers.tasks.release_approved", "schedule": 60.0},
    "reminders": {"task": "exchange.elections.tasks.send_reminders", "schedule": 60.0},
    "files on their way in": {"task": "exchange.interchange.tasks.sweep", "schedule": 60.0},
    "steps of the desk": {"task": "exchange.staff.tasks.sweep", "schedule": 15.0},
    "unsigned uploads": {"task": "exchange.elections.tasks.drop_uploads", "schedule": 3600.0},
}

# Sign-in: staff make accounts, nobody signs up, nobody changes the address the company has on file.
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
ACCOUNT_ADAPTER = "exchange.portal.accounts.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "exchange.portal.accounts.LoginForm",
    "reset_password": "exchange.portal.accounts.ResetPasswordForm",
    "reset_password_from_key": "exchange.portal.accounts.ResetPasswordKeyForm",
    "request_login_code": "exchange.portal.accounts.RequestLoginCodeForm",
    "confirm_login_code": "exchange.portal.accounts.ConfirmLoginCodeForm",
    "reauthenticate": "exchange.portal.accounts.ReauthenticateForm",
    "set_password": "exchange.portal.accounts.SetPasswordForm",
    "change_password": "exchange.portal.accounts.ChangePasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = False
# A code by e-mail, for who has lost the rest: eight digits, ten minutes, three tries.
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 8, "dashed": True}
# Pages that bind, and pages that change how one signs in, ask again when the last proof of identity is older.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
# Tight per account; per address above what one office sends on the last day: more than the company has holders.
# Every limit looks back five minutes, so that none keeps anybody out for longer.
PER_ADDRESS = f"{envint('SIGN_IN_LIMIT_PER_ADDRESS', 5000)}/5m/ip"
ACCOUNT_RATE_LIMITS = {
    "login": PER_ADDRESS,
    "login_failed": f"{PER_ADDRESS},10/5m/key",
    "reset_password": f"{PER_ADDRESS},5/5m/key",
    "reset_password_from_key": PER_ADDRESS,
    "request_login_code": f"{PER_ADDRESS},5/5m/key",
    "reauthenticate": "20/5m/user",
    "change_password": "10/5m/user",
    "verify": "60/5m/ip",
    "report": "300/5m/ip,5/5m/key",
}
MFA_RATE_LIMITS = {"webauthn_login": PER_ADDRESS}
# How many proxies of ours add to X-Forwarded-For; 0 believes none of it and counts by the connection's own address.
ALLAUTH_TRUSTED_PROXY_COUNT = envint("TRUSTED_PROXY_COUNT", 0)
MFA_ADAPTER = "exchange.portal.accounts.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "exchange.portal.accounts.AuthenticateForm",
    "reauthenticate": "exchange.portal.accounts.ReauthenticateByAppForm",
    "activate_totp": "exchange.portal.accounts.ActivateAppForm",
    "add_webauthn": "exchange.portal.accounts.AddPasskeyForm",
    "edit_webauthn": "exchange.portal.accounts.RenamePasskeyForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody signs up here: addresses are the company's, whoever has reset a password
# Nobody works at the desk without a passkey or an authenticator app; on one machine that only shows it, it may be so.
STAFF_SECOND_FACTOR = not LOCAL or envbool("STAFF_SECOND_FACTOR", False)
MFA_TOTP_TOLERANCE = 1  # a code of the half minute before or after is good too: phones' clocks differ
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL

# The company's own sign-in (OpenID Connect): off unless all three are set. It matches accounts, and makes none.
OIDC_ISSUER = envstr("OIDC_ISSUER").rstrip("/")
OIDC_NAME = envstr("OIDC_NAME", "your company account")
if OIDC_ISSUER and not (OIDC_ISSUER.startswith("https://") or LOCAL):
    raise ImproperlyConfigured("OIDC_ISSUER is an https:// address.")
SOCIALACCOUNT_ADAPTER = "exchange.portal.company_sign_in.CompanyAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
# By a link: a form may not be sent on to another site (form-action), and starting a sign-in changes nothing.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {"openid_connect": {"APPS": [], "OAUTH_PKCE_ENABLED": True}}
if OIDC_ISSUER and envstr("OIDC_CLIENT_ID") and envstr("OIDC_CLIENT_SECRET"):
    SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"].append(
        {
            "provider_id": "company",
            "name": OIDC_NAME,
            "client_id": envstr("OIDC_CLIENT_ID"),
            "secret": envstr("OIDC_CLIENT_SECRET"),
            "settings": {"server_url": OIDC_ISSUER},
        }
    )
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
# A session ends when the browser closes, eight hours after the last proof of identity, and after an idle hour
# (`portal.sessions`).
SESSION_LASTS = 60 * 60 * 8  # from the last proof of identity to the last page
SESSION_COOKIE_AGE = 60 * 60 * 24  # longer: Sign pressed on a page that was open all day still finds its session
SESSION_IDLE = 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LANGUAGE_CODE = "en-us"
LANGUAGES = [("en-us", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = Path(envstr("STATIC_ROOT", str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if LOCAL
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = LOCAL

CAN_TRACK = re.compile(r"^anymail\.backends\.(mailersend|mailgun|mailjet|mandrill|postmark|sendgrid|sparkpost|test)\.")
EMAIL_BACKEND = envstr("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = envstr("EMAIL_FILE_PATH", str(VAR_DIR / "mail"))
EMAIL_HOST = envstr("EMAIL_HOST", "localhost")
EMAIL_PORT = envint("EMAIL_PORT", 25)
EMAIL_HOST_USER = envstr("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = envstr("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = envbool("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 20
# A mail service's own settings, where EMAIL_BACKEND is one of django-anymail's. No letter is ever tracked: where the
# service can count opened letters or rewrite links, it is told not to.
ANYMAIL = envgroup("ANYMAIL_") | (
    {"SEND_DEFAULTS": {"track_opens": False, "track_clicks": False}} if CAN_TRACK.search(EMAIL_BACKEND) else {}
)
DEFAULT_FROM_EMAIL = envstr("DEFAULT_FROM_EMAIL", "Option exchange <option-exchange@localhost.localdomain>")
# A replayed offer writes to nobody: only these backends may carry its letters.
EMAIL_BACKENDS_THAT_STAY_HERE = {
    "django.core.mail.backends.console.EmailBackend",
    "django.core.mail.backends.filebased.EmailBackend",
    "django.core.mail.backends.locmem.EmailBackend",
    "django.core.mail.backends.dummy.EmailBackend",
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if not LOCAL:
    SECURE_SSL_REDIRECT = envbool("SECURE_SSL_REDIRECT", True)
    SECURE_REDIRECT_EXEMPT = [r"^health/?$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = envint("SECURE_HSTS_SECONDS", 60 * 60 * 24 * 365)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

LOGGING: dict[str, Any] = logs.configure(as_json=not LOCAL, level=envstr("LOG_LEVEL", "INFO"))
