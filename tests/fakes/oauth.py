"""Signing in at the stand-in GitHub: the browser's part of it, over real HTTP on loopback."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from urllib.parse import parse_qsl, urlencode, urlsplit

from laurels.lab.github.doors.asking import Answer, Request
from laurels.lab.github.server import StandIn
from laurels.lab.github.things import Account, OAuthApp

CLIENT_ID, CLIENT_SECRET = "Iv1.standin", "standin-client-secret"
CALLBACK = "https://laurels.example/sign-in/github/"
FORM = "application/x-www-form-urlencoded"


class GitHubOAuth(StandIn):
    """The stand-in with one application; `broken` is what `GET /user` answers instead of a body."""

    broken = ""

    @property
    def app(self) -> OAuthApp:
        """Return the application that people sign in to."""
        return self.world.apps[CLIENT_ID]

    @property
    def url(self) -> str:
        """Return where people are sent to sign in."""
        return self.web

    def add(self, login: str, github_id: int, kind: str = "User") -> Account:
        """Let somebody have an account; who has this number already gets the new login."""
        known = self.world.accounts.get(github_id)
        if known is not None:
            self.places.rename_account(known, login)
            return known
        return self.places.account(login, kind, id=github_id)

    def approve(self, location: str, login: str) -> str:
        """Be the browser that says yes: return the address that it is sent back to."""
        found = [one for one in self.world.accounts.values() if one.login == login]
        form = dict(parse_qsl(urlsplit(location).query)) | {"as": str(found[-1].id)}
        line = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            headers = {"Content-Type": FORM}
            line.request("POST", "/login/oauth/authorize", urlencode(form), headers)
            answer = line.getresponse()
            answer.read()
            assert answer.status == 302
            return str(answer.headers["Location"])
        finally:
            line.close()

    def answer(self, request: Request, token: str | None) -> Answer | None:
        """Answer as the stand-in does, but for what a test has broken."""
        if self.broken and request.path == "/user":
            return Answer(200, json.loads(self.broken))
        return super().answer(request, token)

    @property
    def tokens(self) -> list[str]:
        """Return the tokens that were given to programs."""
        return list(self.world.grants)

    @property
    def asked(self) -> list[str]:
        """Return what the program itself asked for, in order."""
        paths = [urlsplit(one.path).path for one in self.faults.log]
        return [re.sub("^/api/v3", "", path) for path in paths if not path.endswith("/authorize")]


@contextmanager
def running() -> Iterator[GitHubOAuth]:
    """Serve a stand-in on a free port of this machine while the block runs."""
    with GitHubOAuth() as hub:
        hub.world.app_add(CLIENT_ID, CLIENT_SECRET, callback=CALLBACK)
        yield hub
