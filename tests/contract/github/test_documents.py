"""Every GraphQL document that we send is one that GitHub's published schema allows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from graphql import GraphQLSchema, OperationDefinitionNode, parse, validate
from graphql.execution.values import get_variable_values

from laurels.adapters.github.client.graphql import document, document_names
from laurels.apps.intake.services.sync.rereading import (
    Place,
    moved,
    pulls_reread,
    repositories_reread,
    subject_reread,
)
from laurels.domain.windows import Window
from tests.contract.github.conftest import NOW, Bench
from tests.fakes.scripted import Reply

PLACES = [
    Place(1, 11, "octocat/Hello-World"),
    Place(2, 12, 'octo"cat/{odd} ...pull'),
    Place(3, 13, "k8s/test-infra"),
]
AT = "2026-01-02T03:04:05Z"
VARIABLES: dict[str, dict[str, Any]] = {
    "nodes": {"ids": ["PR_1", "I_2"]},
    "organization": {"login": "github"},
    "person": {"login": "octocat", "a": AT, "b": AT, "c": AT, "d": AT},
    "repository": {"owner": "octocat", "name": "Hello-World"},
    "reviews": {"id": "PR_1", "after": None},
    "search": {"query": "repo:octocat/Hello-World is:pr", "first": 100, "after": None},
}


def faults(schema: GraphQLSchema, text: str, variables: dict[str, Any]) -> list[str]:
    """Say what GitHub would find wrong with a query and what comes beside it."""
    read = parse(text)
    wrong = [str(fault) for fault in validate(schema, read)]
    for one in read.definitions:
        if isinstance(one, OperationDefinitionNode):
            given = get_variable_values(schema, one.variable_definitions or (), variables)
            wrong += [str(fault) for fault in given] if isinstance(given, list) else []
    return wrong


@pytest.mark.parametrize("name", document_names())
def test_document_when_held_against_the_schema_then_allowed(
    graphql_schema: GraphQLSchema, name: str
) -> None:
    assert faults(graphql_schema, document(name), VARIABLES[name]) == []


@pytest.fixture
def sent(bench: Bench) -> Iterator[list[dict[str, Any]]]:
    """Return the bodies of what the re-readings send, built as they go."""
    bodies: list[dict[str, Any]] = []
    page = {"issueCount": 0, "pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": []}

    def script(asked: Any) -> Reply:
        bodies.append(msgspec.json.decode(asked.body))
        is_search = "search" in bodies[-1]["query"]
        return Reply(200, {"data": {"search": page} if is_search else {}})

    bench.server.script = script
    yield bodies


def test_rereading_when_held_against_the_schema_then_allowed(
    bench: Bench, sent: list[dict[str, Any]], graphql_schema: GraphQLSchema
) -> None:
    wanted = {place: [7, 8, 4_294_967] for place in PLACES}
    assert [one.node for one in repositories_reread(bench.github, PLACES)] == [None] * 3
    assert [page.nodes for page, _ in pulls_reread(bench.github, wanted)] == [()]
    assert [*moved(bench.github, PLACES, Window(NOW - 86_400, NOW))]
    for is_pull in (True, False):
        assert subject_reread(bench.github, PLACES[0], 7, is_pull_request=is_pull)[0] is None
    found = [faults(graphql_schema, one["query"], one["variables"]) for one in sent]
    assert found == [[]] * 6


def test_schema_when_a_document_asks_for_what_is_not_there_then_it_says_so(
    graphql_schema: GraphQLSchema,
) -> None:
    text = document("repository").replace("nameWithOwner", "nameOfOwner")
    assert "nameOfOwner" in faults(graphql_schema, text, VARIABLES["repository"])[0]
