"""Requests, answers and the table that leads from one to the other."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

from laurels.lab.github.acts import Acts
from laurels.lab.github.places import Places
from laurels.lab.github.shapes.accounts import Urls
from laurels.lab.github.things import Account, Grant
from laurels.lab.github.world import World

DOCS = "https://docs.github.com/rest"


@dataclass(slots=True)
class House:
    """What every door works with."""

    world: World
    acts: Acts
    places: Places
    urls: Urls


@dataclass(slots=True)
class Request:
    """One request, read; `grant` is None where no token came, `app` names an App's own token."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    grant: Grant | None = None
    app: str | None = None

    @property
    def person(self) -> Account | None:
        """Return whose token it is."""
        return self.grant.account if self.grant else None

    def needs(self) -> Account:
        """Return whose token it is; raises Problem where there is none."""
        if self.person is None:
            raise Problem(401, "Requires authentication")
        return self.person

    def json(self) -> dict[str, Any]:
        """Read the body as a JSON object."""
        try:
            found = json.loads(self.body or b"{}")
        except ValueError:
            raise Problem(400, "Problems parsing JSON") from None
        if not isinstance(found, dict):
            raise Problem(400, "Body should be a JSON object")
        return found

    def form(self) -> dict[str, str]:
        """Read the body as a form, or as JSON where it says so."""
        if "json" in self.headers.get("content-type", ""):
            return {name: str(value) for name, value in self.json().items()}
        return last_of(self.body.decode("utf-8", "replace"))


@dataclass(slots=True)
class Answer:
    """What goes back: an object becomes JSON, text HTML, None an empty body."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    def written(self) -> bytes:
        """Return the body's bytes and set its type."""
        if self.body is None:
            return b""
        if isinstance(self.body, bytes):
            return self.body
        if isinstance(self.body, str):
            self.headers.setdefault("Content-Type", "text/html; charset=utf-8")
            return self.body.encode()
        self.headers.setdefault("Content-Type", "application/json; charset=utf-8")
        return json.dumps(self.body, separators=(",", ":"), ensure_ascii=False).encode()


class Problem(Exception):
    """A refusal in GitHub's shape."""

    def __init__(self, status: int, message: str, **more: Any) -> None:
        """Refuse with a status and a message; `more` joins the body, `headers` the headers."""
        super().__init__(message)
        self.headers: dict[str, str] = more.pop("headers", {})
        self.answer = Answer(
            status,
            {"message": message, "documentation_url": DOCS, "status": str(status), **more},
            self.headers,
        )


Handler = Callable[..., Answer]


class Table:
    """Routes: a method and a path whose `{parts}` become arguments."""

    def __init__(self) -> None:
        """Begin without routes."""
        self._routes: list[tuple[str, re.Pattern[str], Handler]] = []

    def add(self, line: str, handler: Handler) -> None:
        """Lead `METHOD /path/{part}` to a handler; parts are called by position."""
        method, path = line.split(" ")
        pattern = re.sub(r"\{\w+\}", r"([^/]+)", path)
        self._routes.append((method, re.compile(f"^{pattern}$"), handler))

    def answer(self, request: Request) -> Answer | None:
        """Answer a request, or None where no path fits."""
        others = False
        for method, pattern, handler in self._routes:
            found = pattern.match(request.path)
            if found is None:
                continue
            if method == request.method or (method == "GET" and request.method == "HEAD"):
                return handler(request, *found.groups())
            others = True
        if others:
            raise Problem(405, "Method Not Allowed")
        return None


def last_of(text: str) -> dict[str, str]:
    """Read a query or a form; of a name given twice the last counts."""
    return {name: found[-1] for name, found in parse_qs(text, keep_blank_values=True).items()}


def paged(request: Request, urls: Urls, found: list[Any], shape: Callable[[Any], Any]) -> Answer:
    """Answer with a page of a list and the `Link` header that leads to the others."""
    try:
        size = min(100, max(1, int(request.query.get("per_page", "30"))))
        page = max(1, int(request.query.get("page", "1")))
    except ValueError:
        size, page = 30, 1
    last = max(1, -(-len(found) // size))
    places: dict[str, int] = {}
    if page > 1:
        places |= {"prev": min(page - 1, last), "first": 1}
    if page < last:
        places |= {"next": page + 1, "last": last}
    headers = {}
    if places:
        headers["Link"] = ", ".join(
            f"<{urls.api}{request.path}?{urlencode(request.query | {'page': str(number)})}>"
            f'; rel="{name}"'
            for name, number in places.items()
        )
    shown = found[(page - 1) * size : page * size]
    return Answer(200, [shape(one) for one in shown], headers)


def etag_of(body: bytes) -> str:
    """Return the weak ETag of a body."""
    return f'W/"{hashlib.sha256(body).hexdigest()}"'
