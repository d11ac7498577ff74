"""Laurels as it is served, beside a stand-in GitHub: two servers, real HTTP between all."""

from __future__ import annotations

import itertools
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.fakes import oauth
from tests.fakes.oauth import GitHubOAuth
from tests.plugins.browser import Browser, Seen
from tests.plugins.installation import Installation, fresh


@dataclass
class Site:
    """What is served, and every secret that went through it so far."""

    base: str
    installation: Installation
    hub: GitHubOAuth
    log: Path
    secrets: list[str] = field(default_factory=list)
    _sources: Iterator[int] = field(default_factory=lambda: itertools.count(2))

    def browser(self) -> Browser:
        """Return a new browser from an address of its own: limits are counted by address."""
        return Browser(self.base, f"127.0.1.{next(self._sources)}")

    def begin(self, browser: Browser, next_path: str = "/") -> str:
        """Press the button; return where on GitHub the browser is sent."""
        seen = browser.post("/sign-in/", {"next": next_path})
        assert seen.status == 302, seen.text
        return seen.location

    def approved(self, browser: Browser, login: str, next_path: str = "/") -> str:
        """Say yes at GitHub; return the path and query that the browser is sent back to."""
        address = self.hub.approve(self.begin(browser, next_path), login)
        assert address.startswith(f"{self.base}/sign-in/github/?")
        return address.removeprefix(self.base)

    def walk_in(self, browser: Browser, login: str, next_path: str = "/") -> Seen:
        """Go through the whole dance; return the last answer."""
        return browser.get(self.approved(browser, login, next_path))

    def inside(self, login: str) -> Browser:
        """Return a browser in which somebody is signed in."""
        browser = self.browser()
        assert self.walk_in(browser, login).status == 302
        self.secrets.append(browser.jar["sessionid"])
        return browser


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve both while the run lasts; ada (7), bob (8) and eve (66) are at GitHub."""
    folder = tmp_path_factory.mktemp("served")
    engine = os.environ.get("LAURELS_TEST_ENGINE", "sqlite")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    base, log = f"http://127.0.0.1:{port}", folder / "log"
    with oauth.running() as hub, fresh(folder / "data", engine) as installation:
        hub.app.callback = f"{base}/sign-in/github/"
        for login, number in (("ada", 7), ("bob", 8), ("eve", 66)):
            hub.add(login, number)
        environ = {
            "LAURELS_PUBLIC_URL": base,
            "LAURELS_GITHUB_WEB_URL": hub.web,
            "LAURELS_GITHUB_API_URL": hub.api,
            "LAURELS_GITHUB_CLIENT_ID": oauth.CLIENT_ID,
            "LAURELS_GITHUB_CLIENT_SECRET": oauth.CLIENT_SECRET,
            "LAURELS_LOG_LEVEL": "DEBUG",
            "LAURELS_LOG_FORMAT": "json",
            "PYTHONUNBUFFERED": "1",
        }
        with log.open("w") as out:
            command = ("serve", "--port", str(port))
            server = installation.start(*command, environ=environ, stdout=out, stderr=out)
            while "Laurels serves" not in log.read_text(encoding="utf-8"):
                assert server.poll() is None, log.read_text(encoding="utf-8")
                with suppress(subprocess.TimeoutExpired):
                    server.wait(0.1)
            yield Site(base, installation, hub, log)
            server.terminate()
            assert server.wait(60) == 0
