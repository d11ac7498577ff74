"""What the stand-in answers to the client's documents is what GitHub's schema can answer."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLResolveInfo, execute, parse, validate

from laurels.adapters.github.client.graphql import document, document_names
from laurels.kit.times import format_instant
from tests.contract.standin.conftest import Lived
from tests.doors.standin.conftest import Asker
from tests.fakes.github import START


def by_key(found: dict[str, Any], info: GraphQLResolveInfo, **given: Any) -> Any:
    """Resolve a field by the name it answers under, as an answer holds it."""
    return found[info.path.key]


@pytest.fixture(scope="module")
def variables(lived: Lived) -> dict[str, dict[str, Any]]:
    days = {name: format_instant(START + place * 86_400) for place, name in enumerate("abcd")}
    return {
        "nodes": {"ids": [lived.pull.node_id, lived.issue.node_id]},
        "organization": {"login": "harbour"},
        "person": {"login": "carl", **days},
        "repository": {"owner": "harbour", "name": "tide"},
        "reviews": {"id": lived.pull.node_id, "after": None},
        "search": {"query": "repo:harbour/tide", "first": 50, "after": None},
    }


@pytest.mark.parametrize("name", document_names())
def test_answer_when_completed_by_githubs_schema_then_unchanged(
    lived: Lived, variables: dict[str, dict[str, Any]], graphql_schema: Any, name: str
) -> None:
    text = document(name)
    read = parse(text)
    given = variables[name]
    reply = Asker(lived.town)(
        "POST", "/api/graphql", lived.town.contributor, body={"query": text, "variables": given}
    )
    answer = reply.body
    assert "errors" not in answer
    done = execute(
        graphql_schema,
        read,
        root_value=answer["data"],
        variable_values=given,
        field_resolver=by_key,
    )
    assert done.errors is None
    assert done.data == answer["data"]


def test_limits_when_asked_then_githubs_schema_knows_them(
    lived: Lived, graphql_schema: Any
) -> None:
    text = "{ rateLimit { limit cost remaining used resetAt nodeCount } viewer { login id } }"
    assert validate(graphql_schema, parse(text)) == []
    answer = Asker(lived.town)("POST", "/graphql", lived.town.owner, body={"query": text}).body
    done = execute(graphql_schema, parse(text), root_value=answer["data"], field_resolver=by_key)
    assert (done.errors, done.data) == (None, answer["data"])
