"""The readers take whatever GitHub's schema can answer to our documents: nulls, lists, long ids.

Answers are made from the published schema alone: a value of its type wherever one is asked for,
null and empty lists wherever the schema allows them, drawn by chance from a fixed seed.
"""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from graphql import (
    GraphQLAbstractType,
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLResolveInfo,
    GraphQLSchema,
    execute,
    get_named_type,
    is_leaf_type,
    parse,
)

from laurels.adapters.github.client import graphql
from laurels.adapters.github.client.nodes import (
    IssueNode,
    NodesData,
    OrganizationData,
    PersonData,
    PullNode,
    RepositoryData,
    ReviewsData,
    SearchData,
)
from laurels.adapters.github.client.observed import attended, observations_of
from tests.contract.github.test_documents import VARIABLES

KINDS: dict[str, Any] = {
    "nodes": NodesData,
    "organization": OrganizationData,
    "person": PersonData,
    "repository": RepositoryData,
    "reviews": ReviewsData,
    "search": SearchData,
}
ALWAYS = {("Repository", "databaseId"), ("User", "databaseId")}
"""The schema lets these be null for history's sake; a subject without a number is none."""

SCALARS: dict[str, Any] = {
    "Int": lambda chance: chance.choice([0, 1, 7, 2**31 - 1]),
    "BigInt": lambda chance: str(chance.choice([1, 2**31, 2**53])),
    "Boolean": lambda chance: chance.random() < 0.5,
    "DateTime": lambda chance: chance.choice(["2026-01-02T03:04:05Z", "2011-01-26T19:01:12Z"]),
    "ID": lambda chance: f"ID_{chance.randrange(10**6)}",
    "String": lambda chance: chance.choice(["", "octocat/Hello-World", "Ünï 🌿", "a\nb"]),
}
WANTED = {
    "nodes": ["PullRequest", "Issue"],
    "search": ["PullRequest", "Issue"],
    "reviews": ["PullRequest"],
}
"""What our ids and searches lead to, of all the kinds that a place of the schema can hold."""


class Answering:
    """Resolves every field by its type."""

    def __init__(self, seed: int, document: str) -> None:
        self.chance = Random(seed)
        self.document = document

    def field(self, _: Any, info: GraphQLResolveInfo, **given: Any) -> Any:
        place = (info.parent_type.name, info.field_name)
        if place == ("Repository", "nameWithOwner"):
            return "octocat/Hello-World"
        is_root = info.parent_type.name == "Query"
        return self._value(info.return_type, can_be_null=place not in ALWAYS and not is_root)

    def kind(self, _: Any, info: GraphQLResolveInfo, found: GraphQLAbstractType) -> str:
        possible = sorted(one.name for one in info.schema.get_possible_types(found))
        wanted = WANTED.get(self.document, [])
        return self.chance.choice([one for one in possible if one in wanted] or possible)

    def _value(self, kind: Any, *, can_be_null: bool) -> Any:
        if isinstance(kind, GraphQLNonNull):
            return self._value(kind.of_type, can_be_null=False)
        if can_be_null and self.chance.random() < 0.2:
            return None
        if isinstance(kind, GraphQLList):
            return [
                self._value(kind.of_type, can_be_null=True) for _ in range(self.chance.randrange(3))
            ]
        if isinstance(kind, GraphQLEnumType):
            return self.chance.choice(sorted(kind.values))
        if is_leaf_type(kind):
            return SCALARS.get(get_named_type(kind).name, SCALARS["String"])(self.chance)
        return {}


@pytest.mark.parametrize("name", KINDS)
def test_reader_when_given_what_the_schema_can_answer_then_reads_it(
    graphql_schema: GraphQLSchema, name: str
) -> None:
    asked = parse(graphql.document(name))
    seen = 0
    for seed in range(12):
        answering = Answering(seed, name)
        done = execute(
            graphql_schema,
            asked,
            variable_values=VARIABLES[name],
            field_resolver=answering.field,
            type_resolver=answering.kind,
        )
        assert done.errors is None
        body = json.dumps({"data": done.data}).encode()
        read = graphql.read(body, KINDS[name], 1)
        assert read.gaps == ()
        found = []
        if isinstance(read.data, SearchData):
            found = read.data.search.nodes or []
        elif isinstance(read.data, NodesData):
            found = read.data.nodes
        for node in found:
            if isinstance(node, PullNode | IssueNode):
                seen += len([*observations_of(node, 1)])
            if isinstance(node, PullNode):
                assert attended(node) in (True, False, None)
    assert seen > 5 or name not in ("search", "nodes")
