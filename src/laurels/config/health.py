"""Whether the process lives (/livez), can do its work (/readyz), and all around it (?deep=1).

`/readyz` is for what sends requests here: 503 takes this process out, so it is said only where the
database is away or not migrated. Without Redis the webhook door still takes deliveries and the
pages are still served; that is told, and is no reason to send nobody here.
The deep look is for whoever watches: 503 where any part is not as it should be.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from laurels.adapters.fleet import FleetAway

LEAST_FREE_BYTES = 200_000_000
MOST_APART_SECONDS = 30
"""Clocks of machines that share leases must not be further apart."""
_FINE = "ok"


@never_cache
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process serves at all; asks nothing of the database."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers and has been migrated, else 503 with the reason."""
    if request.GET.get("deep"):
        return _deep()
    state = database()
    if state != _FINE:
        return HttpResponse(f"the database {state}\n", status=503, content_type="text/plain")
    told = "ok\n"
    if settings.LAURELS_FLEET is not None and (state := redis()) != _FINE:
        told += f"Redis {state}: hints wait for the sweep, and nothing is asked of GitHub\n"
    return HttpResponse(told, content_type="text/plain")


def _deep() -> HttpResponse:
    looks: dict[str, Callable[[], str]] = {"database": database, "disk": disk, "clock": clock}
    if settings.LAURELS_FLEET is not None:
        looks |= {"redis": redis, "workers": workers}
    found = {name: look() for name, look in looks.items()}
    status = 200 if set(found.values()) == {_FINE} else 503
    lines = "".join(f"{name}: {state}\n" for name, state in found.items())
    return HttpResponse(lines, status=status, content_type="text/plain")


def database() -> str:
    """Tell whether the database answers and was migrated."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
            is_migrated = cursor.fetchone() is not None
    except (DatabaseError, InterfaceError):
        is_migrated = False
    return _FINE if is_migrated else "does not answer or is not migrated"


def redis() -> str:
    """Tell whether Redis answers."""
    fleet: Any = settings.LAURELS_FLEET
    try:
        fleet.ping()
    except FleetAway:
        return "does not answer"
    return _FINE


def workers() -> str:
    """Tell whether every queue has a worker, and beat's word is heeded."""
    fleet: Any = settings.LAURELS_FLEET
    try:
        seen = fleet.look()
    except FleetAway:
        return "not known without Redis"
    if seen.idle:
        return f"nobody works {', '.join(seen.idle)}"
    if seen.is_late(settings.LAURELS_CLOCK.now()):
        return "nobody looks for lost hints: is beat running?"
    return _FINE


def disk() -> str:
    """Tell whether the data folder has room."""
    free = shutil.disk_usage(settings.LAURELS.data_dir).free
    return _FINE if free >= LEAST_FREE_BYTES else "nearly full"


def clock() -> str:
    """Tell whether our clock agrees with those of PostgreSQL and Redis."""
    ours, others = time.time(), []
    try:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT EXTRACT(EPOCH FROM clock_timestamp())::bigint")
                others.append(cursor.fetchone()[0])
        if settings.LAURELS_FLEET is not None:
            others.append(settings.LAURELS_FLEET.look().clock)
    except (DatabaseError, InterfaceError, FleetAway):
        pass  # told of elsewhere
    if all(abs(ours - other) <= MOST_APART_SECONDS for other in others):
        return _FINE
    return "not that of the other machines"
