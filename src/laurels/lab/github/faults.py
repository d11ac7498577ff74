"""What goes wrong on demand: limits, broken answers, slowness; and a log of who asked what.

A fault fits requests by method and by a pattern in the path, lets `after` of them pass, and then
strikes `times` requests (-1: for ever). Kinds:

- `primary`: the budget is at 0 (REST 403; GraphQL 200 with type RATE_LIMITED, as `graphql-…` say)
- `graphql-type`, `graphql-extensions`, `graphql-403`: the same fault in GraphQL's other dresses
- `secondary`, `secondary-date`: 403 or 429 with Retry-After in seconds, or as a date
- `abuse`: 403 without that header · `unauthorized`: 401
- `500`, `502`, `503`, `504`: that status with a page instead of JSON
- `timeout`: nothing for `seconds`, then the line is closed · `reset`: the line is cut at once
- `truncated`: half of the answer · `internal`: a transient GraphQL error
- `partial`, `forbidden`: GraphQL data with one node null and NOT_FOUND or FORBIDDEN beside it
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from laurels.lab.github.doors.asking import Answer, Problem, Request
from laurels.lab.github.things import Grant

HOUR_SECONDS = 3_600
LIMITS = {"core": 5_000, "graphql": 5_000, "search": 30}
STATUSES = ("500", "502", "503", "504")
SPOILING = ("partial", "forbidden", "truncated")
"""Kinds that need the answer first."""


@dataclass(slots=True)
class Fault:
    """One thing to go wrong."""

    kind: str
    times: int = 1
    path: str = ""
    method: str = ""
    after: int = 0
    seconds: float = 60.0

    def fits(self, request: Request) -> bool:
        """Tell whether this fault is for such a request."""
        is_method = not self.method or self.method == request.method
        return is_method and re.search(self.path, request.path) is not None


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that was answered (or not: status 0)."""

    method: str
    path: str
    status: int
    login: str
    at: int
    body: bytes = field(repr=False)


class Faults:
    """The faults to come, what is left of each token's budget, and the log."""

    def __init__(self) -> None:
        """Begin without faults, with GitHub's limits."""
        self.latency_seconds = 0.0
        self.limits = dict(LIMITS)
        self.log: list[Asked] = []
        self._coming: list[Fault] = []
        self._lock = threading.Lock()
        self._nobody = Grant("", None)

    def add(self, kind: str, times: int = 1, **about: Any) -> None:
        """Let something go wrong; faults strike in the order they were added."""
        with self._lock:
            self._coming.append(Fault(kind, times, **about))

    def clear(self) -> None:
        """Let everything go well from now on."""
        with self._lock:
            self._coming.clear()

    def take(self, request: Request) -> Fault | None:
        """Return the fault that strikes this request, using it up."""
        with self._lock:
            for fault in self._coming:
                if not fault.fits(request) or fault.times == 0:
                    continue
                if fault.after > 0:
                    fault.after -= 1
                    continue
                fault.times -= 1
                return fault
        return None

    def note(self, asked: Asked) -> None:
        """Write a request down."""
        with self._lock:
            self.log.append(asked)

    def count(self, path: str = "", method: str = "") -> int:
        """Count the requests so far whose path has this pattern."""
        with self._lock:
            return sum(
                re.search(path, one.path) is not None and one.method in (method or one.method)
                for one in self.log
            )

    def spend(self, grant: Grant | None, resource: str, points: int, now: int) -> list[int]:
        """Take points off a budget and return [remaining, reset]; refuses with Problem at 0."""
        budget = self.budget(grant, resource, now)
        if budget[0] <= 0:
            raise limited(resource, self.limits[resource], budget)
        budget[0] = max(0, budget[0] - points)
        return budget

    def budget(self, grant: Grant | None, resource: str, now: int) -> list[int]:
        """Return [remaining, reset] of a token, or of all who have none."""
        budgets = (grant or self._nobody).budgets
        budget = budgets.get(resource)
        if budget is None or budget[1] <= now:
            budget = budgets[resource] = [self.limits[resource], now + HOUR_SECONDS]
        return budget


def shown(resource: str, limit: int, budget: list[int]) -> dict[str, str]:
    """Return the headers that tell of a budget."""
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(budget[0]),
        "X-RateLimit-Used": str(limit - budget[0]),
        "X-RateLimit-Reset": str(budget[1]),
        "X-RateLimit-Resource": resource,
    }


def limited(resource: str, limit: int, budget: list[int], dress: str = "primary") -> Problem:
    """Return the refusal of a budget at 0; `dress` chooses among GraphQL's ways to say it."""
    headers = shown(resource, limit, [0, budget[1]])
    told = "API rate limit exceeded for user ID 1."
    if resource != "graphql":
        return Problem(403, told, headers=headers)
    error: dict[str, Any] = {"type": "RATE_LIMITED", "message": told}
    if dress == "graphql-extensions":
        error = {"message": told, "extensions": {"code": "RATE_LIMIT", "type": "RATE_LIMIT"}}
    elif dress == "graphql-type":
        error = {"type": "RATE_LIMIT", "code": "graphql_rate_limit", "message": told}
    problem = Problem(403 if dress == "graphql-403" else 200, told)
    problem.answer = Answer(problem.answer.status, {"errors": [error]}, headers)
    return problem


def refusal(fault: Fault, resource: str, limit: int, budget: list[int], now: int) -> Answer:
    """Return the answer of a fault that needs no answer first."""
    kind = fault.kind
    if kind == "primary" or kind.startswith("graphql-"):
        budget[0] = 0
        return limited(resource, limit, budget, kind).answer
    headers = shown(resource, limit, budget)
    if kind in ("secondary", "secondary-date"):
        seconds = int(fault.seconds)
        after = str(seconds)
        if kind == "secondary-date":
            after = formatdate(now + seconds, usegmt=True)
        told = "You have exceeded a secondary rate limit. Please wait before you try again."
        headers["Retry-After"] = after
        return Problem(403 if kind == "secondary" else 429, told, headers=headers).answer
    if kind == "abuse":
        told = "You have triggered an abuse detection mechanism. Please wait a few minutes."
        return Problem(403, told, headers=headers).answer
    if kind == "unauthorized":
        return Problem(401, "Bad credentials").answer
    if kind in STATUSES:
        return Answer(int(kind), "<html><body><h1>Unicorn!</h1></body></html>")
    if kind == "internal":
        told = "Something went wrong while executing your query on our side."
        return Answer(200, {"data": None, "errors": [{"type": "INTERNAL", "message": told}]})
    raise ValueError(f"no such fault: {kind}")


def spoil(fault: Fault, body: Any) -> Any:
    """Take one node out of GraphQL data and say so in `errors`."""
    if not isinstance(body, dict) or not isinstance(body.get("data"), dict):
        return body
    told = {"partial": "NOT_FOUND", "forbidden": "FORBIDDEN"}[fault.kind]
    for path, nodes in _lists(body["data"], ("data",)):
        nodes[0] = None
        error = {"type": told, "path": [*path[1:], 0], "message": "Could not resolve to a node"}
        body.setdefault("errors", []).append(error)
        break
    return body


def _lists(found: Any, path: tuple[str | int, ...]) -> Iterable[tuple[tuple[Any, ...], list[Any]]]:
    if isinstance(found, list):
        if found and isinstance(found[0], dict):
            yield path, found
        return
    if isinstance(found, dict):
        for name, inner in found.items():
            yield from _lists(inner, (*path, name))
