"""All settings, from the environment. docs/settings.md lists every variable; a test compares."""

import secrets
from email.utils import formataddr
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from . import env

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "var")

DEBUG = env.boolean("DEBUG", default=False)
# The demo may make sample accounts, with passwords that everyone can read (`manage.py demo`).
DEMO = env.boolean("DEMO", default=False)

# --- Where the site is reached ------------------------------------------------------------------

LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", default=LOCAL_HOSTS)
HTTPS = env.boolean("HTTPS", default=False)
PORT = env.number("PORT", default=8000, minimum=1, maximum=65_535)


def own_address():
    """Where mail leads to: no request says under which name the site is reached."""
    host = ALLOWED_HOSTS[0].removeprefix(".")
    if HTTPS:
        return f"https://{host}"
    local = f":{PORT}" if host in LOCAL_HOSTS else ""
    return f"http://{host}{local}"


SITE_URL = env.web_address("SITE_URL") or own_address()
# In the Message-IDs of its mail.
SITE_HOST = urlsplit(SITE_URL).hostname

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"


def local_secret_key():
    """A key kept beside the data, for a site that only this machine can reach."""
    if set(ALLOWED_HOSTS) - set(LOCAL_HOSTS):
        expected = "a long random text, kept secret (ALLOWED_HOSTS opens the site to others)"
        raise env.WrongSetting("SECRET_KEY", expected)
    path = DATA_DIR / "secret-key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


SECRET_KEY = env.text("SECRET_KEY") or local_secret_key()
if len(SECRET_KEY) < 32:
    raise env.WrongSetting("SECRET_KEY", "at least 32 random characters")

# --- The site -----------------------------------------------------------------------------------

SITE_NAME = env.line("SITE_NAME", "Indaba")
SITE_LOGO = env.picture("SITE_LOGO")
ACCENT_COLOUR = env.colour("ACCENT_COLOUR", "#0b5a63")
# Under which licence contributors give their texts; printed where they accept the rules.
LICENCE = env.line("LICENCE", "CC BY 4.0", longest=60)
CONTACT_EMAIL = env.address("CONTACT_EMAIL")

# --- Applications -------------------------------------------------------------------------------

INSTALLED_APPS = [
    "config.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.google",
    "allauth.socialaccount.providers.openid_connect",
    "crispy_forms",
    "django_countries",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "accounts",
    "forum",
    "moderation",
    "facilitation",
    "mail",
    "worker",
]

MIDDLEWARE = [
    "config.middleware.head_without_body",
    "config.middleware.utf8_alone",
    "config.middleware.refuse_nul",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.compress",
    "config.look.announced",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.LanguageOfAddress",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.middleware.private_pages",
]

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
                "config.context.site",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = ["indaba"]
CRISPY_TEMPLATE_PACK = "indaba"

# --- Data ---------------------------------------------------------------------------------------

DATABASES = {"default": env.database("DATABASE_URL", DATA_DIR / "indaba.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# What the worker makes for those who have asked: never where a web server serves files.
DOCUMENTS_DIR = env.folder("DOCUMENTS_DIR", DATA_DIR / "documents")

REDIS_URL = env.text("REDIS_URL")
if REDIS_URL and urlsplit(REDIS_URL).scheme not in {"redis", "rediss", "unix"}:
    raise env.WrongSetting("REDIS_URL", "redis://host:6379/0")
# Limits must hold across processes: a shared cache, never a process's own memory.
CACHES = {
    # Beyond this number the database's forgets a third: with the default, 300, anyone could push
    # the limits out that they have run into. A page has 20 KB.
    name: {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": prefix,
    }
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": table,
        "OPTIONS": {"MAX_ENTRIES": most},
    }
    for name, prefix, table, most in (
        ("default", "", "cache", 100_000),
        ("pages", "pages", "pages", 3_000),
    )
}

# --- People -------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.backends.AccountBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator")
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    }
]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "forum:home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "accounts.adapter.SocialAccountAdapter"
ACCOUNT_FORMS = {
    "signup": "accounts.forms.SignupForm",
    "login": "accounts.forms.LoginForm",
    "request_login_code": "accounts.forms.RequestLoginCodeForm",
    "confirm_login_code": "accounts.forms.ConfirmLoginCodeForm",
    "confirm_email_verification_code": "accounts.forms.ConfirmEmailVerificationCodeForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "confirm_password_reset_code": "accounts.forms.ConfirmPasswordResetCodeForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "add_email": "accounts.forms.AddEmailForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
SOCIALACCOUNT_FORMS = {"signup": "accounts.forms.SocialSignupForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
# Whoever resets has proved to own the address, and goes on to where they were going.
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
# Digits, which every keyboard of the world has; the pages say that they hold for ten minutes.
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 8, "dashed": True}
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 600
# allauth's own limits, and no more than 20 mails an hour that strangers can send to one address.
ACCOUNT_RATE_LIMITS = {
    "confirm_email": "1/10s/key,20/h/key",
    "request_login_code": "20/m/ip,3/m/key,20/h/key",
    "reset_password": "20/m/ip,3/m/key,20/h/key",
    # Texts that strangers leave here for when they have logged in (forum/views/parking.py): a whole
    # office behind one address may be at it.
    "park": "40/h/ip",
    # A form error says when to try again (accounts/rates.py).
    "signup": None,
}
# How many times as much as usual one person, or one address, may send (accounts/rates.py).
RATES_TIMES = env.number("RATES_TIMES", default=1, minimum=1)
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{SITE_NAME}] "
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
# Which address a limit counts: the one that the last trusted proxy saw, not what anyone sends.
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", default=0)
if HTTPS and not ALLAUTH_TRUSTED_PROXY_COUNT:
    # The server itself speaks no TLS: it would send everybody to https for ever.
    raise env.WrongSetting("TRUSTED_PROXY_COUNT", "at least 1, since HTTPS is set")

# Do the roles of staff, and the rights of superusers, sleep until they have a second factor?
STAFF_SECOND_FACTOR = env.boolean("STAFF_SECOND_FACTOR", default=not DEMO)
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME
# Clocks go wrong and lines are slow: the code before and the one after are taken too.
MFA_TOTP_TOLERANCE = 1
# As many as with passwords: a whole office has one address.
MFA_RATE_LIMITS = {"webauthn_login": "30/m/ip"}
MFA_FORMS = {
    "authenticate": "accounts.factor_forms.AuthenticateForm",
    "reauthenticate": "accounts.factor_forms.ReauthenticateForm",
    "activate_totp": "accounts.factor_forms.ActivateTOTPForm",
    "add_webauthn": "accounts.factor_forms.AddPasskeyForm",
    "edit_webauthn": "accounts.factor_forms.EditPasskeyForm",
}

SOCIALACCOUNT_PROVIDERS = {}
# Where signing in elsewhere leads; the Content-Security-Policy must let the sign-in form go there.
SIGN_IN_ORIGINS = []
if google := env.together("GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET"):
    SOCIALACCOUNT_PROVIDERS["google"] = {
        "APPS": [{"client_id": google[0], "secret": google[1]}],
        "SCOPE": ["profile", "email"],
        "OAUTH_PKCE_ENABLED": True,
    }
    SIGN_IN_ORIGINS.append("https://accounts.google.com")
if oidc := env.together("OIDC_NAME", "OIDC_SERVER_URL", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"):
    name, server, client_id, secret = oidc
    # What a provider says counts because of who it is, so the way to it must be safe.
    host, scheme = urlsplit(server).hostname, urlsplit(server).scheme
    if not host or (scheme != "https" and (scheme, host) != ("http", "127.0.0.1")):
        raise env.WrongSetting(
            "OIDC_SERVER_URL", "https://host/path of the OpenID provider", server
        )
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "oidc",
                "name": name,
                "client_id": client_id,
                "secret": secret,
                "settings": {"server_url": server},
            }
        ],
    }
    SIGN_IN_ORIGINS.append("{0.scheme}://{0.netloc}".format(urlsplit(server)))

# --- Languages and times ------------------------------------------------------------------------

LANGUAGES = [
    ("en", "English"),
    ("fr", "Français"),
    ("es", "Español"),
    ("ar", "العربية"),
    ("ru", "Русский"),
    ("zh-hans", "简体中文"),
    ("pt", "Português"),
]
LANGUAGE_CODE = env.choice("LANGUAGE_CODE", [code for code, _name in LANGUAGES], "en")
FORMAT_MODULE_PATH = "config.formats"
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.time_zone("TIME_ZONE", "UTC")
USE_TZ = True

# --- Mail ---------------------------------------------------------------------------------------

globals().update(env.mail("EMAIL_URL", DATA_DIR / "mail"))
SERVER_EMAIL = env.address("DEFAULT_FROM_EMAIL") or "noreply@localhost"
DEFAULT_FROM_EMAIL = formataddr((SITE_NAME, SERVER_EMAIL))

# --- Work that nobody waits for (worker/) ---------------------------------------------------------

TASKS = {
    # Documents and whatever else takes longer than a moment. Mail has rows of its own (mail/).
    "default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["slow"]},
}

# --- Static files: hashed names and compressed once, served by the application -------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
# WhiteNoise warns of a folder that is not there before anything was collected.
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.storage.StaticFiles"
    },
}

# --- Security -----------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF, *SIGN_IN_ORIGINS],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "forum.views.parking.stale_form"
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
if HTTPS:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Ten times what can be published, so that what is too long comes back with its text.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000

# --- What happened ------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    # A refusal with its reason is an answer, not an incident.
    "loggers": {"django.request": {"level": "ERROR"}},
}
