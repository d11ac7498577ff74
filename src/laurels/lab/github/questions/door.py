"""GraphQL over HTTP: a query is read, priced and answered field by field.

Price as GitHub's: the requests needed to fill every connection, each for each of its parent's
nodes, divided by 100, at least 1; more than 500,000 nodes are refused. What cannot be resolved is
null and stands in `errors`; the rest of the data is given.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from laurels.kit.times import parse_instant
from laurels.lab.github.doors.asking import Answer, House, Problem, Request, Table
from laurels.lab.github.faults import Faults, limited, shown
from laurels.lab.github.questions.reader import (
    Document,
    Field,
    Operation,
    Selection,
    Unreadable,
    read,
    value_of,
)
from laurels.lab.github.questions.search import MOST_SHOWN, Search
from laurels.lab.github.questions.types import (
    INTERFACES,
    Arguments,
    Made,
    Refused,
    connection,
    field_of,
    type_of,
    when,
)
from laurels.lab.github.things import Account, Comment, Grant, Repository, Review, Thread
from laurels.lab.github.world import World

MOST_NODES: Final = 500_000
_MOST_IDS: Final = 100


class GraphDoor:
    """`POST /graphql`."""

    def __init__(self, house: House, table: Table, faults: Faults) -> None:
        """Add the route."""
        self.house = house
        self.faults = faults
        self._read: dict[str, Document] = {}
        table.add("POST /graphql", self.ask)

    def ask(self, request: Request) -> Answer:
        """Answer a query; as at GitHub, nobody without a token."""
        if request.grant is None:
            raise Problem(401, "This endpoint requires you to be authenticated.")
        asked = request.json()
        now, limit = self.house.world.now(), self.faults.limits["graphql"]
        try:
            document = self._document(asked.get("query"))
            operation = _chosen(document, asked.get("operationName"))
            variables = _variables(operation, asked.get("variables") or {})
            price = _Price(document, variables)
            price.add(operation.selections, 1)
            if price.nodes > MOST_NODES:
                told = f"By the time this query traverses, it is requesting up to {price.nodes}"
                raise Refused("MAX_NODE_LIMIT_EXCEEDED", f"{told} possible nodes.")
            budget = self.faults.budget(request.grant, "graphql", now)
            if budget[0] < price.points:
                raise limited("graphql", limit, [0, budget[1]])
            budget[0] -= price.points
            run = _Run(self.house.world, request.grant, document, variables)
            root = _root(run, price, limit, budget)
            data = run.object(root, operation.selections, ())
        except Unreadable as error:
            return Answer(200, {"errors": [{"message": str(error)}]})
        except Refused as error:
            return Answer(200, {"errors": [{"type": error.code, "message": str(error)}]})
        body: dict[str, Any] = {"data": data}
        if run.errors:
            body["errors"] = run.errors
        return Answer(200, body, shown("graphql", limit, budget))

    def _document(self, text: Any) -> Document:
        if not isinstance(text, str):
            raise Unreadable("A query attribute must be specified and must be a string.")
        if text not in self._read:
            self._read[text] = read(text)
        return self._read[text]


@dataclass(slots=True)
class _Run:
    """The answering of one query."""

    world: World
    grant: Grant
    document: Document
    variables: dict[str, Any]
    errors: list[dict[str, Any]] = field(default_factory=list)

    def object(self, found: Any, asked: tuple[Selection, ...], path: tuple[Any, ...]) -> Any:
        """Answer the fields that are asked of an object."""
        made: dict[str, Any] = {}
        for one in self._fields(found, asked):
            place = (*path, one.key)
            if one.name == "__typename":
                made[one.key] = type_of(found)
                continue
            how = field_of(found, one.name)
            if how is None:
                told = f"Field '{one.name}' doesn't exist on type '{type_of(found)}'"
                raise Refused("undefinedField", told)
            given = {name: value_of(v, self.variables) for name, v in one.arguments.items()}
            got = self._whole(how(found, given), one, place)
            held = made.get(one.key)
            made[one.key] = _joined(held, got) if isinstance(held, dict) else got
        return made

    def _whole(self, got: Any, asked: Field, path: tuple[Any, ...]) -> Any:
        if isinstance(got, Gone):
            self.errors.append({"type": "NOT_FOUND", "path": list(path), "message": got.message})
            return None
        if isinstance(got, list):
            return [self._whole(one, asked, (*path, place)) for place, one in enumerate(got)]
        if got is None or isinstance(got, str | int | float):
            return got
        if not asked.selections:
            told = f"Field must have selections (field '{asked.name}' has no selections)"
            raise Refused("selectionMismatch", told)
        return self.object(got, asked.selections, path)

    def _fields(self, found: Any, asked: tuple[Selection, ...]) -> Iterator[Field]:
        for one in asked:
            if not _is_wanted(one.directives, self.variables):
                continue
            if isinstance(one, Field):
                yield one
                continue
            if one.name:
                one = _fragment(self.document, one.name)
            kind = type_of(found)
            if not one.on or one.on == kind or one.on in INTERFACES.get(kind, ()):
                yield from self._fields(found, one.selections)


@dataclass(frozen=True, slots=True)
class Gone:
    """Stands where nothing was found, and says so among the errors."""

    message: str


@dataclass(slots=True)
class _Price:
    """What a query costs, from what it asks for (not from what there is)."""

    document: Document
    variables: dict[str, Any]
    calls: int = 0
    nodes: int = 0

    @property
    def points(self) -> int:
        return max(1, round(self.calls / 100))

    def add(self, asked: tuple[Selection, ...], parents: int) -> None:
        for one in asked:
            if not isinstance(one, Field):
                inner = _fragment(self.document, one.name) if one.name else one
                self.add(inner.selections, parents)
                continue
            given = {name: value_of(v, self.variables) for name, v in one.arguments.items()}
            size = given.get("first", given.get("last"))
            if one.name == "nodes" and "ids" in given:
                size = len(given["ids"] or ())
            if isinstance(size, int):
                self.calls += parents
                self.nodes += parents * size
                self.add(one.selections, parents * size)
            else:
                self.add(one.selections, parents)


def _root(run: _Run, price: _Price, limit: int, budget: list[int]) -> Made:
    world, grant = run.world, run.grant

    def seen(found: Any) -> bool:
        if isinstance(found, Account):
            return True
        place = found if isinstance(found, Repository) else getattr(found, "repository", None)
        if isinstance(found, Review | Comment):
            place = found.thread.repository
        return place is not None and world.may_see(grant, place)

    def node(node_id: str) -> Any:
        found = world.node(node_id)
        if found is None or not seen(found):
            return Gone(f"Could not resolve to a node with the global id of '{node_id}'")
        return found

    def nodes(given: Arguments) -> list[Any]:
        ids = given["ids"]
        if len(ids) > _MOST_IDS:
            told = f"You may not provide more than {_MOST_IDS} node ids; you provided {len(ids)}."
            raise Refused("ARGUMENT_LIMIT", told)
        return [node(one) for one in ids]

    def repository(given: Arguments) -> Any:
        full_name = f"{given['owner']}/{given['name']}"
        found = world.repository(full_name)
        if found is not None and given.get("followRenames") is False:
            found = found if found.full_name.lower() == full_name.lower() else None
        if found is None or not seen(found):
            return Gone(f"Could not resolve to a Repository with the name '{full_name}'.")
        return found

    def account(kinds: tuple[str, ...]) -> Any:
        def found(given: Arguments) -> Any:
            person = world.account(given["login"])
            if person is None or person.kind not in kinds:
                told = f"Could not resolve to a {kinds[0]} with the login of '{given['login']}'."
                return Gone(told)
            return person if person.kind == "Organization" else _person(run, person)

        return found

    def search(given: Arguments) -> Made:
        if given.get("type") not in ("ISSUE", "ISSUE_ADVANCED"):
            raise Refused("INVALID", f"the stand-in does not search {given.get('type')}")
        threads: list[Thread] = Search(given["query"]).found(world, grant)
        made = connection(threads, given, MOST_SHOWN)
        made.fields["issueCount"] = made.fields.pop("totalCount")
        return Made("SearchResultItemConnection", made.fields)

    def rate_limit(_: Arguments) -> Made:
        return Made(
            "RateLimit",
            {
                "limit": limit,
                "cost": price.points,
                "remaining": budget[0],
                "used": limit - budget[0],
                "resetAt": when(budget[1]),
                "nodeCount": price.nodes,
            },
        )

    viewer = grant.account
    return Made(
        "Query",
        {
            "viewer": _person(run, viewer) if viewer else None,
            "node": lambda given: node(given["id"]),
            "nodes": nodes,
            "repository": repository,
            "user": account(("User",)),
            "organization": account(("Organization",)),
            "repositoryOwner": account(("User", "Organization")),
            "search": search,
            "rateLimit": rate_limit,
        },
    )


def _person(run: _Run, person: Account) -> Made:
    """Return a user with what only the root shows of one: the contributions."""

    def contributions(given: Arguments) -> Made:
        ends = parse_instant(given["to"]) if given.get("to") else run.world.now()
        begins = parse_instant(given["from"]) if given.get("from") else ends - 365 * 86_400
        if not 0 <= ends - begins <= 366 * 86_400:
            raise Refused(
                "INVALID", "The total time spanned by 'from' and 'to' must not exceed 1 year"
            )

        def count(times: Iterator[tuple[int, Repository]]) -> tuple[int, int]:
            inside = [place for at, place in times if begins <= at <= ends]
            seen = sum(run.world.may_see(run.grant, place) for place in inside)
            return seen, len(inside) - seen

        own = run.world.by_author.get(person.id, [])
        pulls = count((one.created_at, one.repository) for one in own if one.is_pull)
        issues = count((one.created_at, one.repository) for one in own if not one.is_pull)
        reviews = count(
            (one.submitted_at, one.thread.repository)
            for one in run.world.remarks.values()
            if isinstance(one, Review) and one.author is person
        )
        return Made(
            "ContributionsCollection",
            {
                "startedAt": when(begins),
                "endedAt": when(ends),
                "totalPullRequestContributions": pulls[0],
                "totalIssueContributions": issues[0],
                "totalPullRequestReviewContributions": reviews[0],
                "totalCommitContributions": 0,
                "restrictedContributionsCount": pulls[1] + issues[1] + reviews[1],
            },
        )

    fields: dict[str, Any] = {
        name: (lambda given, name=name: field_of(person, name)(person, given))  # type: ignore[misc]
        for name in ("id", "databaseId", "login", "name", "createdAt")
        if field_of(person, name)
    }
    fields["contributionsCollection"] = contributions
    return Made(person.kind, fields)


def _chosen(document: Document, name: Any) -> Operation:
    if isinstance(name, str) and name:
        if name not in document.operations:
            raise Unreadable(f'No operation named "{name}"')
        return document.operations[name]
    if len(document.operations) > 1:
        raise Unreadable("An operation name is required")
    return next(iter(document.operations.values()))


def _variables(operation: Operation, given: dict[str, Any]) -> dict[str, Any]:
    for name in operation.required:
        if given.get(name) is None:
            told = f"Variable ${name} of required type was provided invalid value"
            raise Unreadable(told)
    return operation.defaults | given


def _fragment(document: Document, name: str) -> Any:
    if name not in document.fragments:
        raise Refused("undefinedFragment", f"Fragment {name} was used, but not defined")
    return document.fragments[name]


def _is_wanted(
    directives: tuple[tuple[str, dict[str, Any]], ...], variables: dict[str, Any]
) -> bool:
    for name, given in directives:
        holds = bool(value_of(given.get("if"), variables))
        if holds == (name == "skip"):
            return False
    return True


def _joined(held: dict[str, Any], got: Any) -> Any:
    """Join two answers under one key, as two fragments may ask for parts of the same."""
    if not isinstance(got, dict):
        return got
    return held | {
        name: _joined(held[name], value) if isinstance(held.get(name), dict) else value
        for name, value in got.items()
    }
