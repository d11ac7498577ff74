"""Every error of the API has one shape: application/problem+json (RFC 9457) with a stable code."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

TYPE = "application/problem+json"
PREFIX = "/api/"
_CODES = {
    400: "bad_request",
    401: "sign_in_required",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "media_type",
    422: "invalid",
    429: "too_many_requests",
    500: "fault",
    503: "unavailable",
}


def problem(
    status: int,
    code: str = "",
    detail: str = "",
    *,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Answer with a problem; `errors` name what is wrong field by field."""
    kept = code or _CODES.get(status, "refused")
    body: dict[str, Any] = {
        "type": f"urn:laurels:problem:{kept}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": kept,
        "detail": detail,
    }
    if errors:
        body["errors"] = list(errors)
    answer = HttpResponse(json.dumps(body), status=status, content_type=TYPE)
    answer["Cache-Control"] = "no-store"
    if status == HTTPStatus.UNAUTHORIZED:
        answer["WWW-Authenticate"] = "Bearer"
    for name, value in (headers or {}).items():
        answer[name] = value
    return answer


def as_problems(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Turn errors that Django itself answers under /api/ (404, 405, 403 …) into problems."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        answer = get_response(request)
        if not request.path.startswith(PREFIX) or answer.status_code < 400:
            return answer
        if answer.headers.get("Content-Type", "").startswith(TYPE):
            return answer
        kept = {name: answer.headers[name] for name in ("Allow",) if name in answer.headers}
        return problem(answer.status_code, headers=kept)

    return middleware
