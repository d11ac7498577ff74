"""How often the API may be asked, by address before anything is read and by person after.

Routes that give out tokens are counted apart, more strictly, and refuse when counting fails.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from laurels.adapters.throttle import Rule, Standing
from laurels.api.problems import PREFIX, problem
from laurels.apps.people.addresses import address_of

TOKEN_ROUTES = (f"{PREFIX}v1/auth/token", f"{PREFIX}v1/auth/refresh", f"{PREFIX}v1/tokens")
_STRICT = Rule("api-tokens", 30, 60, fails_closed=True)
_ADDRESS = Rule("api-address", 600, 60)
log = structlog.get_logger(__name__)


class TooManyRequests(Exception):
    """Somebody asked more often than a rule allows."""

    status_code = 429
    code = "too_many_requests"

    def __init__(self, standing: Standing) -> None:
        super().__init__("Too many requests; wait before you ask again.")
        self.standing = standing


class NotCounted(TooManyRequests):
    """Requests cannot be counted now, and where tokens are given none passes uncounted."""

    status_code = 503
    code = "unavailable"

    def __init__(self, standing: Standing) -> None:
        super().__init__(standing)
        self.args = ("Requests cannot be counted at the moment; try again in a while.",)


def count(request: HttpRequest, rule: Rule, who: str) -> Standing:
    """Count a request; raises TooManyRequests or NotCounted. The nearest limit is told."""
    standing: Standing = settings.LAURELS_THROTTLE.hit(rule, who)
    if standing.is_blind:
        log.warning("limit_not_counted", rule=rule.name, passed=standing.allowed)
        if not standing.allowed:
            raise NotCounted(standing)
        return standing
    if not standing.allowed:
        raise TooManyRequests(standing)
    nearest: Standing | None = getattr(request, "limit", None)
    if nearest is None or standing.remaining < nearest.remaining:
        request.limit = standing  # type: ignore[attr-defined]
    return standing


def refusal(error: TooManyRequests) -> HttpResponseBase:
    """Answer 429, or 503 where nothing can be counted, with the seconds to wait."""
    standing = error.standing
    headers = {"Retry-After": str(standing.retry_after)}
    if not standing.is_blind:
        headers |= {"RateLimit-Limit": str(standing.limit), "RateLimit-Remaining": "0"}
    return problem(error.status_code, error.code, str(error), headers=headers)


def limited(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Count requests under /api/ by address, and tell in each answer what is left."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(PREFIX):
            return get_response(request)
        is_strict = request.path.startswith(TOKEN_ROUTES)
        try:
            count(request, _STRICT if is_strict else _ADDRESS, address_of(request))
        except TooManyRequests as error:
            return refusal(error)
        answer = get_response(request)
        nearest: Standing | None = getattr(request, "limit", None)
        if nearest is not None and "RateLimit-Limit" not in answer.headers:
            answer.headers["RateLimit-Limit"] = str(nearest.limit)
            answer.headers["RateLimit-Remaining"] = str(nearest.remaining)
        return answer

    return middleware
