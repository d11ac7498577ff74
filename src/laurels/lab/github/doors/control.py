"""A door for scripts in other processes: acts by name, faults, and a page to play from.

`POST /_standin/acts/{name}` with a JSON object calls the act of that name; accounts are given as
logins, repositories as `owner/name`, threads as `owner/name#number`. Not part of GitHub.
"""

from __future__ import annotations

from typing import Any

from laurels.lab.github.doors.asking import Answer, House, Problem, Request, Table
from laurels.lab.github.faults import Faults
from laurels.lab.github.things import Account, Comment, Hook, Repository, Review, Thread

_ACTS = (
    "open",
    "edit",
    "label",
    "push",
    "ready",
    "close",
    "reopen",
    "merge",
    "review",
    "comment",
    "delete_issue",
    "transfer_issue",
)
_PLACES = (
    "rename_account",
    "delete_account",
    "rename",
    "transfer",
    "hide",
    "archive",
    "delete",
    "allow",
    "join",
    "hook",
    "revoke",
)
_MAKING = {"make_account": "account", "make_repository": "repository"}
_ACCOUNTS = ("actor", "author", "owner", "person", "account", "group")


class ControlDoor:
    """Acts and faults over HTTP."""

    def __init__(self, house: House, table: Table, faults: Faults) -> None:
        """Add the routes."""
        self.house = house
        self.world = house.world
        self.faults = faults
        table.add("POST /_standin/acts/{name}", self.act)
        table.add("POST /_standin/faults", self.fault)
        table.add("GET /_standin/requests", self.requests)
        table.add("POST /_standin/drain", self.drain)
        table.add("POST /_standin/tokens", self.token)

    def act(self, request: Request, name: str) -> Answer:
        """Call an act; what GitHub would refuse answers 422."""
        if name in _ACTS:
            done: Any = getattr(self.house.acts, name)
        elif name in _PLACES or name in _MAKING:
            done = getattr(self.house.places, _MAKING.get(name, name))
        else:
            raise Problem(404, f"no such act: {name}")
        given = {key: self._thing(key, value) for key, value in request.json().items()}
        try:
            return Answer(200, _shown(done(**given)))
        except (ValueError, TypeError) as error:
            raise Problem(422, str(error)) from None

    def fault(self, request: Request) -> Answer:
        """Add a fault (`kind`, `times`, `path` …), or clear them all with an empty object."""
        asked = request.json()
        if not asked:
            self.faults.clear()
        elif "latency_seconds" in asked:
            self.faults.latency_seconds = float(asked["latency_seconds"])
        else:
            self.faults.add(**asked)
        return Answer(204)

    def requests(self, request: Request) -> Answer:
        """Tell how many requests came, by path pattern if given."""
        return Answer(body={"count": self.faults.count(request.query.get("path", ""))})

    def drain(self, request: Request) -> Answer:
        """Tell whether deliveries are still on their way (never waits: the world is locked)."""
        return Answer(body={"is_drained": self.house.acts.post.drain(0)})

    def token(self, request: Request) -> Answer:
        """Give a token of a person: `{"login": …, "scopes": […]}`."""
        asked = request.json()
        person = self._thing("person", asked.get("login", ""))
        scopes = tuple(asked.get("scopes", ("read:user", "repo", "admin:repo_hook")))
        return Answer(201, {"token": self.world.token_for(person, scopes)})

    def _thing(self, key: str, value: Any) -> Any:
        found: Any = value
        if value is None or not isinstance(value, str):
            return value
        if key in _ACCOUNTS:
            found = self.world.account(value)
        elif key in ("place", "target"):
            found = self.world.repository(value)
        elif key == "thread":
            name, _, number = value.partition("#")
            place = self.world.repository(name)
            found = place.threads.get(int(number or 0)) if place else None
        if found is None:
            raise Problem(404, f"no {key} {value}")
        return found


def _shown(made: Any) -> dict[str, Any]:
    if isinstance(made, Thread):
        return {"id": made.id, "number": made.number}
    if isinstance(made, Account | Repository | Hook | Review | Comment):
        return {"id": made.id}
    return {}
