"""A person who is signed in, and programs that act for them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from laurels.apps.people.models import Contributor
from laurels.kit.clock import ManualClock
from tests import redis
from tests.apps import factories
from tests.plugins.signed_in import sign_in_as
from tools import openapi

DESCRIBED = json.loads(openapi.PATH.read_text(encoding="utf-8"))["paths"]
NOW = 1_790_000_000
V1 = "/api/v1"


@pytest.fixture(autouse=True)
def clock(settings: Any, db: None) -> Iterator[ManualClock]:
    """Return the clock that the API tells the time by; limits begin anew with each test."""
    manual = ManualClock(NOW)
    settings.LAURELS_CLOCK = manual
    settings.LAURELS_THROTTLE = redis.throttle()
    yield manual


@pytest.fixture
def ada() -> Contributor:
    """Return somebody."""
    return factories.contributor("ada", github_id=7)


@pytest.fixture
def mine(ada: Contributor) -> Client:
    """Return ada's browser, signed in."""
    return sign_in_as(Client(), ada)


@dataclass(frozen=True)
class Program:
    """A program that shows a token with each request."""

    token: str

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request; the answer is Django's."""
        headers = {"Authorization": f"Bearer {self.token}"}
        call = getattr(Client(), method)
        if body is None:
            return call(f"{V1}{path}", headers=headers)
        return call(f"{V1}{path}", body, content_type="application/json", headers=headers)

    @property
    def code(self) -> str:
        """Return whether /auth/me answers: `ok`, or the code of the refusal."""
        answer = self.ask("get", "/auth/me")
        return "ok" if answer.status_code == 200 else str(answer.json()["code"])


@dataclass(frozen=True)
class Pair:
    """What /auth/token and /auth/refresh give."""

    access: Program
    refresh: str


def pair_of(answer: Any) -> Pair:
    """Read a pair out of an answer."""
    assert answer.status_code == 200, answer.content
    return Pair(Program(answer.json()["access_token"]), answer.json()["refresh_token"])


@pytest.fixture
def pair(mine: Client) -> Pair:
    """Return ada's first pair of tokens."""
    return pair_of(mine.post(f"{V1}/auth/token"))


def exchange(refresh: str) -> Any:
    """Ask for a new pair."""
    body = {"refresh_token": refresh}
    return Client().post(f"{V1}/auth/refresh", body, content_type="application/json")


Make = Callable[..., Program]


@pytest.fixture
def personal(mine: Client) -> Make:
    """Return what makes a personal token of ada's."""

    def make(*scopes: str, **more: Any) -> Program:
        body = {"name": "script", "scopes": list(scopes), **more}
        answer = mine.post(f"{V1}/tokens", body, content_type="application/json")
        assert answer.status_code == 201, answer.content
        return Program(answer.json()["token"])

    return make


def refusal(answer: Any, status: int, code: str) -> Any:
    """Check that an answer is a problem of this status and code; return it read."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"] == f"urn:laurels:problem:{code}"
    described(answer, status)
    return body


def described(answer: Any, status: int) -> None:
    """Check that the description of the API names this refusal of this route."""
    try:
        match = resolve(answer.request["PATH_INFO"])
    except Resolver404:
        return
    route = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", f"/{match.route}")
    operation = DESCRIBED[route].get(answer.request["REQUEST_METHOD"].lower())
    if operation is not None:
        assert str(status) in operation["responses"], f"{route} does not say that it may {status}"
