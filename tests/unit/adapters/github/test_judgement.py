"""Every kind of answer is one case: limits in all dresses, failures, refusals, partial data."""

from __future__ import annotations

import json
from email.utils import formatdate
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from laurels.adapters.github.client.judgement import (
    COOLDOWN_MOST_SECONDS,
    Case,
    Judgement,
    judge,
    retry_after,
)

NOW = 1_700_000_000
RESET = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(NOW + 90)}


def judged(
    status: int, body: Any = None, headers: dict[str, str] | None = None, *, graphql: bool = True
) -> Judgement:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return judge(status, headers or {}, raw, now=NOW, is_graphql=graphql)


@pytest.mark.parametrize("status", [200, 403])
@pytest.mark.parametrize("code", ["RATE_LIMITED", "RATE_LIMIT", "rate_limit"])
@pytest.mark.parametrize(
    "dress",
    [
        lambda code: {"errors": [{"type": code, "message": "m"}]},
        lambda code: {"errors": [{"message": "m", "extensions": {"type": code}}]},
        lambda code: {"errors": [{"message": "m", "extensions": {"code": code}}]},
        lambda code: {"data": None, "errors": [{"type": code}]},
        lambda code: {"type": code, "message": "m"},
        lambda code: {"message": "m", "extensions": {"code": code}},
    ],
)
def test_primary_limit_when_in_any_dress_then_until_the_reset(
    status: int, code: str, dress: Any
) -> None:
    found = judged(status, dress(code), RESET)
    assert (found.case, found.until) == (Case.PRIMARY, NOW + 90)
    assert judged(status, dress(code)).until == NOW + 60


@pytest.mark.parametrize("status", [403, 429])
def test_primary_limit_when_nothing_remains_then_until_the_reset(status: int) -> None:
    for graphql in (True, False):
        found = judged(status, {"message": "API rate limit exceeded"}, RESET, graphql=graphql)
        assert (found.case, found.until) == (Case.PRIMARY, NOW + 90)


def test_remaining_when_it_reaches_nothing_on_a_good_answer_then_the_answer_counts() -> None:
    assert judged(200, {"data": {}}, RESET).case is Case.FINE


@pytest.mark.parametrize("status", [403, 429])
@pytest.mark.parametrize(
    ("after", "seconds"),
    [
        ("30", 30),
        (" 30 ", 30),
        ("0", 1),
        ("86400", COOLDOWN_MOST_SECONDS),
        (formatdate(NOW + 45, usegmt=True), 45),
        (formatdate(NOW - 45, usegmt=True), 1),
        (formatdate(NOW + 86_400, usegmt=True), COOLDOWN_MOST_SECONDS),
    ],
)
def test_secondary_limit_when_it_says_when_then_so_long_and_never_too_long(
    status: int, after: str, seconds: int
) -> None:
    found = judged(status, {"message": "secondary rate limit"}, {"retry-after": after})
    assert (found.case, found.until) == (Case.SECONDARY, NOW + seconds)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (429, {}),
        (403, {"message": "You have triggered an abuse detection mechanism"}),
        (403, {"message": "You have exceeded a secondary rate limit"}),
        (403, {"documentation_url": "https://docs.github.com/rest#secondary-rate-limits"}),
        (403, b""),
        (403, b"<html>"),
    ],
)
def test_warning_when_without_the_header_then_abuse(status: int, body: Any) -> None:
    assert judged(status, body, {"retry-after": "soon"}, graphql=False).case is Case.ABUSE


@pytest.mark.parametrize(
    ("status", "body", "case"),
    [
        (200, {"id": 1}, Case.FINE),
        (204, b"", Case.FINE),
        (304, b"", Case.UNCHANGED),
        (401, {"message": "Bad credentials"}, Case.UNAUTHORISED),
        (403, {"message": "Resource not accessible by integration"}, Case.FORBIDDEN),
        (404, {"message": "Not Found"}, Case.MISSING),
        (410, {}, Case.MISSING),
        (451, {}, Case.MISSING),
        (408, b"", Case.TRANSIENT),
        (500, b"", Case.TRANSIENT),
        (502, b"<html>", Case.TRANSIENT),
        (504, {"errors": "no list"}, Case.TRANSIENT),
        (422, {"message": "Validation Failed", "errors": [{"code": "custom"}]}, Case.REJECTED),
        (302, b"", Case.REJECTED),
    ],
)
def test_rest_when_answered_then_by_its_status(status: int, body: Any, case: Case) -> None:
    assert judged(status, body, graphql=False).case is case


@pytest.mark.parametrize(
    ("body", "case"),
    [
        ({"data": {"a": 1}, "errors": [{"type": "NOT_FOUND", "path": ["a", 0]}]}, Case.FINE),
        ({"data": {"a": 1}, "errors": [{"type": "FORBIDDEN"}]}, Case.FINE),
        ({"data": None, "errors": [{"type": "NOT_FOUND"}]}, Case.MISSING),
        ({"data": None, "errors": [{"type": "FORBIDDEN"}]}, Case.FORBIDDEN),
        ({"data": None, "errors": [{"type": "INTERNAL"}]}, Case.TRANSIENT),
        ({"data": {"a": 1}, "errors": [{"type": "ABUSE_DETECTED"}]}, Case.TRANSIENT),
        ({"errors": [{"message": "Something went wrong while executing"}]}, Case.TRANSIENT),
        ({"errors": [{"type": "MAX_NODE_LIMIT_EXCEEDED"}]}, Case.HEAVY),
        ({"errors": [{"message": "Parse error on }"}]}, Case.REJECTED),
        ({"errors": ["odd", 7, None]}, Case.REJECTED),
        ({}, Case.REJECTED),
        (b"<html>", Case.REJECTED),
    ],
)
def test_graphql_when_answered_200_then_by_its_errors(body: Any, case: Case) -> None:
    assert judged(200, body).case is case


@example("\xb2")
@given(st.text(max_size=40))
def test_retry_after_when_anything_then_an_instant_or_nothing(text: str) -> None:
    found = retry_after(text, NOW)
    assert found is None or isinstance(found, int)


@given(st.integers(100, 599), st.binary(max_size=60), st.booleans())
def test_judge_when_given_anything_then_one_case_and_limits_end(
    status: int, body: bytes, graphql: bool
) -> None:
    found = judge(status, {"retry-after": "9"}, body, now=NOW, is_graphql=graphql)
    if found.case in (Case.PRIMARY, Case.SECONDARY):
        assert NOW < found.until <= NOW + COOLDOWN_MOST_SECONDS
    else:
        assert found.until == 0
