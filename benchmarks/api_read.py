"""A person's metrics over the API, with a personal token: made anew, kept, and not changed.

ours       the payload is kept for three minutes under the run that it tells of
yardstick  the payload is made anew for each request, as it is written first: the same route, with
           nothing kept

Every request goes through the API's own middleware, token and policy, in this process: sockets cost
neither anything. A phase `not changed` sends the ETag back, and is ours alone.
"""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from benchmarks.harness import OURS, YARDSTICK, Contender, Path, faster
from benchmarks.metrics import NOW, compute, people
from benchmarks.options import Options
from benchmarks.scratch import Scratch

ENGINES = ("sqlite", "postgres")
READ, UNCHANGED = "read", "not changed"


def run(scratch: Scratch, options: Options) -> list[Path]:
    """Measure reads of a person with a thousand pull requests."""
    from django.test import override_settings

    scratch.restore("empty")
    found, sha256 = people((100 if options.is_quick else 1_000,))
    ((size, person),) = found.items()
    compute(person)
    scratch.analyze()
    with override_settings(ROOT_URLCONF="benchmarks.api_urls", MIDDLEWARE=_MIDDLEWARE):
        reader = _Reader(person, 2 if options.is_quick else 200)
        contenders = [
            Contender(
                OURS,
                {READ: reader.kept, UNCHANGED: reader.unchanged},
                lambda phase: reader.answer if phase == READ else {},
                reader.prepare,
            ),
            Contender(YARDSTICK, {READ: reader.anew}, lambda _: reader.answer, reader.prepare),
        ]
        path = Path(
            "API read", scratch.engine, f"metrics of a person, {size}", sha256, contenders,
            (faster(READ, 1),),
        )  # fmt: skip
        path.measure(options.rounds)
    return [path]


_MIDDLEWARE = [
    "laurels.api.problems.as_problems",
    "laurels.api.limits.limited",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "laurels.apps.people.middleware.who_asks",
]


class _Reader:
    """Asks the API with a token that may read, so many times a phase."""

    def __init__(self, person: Any, times: int) -> None:
        from django.contrib.auth import get_user_model
        from django.test import Client

        from laurels.apps.audit.actors import operator
        from laurels.apps.people.services.api_tokens import personal_token_create

        person.claimed_at, person.user = NOW, get_user_model().objects.create(username="reader")
        person.save(update_fields=["claimed_at", "user"])
        _, token = personal_token_create(
            person, name="benchmark", scopes=["read"], lasts_days=30, now=NOW, acting=operator()
        )
        self._client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {token}"})
        self._address = f"/api/v1/metrics?user_id={UUID(person.ref)}"
        self._times = times
        self._etag = ""
        self.answer: dict[str, str] = {}

    def prepare(self) -> None:
        """Count requests from none on, so that no limit answers instead."""
        from django.conf import settings
        from django.core.cache import cache

        from laurels.adapters.throttle import MEMORY, Throttle
        from laurels.kit.clock import ManualClock

        settings.LAURELS_CLOCK = ManualClock(NOW)
        settings.LAURELS_THROTTLE = Throttle(MEMORY)
        cache.clear()
        self._ask()

    def kept(self) -> int:
        """Read again and again."""
        for _ in range(self._times):
            self._ask()
        return self._times

    def anew(self) -> int:
        """Read again and again, with nothing kept."""
        from django.core.cache import cache

        for _ in range(self._times):
            cache.clear()
            self._ask()
        return self._times

    def unchanged(self) -> int:
        """Ask whether it changed."""
        for _ in range(self._times):
            if self._client.get(self._address, headers={"If-None-Match": self._etag}).content:
                raise AssertionError("the answer has a body")
        return self._times

    def _ask(self) -> None:
        answer = self._client.get(self._address)
        if answer.status_code != 200:
            raise AssertionError(f"the API answered {answer.status_code}")
        self._etag = answer.headers["ETag"]
        self.answer = {"payload": hashlib.sha256(answer.content).hexdigest()}
