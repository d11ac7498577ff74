"""What routes have in common: the refusals in their description, and answers with a tag."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

from laurels.api import schemas

_STATUSES = (400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503)
REFUSALS: dict[int, Any] = dict.fromkeys(_STATUSES, schemas.Problem)
UNCHANGED: dict[int, Any] = {304: None}
"""What a route with a tag may answer besides."""

PERSONAL = "private, no-cache"
"""A person's: no shared cache keeps it, and every use of a kept one is asked for here first."""

OPEN = "public, max-age=60"
"""Everybody's, and changed rarely."""


def tagged(
    request: HttpRequest, body: bytes, etag: str, *, keeping: str = PERSONAL
) -> HttpResponseBase:
    """Answer with JSON and its tag, or with 304 where the asker has that already."""
    answer = HttpResponse(body, content_type="application/json; charset=utf-8")
    answer["ETag"] = etag
    answer["Cache-Control"] = keeping
    if request.method not in ("GET", "HEAD"):
        return answer  # what is posted is never unchanged
    return get_conditional_response(request, etag=etag, response=answer) or answer
