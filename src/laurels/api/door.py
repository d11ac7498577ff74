"""The API object: its routes, how it knows who asks, and how every fault becomes a problem."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from laurels.api.access import EVERYBODY
from laurels.api.limits import TooManyRequests, refusal
from laurels.api.problems import problem
from laurels.api.routes import about, auth, baselines, metrics, tokens
from laurels.kit.cursors import InvalidCursor

log = logging.getLogger("laurels.api")


class Api(NinjaAPI):
    """Ninja, whose answers no cache keeps unless a route says otherwise: most are one person's."""

    def create_temporal_response(self, request: HttpRequest) -> HttpResponse:
        """Begin an answer."""
        answer = super().create_temporal_response(request)
        answer.headers["Cache-Control"] = "no-store"
        return answer


api = Api(
    title="Laurels",
    version="1",
    urls_namespace="api",
    description="What the pages show, for programs. Errors are application/problem+json.",
    auth=EVERYBODY,
    docs_url=None,
    openapi_url="openapi.json",
)
api.add_router("/auth", auth.router, tags=["sign-in"])
api.add_router("/tokens", tokens.router, tags=["personal tokens"])
api.add_router("/metrics", metrics.router, tags=["metrics"])
api.add_router("/baselines", baselines.router, tags=["populations"])
api.add_router("", about.router, tags=["about"])


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    # The values themselves are left out: one of them may be a secret.
    errors = [
        {"field": ".".join(str(part) for part in one["loc"][1:]), "fault": str(one["msg"])}
        for one in error.errors
    ]
    return problem(422, "invalid", "What was sent is not as it should be.", errors=errors)


@api.exception_handler(AuthenticationError)
def _nobody(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem(401, "sign_in_required", "Sign in, or send a token.")


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    code = "csrf_failed" if "CSRF" in str(error) else ""
    return problem(error.status_code, code, str(error))


@api.exception_handler(RequestDataTooBig)
def _too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return problem(413, "too_large", "The body is larger than any this API takes.")


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, "not_found", "There is nothing here.")


@api.exception_handler(PermissionDenied)
def _denied(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return problem(403)


@api.exception_handler(TooManyRequests)
def _too_many(request: HttpRequest, error: TooManyRequests) -> Any:
    return refusal(error)


@api.exception_handler(InvalidCursor)
def _no_cursor(request: HttpRequest, error: InvalidCursor) -> HttpResponse:
    return problem(422, "cursor_invalid", str(error))


@api.exception_handler(ValueError)
def _value(request: HttpRequest, error: ValueError) -> HttpResponse:
    if type(error) is not ValueError:
        return _any(request, error)
    return problem(422, "invalid", str(error))


@api.exception_handler(Exception)
def _any(request: HttpRequest, error: Exception) -> HttpResponse:
    """Give a known error its own code; anything else is a fault of ours, logged and told so."""
    status, code = getattr(error, "status_code", None), getattr(error, "code", None)
    if isinstance(status, int) and isinstance(code, str) and status < 500:
        return problem(status, code, str(error))
    log.error("fault in the API at %s", request.path, exc_info=error)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "fault", "Something went wrong here.")
