"""Django's settings, all of them made from Counterbell's own table of settings (`options.py`)."""

from pathlib import Path

from csp.constants import NONE, SELF

from . import options
from .secret import signing_key

HERE = Path(__file__).parent

DEBUG = False
INSTALLED_APPS = [
    "counterbell.accounts",
    "counterbell.record",
    "counterbell.facts",
    "counterbell.mail",
    "counterbell.channels",
    "counterbell.desk",
    "counterbell.goals",
    "counterbell.surveys",
    "counterbell.reports",
    "counterbell.site",
    "counterbell.charts",
    "counterbell.dashboard",
    "counterbell.api",
    "counterbell.audit",
    "counterbell.office",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "ninja",
]
DATABASES = {"default": options.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},  # few would let a flood of visitors push out who has tried how often
    }
}
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français"), ("id", "Bahasa Indonesia")]
LOCALE_PATHS = [HERE.parent / "locale"]

FACTS_DIRECTORY = options.data_directory() / "facts"
MEMORY_MEGABYTES = options.memory_megabytes()
DATABASE_URL = options.value("DATABASE_URL")
UPLOAD_BYTES = options.upload_bytes()

EMAIL_BACKEND = "counterbell.mail.backend.OutboxBackend"
MAIL_WAY = options.mail_way()
MAIL_FROM = options.mail_from()
MAIL_AGAIN = options.mail_again()
OAUTH_CLIENTS = options.oauth_clients()
PRIVATE_MAIL_SERVERS = options.private_mail_servers()
REOPEN_DAYS = options.reopen_days()

# ---- the web

PUBLIC_URL = options.public_url()
_PROXIES = options.proxies()
_HTTPS = PUBLIC_URL.scheme == "https"

SECRET_KEY = signing_key(options.data_directory())
ROOT_URLCONF = "counterbell.site.urls"
ALLOWED_HOSTS = [PUBLIC_URL.hostname, "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL.geturl()]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "counterbell.site.logs.LogRequests",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "counterbell.accounts.language.PersonsLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "counterbell.api._answers.Etags",
    "counterbell.site.errors.ProblemPages",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "counterbell.site.navigation.navigation",
            ]
        },
    }
]
STATIC_URL = "/static/"
STATIC_ROOT = options.data_directory() / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _PROXIES else None
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
LOGGING_CONFIG = None

API_REQUESTS_A_MINUTE = 120

# ---- people

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "counterbell.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = PUBLIC_URL.scheme
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ALLAUTH_TRUSTED_PROXY_COUNT = _PROXIES
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Counterbell"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = PUBLIC_URL.hostname in ("localhost", "127.0.0.1")
