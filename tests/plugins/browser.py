"""A browser for tests that meet a server over real HTTP: cookies, forms, no redirects followed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Seen:
    """An answer as it came."""

    status: int
    headers: dict[str, str]
    text: str
    cookies: tuple[str, ...] = ()

    @property
    def json(self) -> Any:
        """Return the body read as JSON."""
        return json.loads(self.text)

    @property
    def location(self) -> str:
        """Return where the answer leads."""
        return self.headers["location"]


@dataclass
class Browser:
    """One browser; `source` is the loopback address that it comes from, and is counted by."""

    base: str
    source: str = "127.0.0.1"
    jar: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Seen:
        """Fetch a page."""
        return self.send("GET", path, None, headers)

    def post(self, path: str, form: dict[str, Any] | None = None, **headers: str) -> Seen:
        """Send a form, with the hidden token of the page that has it."""
        found = re.search(r'csrfmiddlewaretoken" value="(\w+)', self.get("/sign-in/").text)
        token = {} if found is None else {"csrfmiddlewaretoken": found[1]}
        body = urlencode(token | (form or {}), doseq=True).encode()
        return self.send("POST", path, body, {"Content-Type": FORM} | headers)

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Seen:
        """Send any request with the cookies so far; keep those that come back."""
        sent = dict(headers or {})
        if self.jar:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        place = urlsplit(self.base)
        line = HTTPConnection(place.netloc, timeout=30, source_address=(self.source, 0))
        try:
            line.request(method, path, body, sent)
            answer = line.getresponse()
            text = answer.read().decode()
        finally:
            line.close()
        cookies = tuple(answer.headers.get_all("Set-Cookie") or ())
        for one in cookies:
            for name, morsel in SimpleCookie(one).items():
                self.jar[name] = morsel.value
                if morsel["max-age"] == "0" or morsel["max-age"] == 0:
                    del self.jar[name]
        lowered = {name.lower(): value for name, value in answer.headers.items()}
        return Seen(answer.status, lowered, text, cookies)
