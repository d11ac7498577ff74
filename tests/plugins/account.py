"""Fixtures of people who sign in: a stand-in GitHub, and browsers that went through its dance."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from laurels.apps.people.models import Contributor
from laurels.config import wiring
from tests import redis
from tests.fakes import oauth
from tests.fakes.oauth import GitHubOAuth

PUBLIC = "https://laurels.example"


@pytest.fixture
def github(settings: Any, db: None) -> Iterator[GitHubOAuth]:
    """Return a stand-in GitHub that this installation is set up with; ada (7) is there."""
    settings.LAURELS_THROTTLE = redis.throttle()
    with oauth.running() as fake:
        fake.add("ada", 7)
        settings.LAURELS = settings.LAURELS.model_copy(
            update={
                "github_web_url": fake.url,
                "github_api_url": fake.api,
                "github_client_id": oauth.CLIENT_ID,
                "github_client_secret": oauth.CLIENT_SECRET,
                "public_url": PUBLIC,
            }
        )
        settings.LAURELS_USER_TOKENS = wiring.user_tokens(settings.LAURELS)
        yield fake


def begin(browser: Client, next_path: str = "/", **more: str) -> str:
    """Press the button; return where on GitHub the browser is sent."""
    answer = browser.post("/sign-in/", {"next": next_path, **more})
    assert answer.status_code == 302, answer.content
    return str(answer["Location"])


def back(address: str) -> str:
    """Return the path and query that GitHub sends the browser to; it must be ours."""
    assert address.startswith(f"{PUBLIC}/sign-in/github/?")
    return address.removeprefix(PUBLIC)


def walk_in(browser: Client, github: GitHubOAuth, login: str, next_path: str = "/") -> Any:
    """Go through the whole dance; return the last answer."""
    location = begin(browser, next_path)
    return browser.get(back(github.approve(location, login)))


SignIn = Callable[[str], Client]


@pytest.fixture
def sign_in(github: GitHubOAuth) -> SignIn:
    """Return what signs somebody in, in a browser of their own."""

    def enter(login: str) -> Client:
        browser = Client()
        answer = walk_in(browser, github, login)
        assert answer.status_code == 302, answer.content
        return browser

    return enter


def person(login: str) -> Contributor:
    """Return the contributor of this login."""
    return Contributor.objects.get(login_key=login)
