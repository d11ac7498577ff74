"""What the tests of the stand-in ask for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from laurels.lab.github.things import Account
from tests.fakes import github as fakes


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)

    def link(self, name: str) -> str:
        for part in self.headers.get("Link", "").split(", "):
            place, _, rel = part.partition("; rel=")
            if rel == f'"{name}"':
                return place.strip("<>")
        return ""


@dataclass
class Asker:
    """Asks one stand-in, as somebody or (without a token) as nobody."""

    town: fakes.Town

    def __call__(
        self,
        method: str,
        path: str,
        person: Account | None = None,
        *,
        body: Any = None,
        form: dict[str, Any] | None = None,
        scopes: tuple[str, ...] | None = None,
        token: str = "",
        **headers: str,
    ) -> Reply:
        hub = self.town.hub
        if person is not None:
            given = {} if scopes is None else {"scopes": scopes}
            token = hub.world.token_for(person, **given)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        data = None
        if body is not None:
            data = json.dumps(body).encode()
        if form is not None:
            data = urlencode(form).encode()
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        line = HTTPConnection("127.0.0.1", hub.port, timeout=5)
        target = urlsplit(path)
        place = target.path + (f"?{target.query}" if target.query else "")
        try:
            line.request(method, place, body=data, headers=sent)
            got = line.getresponse()
            return Reply(got.status, dict(got.getheaders()), got.read())
        finally:
            line.close()


@pytest.fixture
def town() -> Iterator[fakes.Town]:
    with fakes.town() as town:
        yield town


@pytest.fixture
def ask(town: fakes.Town) -> Asker:
    return Asker(town)


@pytest.fixture
def door() -> Iterator[fakes.Door]:
    with fakes.door() as door:
        yield door
