"""A webhook view as a careful team writes it first: Django's middleware, signature, row, 202.

Django REST Framework is not among our dependencies, and plain Django is the quicker of the two:
that is in the yardstick's favour. A project of its own, settings and address in one module, for
`gunicorn benchmarks.careful.door_site:application`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from typing import Any

import django
from django.conf import settings

from benchmarks.deliveries import PATH, SECRET

_DURABLE = "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL"


def _database(place: str) -> dict[str, Any]:
    if place.startswith("/"):
        options = {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": _DURABLE}
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": place, "OPTIONS": options}
    from laurels.config.databases import postgresql

    return postgresql(place, pool_size=0, is_pooled=False)


if not settings.configured:
    settings.configure(
        ALLOWED_HOSTS=["*"],
        # Connections are kept: that is the first thing a team learns about Django's speed.
        DATABASES={"default": _database(os.environ["BENCH_PLACE"]) | {"CONN_MAX_AGE": 600}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "benchmarks.careful"],
        LOGGING_CONFIG=None,
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        ROOT_URLCONF=__name__,
        SECRET_KEY="for benchmarks only",
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
        USE_TZ=True,
    )
    django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402 - Django must be set up before
from django.http import HttpRequest, HttpResponse, JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402
from django.views.decorators.http import require_POST  # noqa: E402

from benchmarks.careful.models import Delivery  # noqa: E402


@csrf_exempt
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Check, read, store, answer."""
    body = request.body
    signature = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(signature, request.headers.get("X-Hub-Signature-256", "")):
        return JsonResponse({"detail": "bad signature"}, status=401)
    payload = json.loads(body)
    Delivery.objects.get_or_create(
        guid=request.headers["X-GitHub-Delivery"],
        defaults={
            "event": request.headers["X-GitHub-Event"],
            "action": payload.get("action", ""),
            "sha256": hashlib.sha256(body).hexdigest(),
            "body": body,
            "received_at": timezone.now(),
        },
    )
    return JsonResponse({"status": "stored"}, status=202)


urlpatterns = [path(PATH.removeprefix("/"), take)]
application = get_wsgi_application()
