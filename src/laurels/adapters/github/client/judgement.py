"""Which of the cases of spec/github.md §3 is an answer? Pure: status, headers, body and the time.

Guarantee: every answer is exactly one case; a limit always says until when, in seconds since 1970
UTC, and a cooldown is never longer than COOLDOWN_MOST_SECONDS. Nothing is waited for here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Final

import msgspec

COOLDOWN_MOST_SECONDS: Final = 600
UNKNOWN_RESET_SECONDS: Final = 60
"""How long a limit lasts that does not say when it ends: GitHub's own advice is a minute."""

LIMIT_CODES: Final = frozenset({"RATE_LIMITED", "RATE_LIMIT"})
TRANSIENT_CODES: Final = frozenset({"INTERNAL", "ABUSE_DETECTED", "SERVICE_UNAVAILABLE", "TIMEOUT"})
HEAVY_CODES: Final = frozenset(
    {"MAX_NODE_LIMIT_EXCEEDED", "RESOURCE_LIMITS_EXCEEDED", "EXCESSIVE_PAGINATION"}
)
PARTIAL_CODES: Final = frozenset({"NOT_FOUND", "FORBIDDEN", "INSUFFICIENT_SCOPES", "SAML_FAILURE"})


class Case(StrEnum):
    """What an answer amounts to."""

    FINE = "fine"
    UNCHANGED = "unchanged"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    ABUSE = "abuse"
    TRANSIENT = "transient"
    HEAVY = "heavy"
    UNAUTHORISED = "unauthorised"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A case, until when it holds (limits only), and what GitHub said."""

    case: Case
    until: int = 0
    reason: str = ""


class ErrorBody(msgspec.Struct, gc=False):
    """One GraphQL error; `type` is where GitHub puts the code, `extensions` where others do."""

    message: str = ""
    type: str | None = None
    path: list[str | int] | None = None
    extensions: dict[str, object] | None = None

    @property
    def codes(self) -> frozenset[str]:
        """Return every code the error carries, in capitals."""
        more = self.extensions or {}
        given = (self.type, more.get("type"), more.get("code"))
        return frozenset(code.upper() for code in given if isinstance(code, str))


class _Spoken(msgspec.Struct, gc=False):
    """What any JSON body of GitHub may say of itself."""

    message: str | None = None
    documentation_url: str | None = None
    type: str | None = None
    extensions: dict[str, object] | None = None
    errors: object = None
    data: object = None


_SPOKEN = msgspec.json.Decoder(_Spoken)


def judge(
    status: int, headers: Mapping[str, str], body: bytes, *, now: int, is_graphql: bool
) -> Judgement:
    """Judge one answer; `headers` have lower-case names."""
    said = _read(body)
    errors = graphql_errors(said.errors)
    limit = _limit(status, headers, said, errors, now, is_graphql)
    if limit is not None:
        return limit
    message = (said.message or "").strip()
    if status == 304:
        return Judgement(Case.UNCHANGED)
    if status == 401:
        return Judgement(Case.UNAUTHORISED, reason=message or "Bad credentials")
    if status >= 500 or status == 408:
        return Judgement(Case.TRANSIENT, reason=f"HTTP {status}")
    if status in (404, 410, 451):
        return Judgement(Case.MISSING, reason=message or f"HTTP {status}")
    if status == 403:
        return Judgement(Case.FORBIDDEN, reason=message)
    if status >= 300:
        return Judgement(Case.REJECTED, reason=message or f"HTTP {status}")
    return _graphql(said, errors) if is_graphql else Judgement(Case.FINE)


def graphql_errors(errors: object) -> list[ErrorBody]:
    """Read the errors of a GraphQL body, whatever else stands in their place."""
    if not isinstance(errors, list):
        return []
    found = []
    for one in errors:
        try:
            found.append(msgspec.convert(one, ErrorBody))
        except msgspec.ValidationError:
            found.append(ErrorBody(message=str(one)[:200]))
    return found


def retry_after(text: str | None, now: int) -> int | None:
    """Read a Retry-After, in seconds or as a date, as an instant; None where it is neither."""
    if text is None or not text.strip():
        return None
    if text.strip().isdecimal():
        return now + int(text.strip())
    try:
        return int(parsedate_to_datetime(text).timestamp())
    except (ValueError, TypeError, OverflowError):
        return None


def whole(text: str | None) -> int | None:
    """Read a header that should be a whole number."""
    return int(text) if text is not None and text.strip().isdecimal() else None


def _read(body: bytes) -> _Spoken:
    try:
        return _SPOKEN.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Spoken()


def _limit(
    status: int,
    headers: Mapping[str, str],
    said: _Spoken,
    errors: list[ErrorBody],
    now: int,
    is_graphql: bool,
) -> Judgement | None:
    """Tell a limit: the budget used up, a cooldown with its end, or a warning without."""
    codes = {code for error in errors for code in error.codes}
    codes |= ErrorBody(type=said.type, extensions=said.extensions).codes
    after = retry_after(headers.get("retry-after"), now)
    is_refused = status in (403, 429)
    if is_refused and after is not None:
        until = min(max(after, now + 1), now + COOLDOWN_MOST_SECONDS)
        return Judgement(Case.SECONDARY, until, "secondary limit")
    if codes & LIMIT_CODES and (is_graphql or is_refused):
        return Judgement(Case.PRIMARY, _reset(headers, now), "budget used up")
    if is_refused and headers.get("x-ratelimit-remaining", "").strip() == "0":
        return Judgement(Case.PRIMARY, _reset(headers, now), "budget used up")
    if status == 429 or (status == 403 and _sounds_like_abuse(said)):
        return Judgement(Case.ABUSE, reason="told to slow down")
    return None


def _reset(headers: Mapping[str, str], now: int) -> int:
    reset = whole(headers.get("x-ratelimit-reset"))
    return reset if reset is not None and reset > now else now + UNKNOWN_RESET_SECONDS


def _sounds_like_abuse(said: _Spoken) -> bool:
    """Tell a warning from a plain refusal of rights, which has words of its own."""
    words = f"{said.message or ''} {said.documentation_url or ''}".casefold()
    return not words.strip() or "abuse" in words or "rate limit" in words or "rate-limit" in words


def _graphql(said: _Spoken, errors: list[ErrorBody]) -> Judgement:
    codes = {code for error in errors for code in error.codes}
    reason = "; ".join(error.message for error in errors)[:300]
    if codes & HEAVY_CODES:
        return Judgement(Case.HEAVY, reason=reason)
    if codes & TRANSIENT_CODES:
        return Judgement(Case.TRANSIENT, reason=reason or "internal error")
    if said.data is not None:
        return Judgement(Case.FINE, reason=reason)
    if codes and codes <= PARTIAL_CODES:
        case = Case.MISSING if "NOT_FOUND" in codes else Case.FORBIDDEN
        return Judgement(case, reason=reason)
    if errors and not codes:
        # "Something went wrong while executing your query": a time-out that calls itself 200.
        words = reason.casefold()
        if "something went wrong" in words or "timeout" in words or "timed out" in words:
            return Judgement(Case.TRANSIENT, reason=reason)
    return Judgement(Case.REJECTED, reason=reason or "neither data nor errors")
