"""Django's settings, derived from `Settings`; nothing here reads the environment itself."""

from __future__ import annotations

from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from csp.constants import NONE, SELF
from django.utils.functional import SimpleLazyObject

from laurels.config import boot, wiring
from laurels.config.databases import databases
from laurels.config.env import load
from laurels.config.logs import logging_settings
from laurels.config.secret import make_folder, session_key

if TYPE_CHECKING:
    from laurels.apps.jobs.bell import ThreadBell

# The plug-board: doors and apps read what was chosen from django.conf.settings.
LAURELS = load()
LAURELS_CLOCK = wiring.clock()
LAURELS_BELL: ThreadBell | None = None  # hung up by laurels.config.apps in a serving process
LAURELS_INBOX_BELL: ThreadBell | None = None  # the same, for deliveries
LAURELS_FLEET = wiring.fleet(LAURELS)  # None in the embedded mode
LAURELS_WORK = partial(wiring.work, LAURELS, LAURELS_CLOCK, LAURELS_FLEET)  # for `laurels worker`
LAURELS_BEAT = partial(wiring.beat, LAURELS, LAURELS_CLOCK, LAURELS_FLEET)
LAURELS_RING = partial(wiring.ring, LAURELS)  # for `laurels keys`; others ask for what uses keys
LAURELS_VAULT: Any = SimpleLazyObject(lambda: wiring.vault(LAURELS))
LAURELS_REFERENCE_VAULT: Any = SimpleLazyObject(lambda: wiring.reference_vault(LAURELS))
LAURELS_USER_TOKENS = SimpleLazyObject(lambda: wiring.user_tokens(LAURELS))
LAURELS_THROTTLE = SimpleLazyObject(lambda: wiring.throttle(LAURELS))
LAURELS_ACCESS_TOKENS = SimpleLazyObject(lambda: wiring.access_tokens(LAURELS))
LAURELS_CHECKPOINT_KEYS: Any = SimpleLazyObject(lambda: wiring.checkpoint_keys(LAURELS))
LAURELS_CHECKPOINT_PLACES: Any = SimpleLazyObject(lambda: wiring.checkpoint_places(LAURELS))
LAURELS_GITHUB = wiring.github_client(LAURELS, LAURELS_CLOCK)  # a function: call it for the client
LAURELS_KNOWN_OF = wiring.known_of  # what metrics of a person are made of
make_folder(LAURELS.data_dir)

DEBUG = LAURELS.debug
SECRET_KEY = LAURELS.secret_key or session_key(LAURELS.data_dir)
ALLOWED_HOSTS = list(LAURELS.hosts)
CSRF_TRUSTED_ORIGINS = [LAURELS.public_url]
DATABASES = databases(LAURELS, is_serving=boot.is_serving, is_direct=boot.is_direct)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_ROOMS = [
    "laurels.apps.audit",
    "laurels.apps.jobs",
    "laurels.apps.people",
    "laurels.apps.projects",
    "laurels.apps.contributions",
    "laurels.apps.scoring",
    "laurels.apps.standings",
    "laurels.apps.recognition",
    "laurels.apps.metrics",
    "laurels.apps.intake",
    "laurels.web",
]
INSTALLED_APPS = [
    "laurels.config",
    *(room for room in _ROOMS if find_spec(room) and find_spec(f"{room}.apps")),
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth.account",
    "allauth.socialaccount",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "laurels.config.middleware.permissions_policy",
    "laurels.api.problems.as_problems",
    "laurels.api.limits.limited",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "laurels.apps.people.middleware.who_asks",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "laurels.web.access.policies",
]
ROOT_URLCONF = "laurels.config.urls"
ASGI_APPLICATION = "laurels.config.asgi.application"
WSGI_APPLICATION = "laurels.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
USE_I18N = False

STATIC_URL = "/static/"
# Files are served from the packages themselves: nothing to collect before the first start.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

NINJA_NUM_PROXIES = 0  # our own limits know the trusted proxy; ninja must believe no header
# allauth does the dance with GitHub and stores nothing of it.
SOCIALACCOUNT_ADAPTER = "laurels.apps.people.github_door.Adapter"
SOCIALACCOUNT_ONLY = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_QUERY_EMAIL = False
ACCOUNT_EMAIL_VERIFICATION = "none"

SESSION_ENGINE = "laurels.apps.people.sessions"  # keeps hashes, not what cookies hold
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = LAURELS.is_https
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = LAURELS.is_https
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if LAURELS.is_https else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

LOGGING_CONFIG = "laurels.config.logs.configure"
LOGGING = logging_settings(LAURELS)
