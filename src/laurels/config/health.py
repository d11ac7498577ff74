"""Whether the process lives (/livez) and whether it can do its work (/readyz)."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process serves at all; asks nothing of the database."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers and has been migrated, else 503 with the reason."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
            is_migrated = cursor.fetchone() is not None
    except DatabaseError:
        is_migrated = False
    if is_migrated:
        return HttpResponse("ok\n", content_type="text/plain")
    return HttpResponse(
        "the database does not answer or is not migrated\n", status=503, content_type="text/plain"
    )
