"""GitHub's part of signing in, over real HTTP on loopback: codes, PKCE, tokens, who somebody is.

Strict where GitHub is: a code works once, for ten minutes, with its verifier and its address.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

CLIENT_ID, CLIENT_SECRET = "Iv1.standin", "standin-client-secret"


@dataclass
class GitHubOAuth:
    """What the stand-in knows: people by login, codes and tokens it gave, and how it fails."""

    url: str = ""
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)
    broken: str = ""

    def add(self, login: str, github_id: int, kind: str = "User") -> None:
        """Let somebody have an account."""
        email = f"{login}@example.test"
        self.people[login] = {"id": github_id, "login": login, "type": kind, "email": email}

    def approve(self, location: str, login: str) -> str:
        """Be the browser that says yes: return the address that it is sent back to."""
        asked = dict(parse_qsl(urlsplit(location).query))
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        assert asked["response_type"] == "code"
        code = secrets.token_hex(10)
        self.codes[code] = {**asked, "login": login}
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def exchange(self, form: dict[str, str]) -> dict[str, Any]:
        """Answer the program's request for a token."""
        given = self.codes.pop(form.get("code", ""), None)
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return {"error": "incorrect_client_credentials"}
        verifier = form.get("code_verifier", "").encode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).decode().rstrip("=")
        if (
            given is None
            or given["code_challenge"] != challenge
            or given["redirect_uri"] != form.get("redirect_uri")
        ):
            return {"error": "bad_verification_code"}
        token = "gho_" + secrets.token_hex(18)
        self.tokens[token] = given["login"]
        scope = given.get("scope", "").replace(" ", ",")
        return {"access_token": token, "token_type": "bearer", "scope": scope, **self.extra}


class _Handler(BaseHTTPRequestHandler):
    fake: GitHubOAuth

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.fake.asked.append(self.path)
        self._answer(200, self.fake.exchange({name: values[0] for name, values in form.items()}))

    def do_GET(self) -> None:
        self.fake.asked.append(self.path)
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        login = self.fake.tokens.get(token)
        if self.fake.broken:
            self._answer(200, json.loads(self.fake.broken))
        elif self.path != "/user" or login is None:
            self._answer(401, {"message": "Bad credentials"})
        else:
            self._answer(200, self.fake.people[login])

    def _answer(self, status: int, body: object) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def running() -> Iterator[GitHubOAuth]:
    """Serve a stand-in on a free port of this machine while the block runs."""
    fake = GitHubOAuth()
    handler = type("Handler", (_Handler,), {"fake": fake})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        fake.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield fake
        finally:
            server.shutdown()
            thread.join()
