from __future__ import annotations

from typing import Any

import pytest

from laurels.adapters.github.client.graphql import document, document_names
from laurels.kit.times import format_instant
from laurels.lab.github.bulk import fill
from tests.fakes.github import START, Town

SEARCH = """
query s($q: String!, $first: Int = 100, $after: String) {
  search(query: $q, type: ISSUE, first: $first, after: $after) {
    issueCount pageInfo { hasNextPage endCursor } nodes { ... on PullRequest { number title } }
  }
  rateLimit { cost remaining nodeCount resetAt }
}
"""


@pytest.fixture
def query(town: Town, ask: Any) -> Any:
    token = town.hub.world.token_for(town.contributor)

    def asked(text: str, **variables: Any) -> Any:
        body = {"query": text, "variables": variables}
        reply = ask("POST", "/api/graphql", token=token, body=body)
        assert reply.status == 200, reply.raw
        return reply.body

    return asked


def seconds(first: int, last: int) -> str:
    return f"{format_instant(first)}..{format_instant(last)}"


def test_search_when_window_is_given_then_counted_and_paged(town: Town, query: Any) -> None:
    for number in range(7):
        town.hub.acts.open(town.repository, town.contributor, f"N{number}", at=START + number)
    q = f"is:pr repo:harbour/tide updated:{seconds(START + 1, START + 5)} sort:updated-asc"
    seen, after = [], None
    while True:
        found = query(SEARCH, q=q, first=2, after=after)["data"]["search"]
        assert found["issueCount"] == 5
        seen += [one["title"] for one in found["nodes"]]
        after = found["pageInfo"]["endCursor"]
        if not found["pageInfo"]["hasNextPage"]:
            break
    assert seen == ["N1", "N2", "N3", "N4", "N5"]


def test_search_when_more_than_a_thousand_then_counted_but_not_shown(
    town: Town, query: Any
) -> None:
    made = fill(town.hub.places, repositories=3, pulls=1_030, begins=START, ends=START)
    seen, after = 0, None
    for _ in range(20):
        found = query(SEARCH, q="is:pr org:bulk sort:updated-asc", after=after)["data"]["search"]
        seen += len(found["nodes"])
        after = found["pageInfo"]["endCursor"]
        if not found["pageInfo"]["hasNextPage"]:
            break
    assert (found["issueCount"], seen) == (len(made.threads), 1_000)


@pytest.mark.parametrize(
    ("q", "titles"),
    [
        ("is:pr author:carl", ["A", "B"]),
        ("is:merged", ["A"]),
        ("is:pr is:open", ["B"]),
        ("is:pr is:unmerged", []),
        ("is:issue", ["C"]),
        ("type:pr reviewed-by:mira", ["A"]),
        ("involves:mira", ["A", "C"]),
        ("user:harbour label:gem", ["B"]),
        ("is:pr merged:>=2020-01-01", ["A"]),
        ("is:pr created:<2020-01-01", []),
        ("created:*..* draft", []),
        ('"b" is:pr', ["B"]),
        ("author:nobody", []),
        ("is:private", []),
    ],
)
def test_search_when_qualified_then_only_what_fits(
    town: Town, query: Any, q: str, titles: list[str]
) -> None:
    acts, place, carl, mira = town.hub.acts, town.repository, town.contributor, town.maintainer
    first = acts.open(place, carl, "A", at=START)
    acts.review(first, mira, at=START + 5)
    acts.comment(first, mira, "Nice", at=START + 6)
    acts.merge(first, mira, at=START + 9)
    acts.label(acts.open(place, carl, "B", at=START + 1), mira, "gem")
    acts.open(place, mira, "C", at=START + 2, is_pull=False)
    text = SEARCH.replace("number title }", "title } ... on Issue { title }")
    found = query(text, q=f"{q} sort:created-asc")["data"]["search"]
    assert [one["title"] for one in found["nodes"]] == titles


@pytest.mark.parametrize("q", ["is:odd", "stars:>5", "-is:pr", "updated:soon", "sort:stars"])
def test_search_when_it_is_not_known_here_then_refused(query: Any, q: str) -> None:
    assert query(SEARCH, q=q)["errors"][0]["type"] == "INVALID"


def test_search_when_repository_is_private_then_strangers_count_nothing(
    town: Town, query: Any
) -> None:
    town.hub.acts.open(town.repository, town.contributor, "A")
    town.hub.places.hide(town.repository, town.owner)
    assert query(SEARCH, q="is:pr")["data"]["search"]["issueCount"] == 0


def test_documents_of_the_client_when_asked_then_all_are_answered(town: Town, query: Any) -> None:
    acts = town.hub.acts
    pull = acts.open(town.repository, town.contributor, "A")
    issue = acts.open(town.repository, town.contributor, "B", is_pull=False)
    acts.review(pull, town.maintainer)
    acts.comment(pull, town.outsider, "Hm")
    acts.merge(pull, town.maintainer)
    days = {name: format_instant(START + place) for place, name in enumerate("abcd")}
    given: dict[str, dict[str, Any]] = {
        "nodes": {"ids": [pull.node_id, issue.node_id]},
        "organization": {"login": "harbour"},
        "person": {"login": "carl", **days},
        "repository": {"owner": "harbour", "name": "tide"},
        "reviews": {"id": pull.node_id, "after": None},
        "search": {"query": "repo:harbour/tide", "first": 50, "after": None},
    }
    assert set(document_names()) <= set(given)
    answers = {name: query(document(name), **given[name]) for name in document_names()}
    assert [name for name, answer in answers.items() if "errors" in answer] == []
    shown = answers["nodes"]["data"]["nodes"][0]
    assert shown["fullDatabaseId"] == str(pull.id)
    assert shown["state"] == "MERGED"
    assert shown["mergedBy"]["databaseId"] == town.maintainer.id
    assert shown["repository"]["languages"]["edges"][0] == {"size": 900, "node": {"name": "Python"}}
    assert answers["person"]["data"]["user"]["first"]["totalPullRequestContributions"] == 1
    assert answers["person"]["data"]["user"]["third"]["totalPullRequestContributions"] == 0


def test_nodes_when_one_is_gone_then_null_and_told(town: Town, query: Any) -> None:
    pull = town.hub.acts.open(town.repository, town.contributor, "A")
    got = query("query($i:[ID!]!){nodes(ids:$i){id}}", i=["PR_0", pull.node_id, "odd"])
    assert got["data"]["nodes"] == [None, {"id": pull.node_id}, None]
    assert [(one["type"], one["path"]) for one in got["errors"]] == [
        ("NOT_FOUND", ["nodes", 0]),
        ("NOT_FOUND", ["nodes", 2]),
    ]


def test_repository_when_renamed_then_followed_unless_told_not_to(town: Town, query: Any) -> None:
    town.hub.places.rename(town.repository, town.owner, "ebb")
    text = 'query($f:Boolean){repository(owner:"harbour",name:"tide",followRenames:$f){name}}'
    assert query(text, f=True)["data"]["repository"]["name"] == "ebb"
    got = query(text, f=False)
    assert (got["data"]["repository"], got["errors"][0]["type"]) == (None, "NOT_FOUND")


def test_author_when_account_is_deleted_then_null(town: Town, query: Any) -> None:
    pull = town.hub.acts.open(town.repository, town.maintainer, "A")
    town.hub.places.delete_account(town.maintainer)
    got = query(f'{{node(id:"{pull.node_id}"){{...on PullRequest{{author{{login}}}}}}}}')
    assert got["data"]["node"]["author"] is None


def test_price_when_connections_nest_then_as_github_reckons(town: Town, query: Any) -> None:
    text = """{ search(query: "is:pr", type: ISSUE, first: 100) { nodes {
      ... on PullRequest { labels(first: 100) { nodes { name } }
      reviews(first: 40) { totalCount } } } } rateLimit { cost nodeCount remaining } }"""
    got = query(text)["data"]["rateLimit"]
    assert (got["cost"], got["nodeCount"]) == (2, 100 + 100 * 140)
    assert got["remaining"] == 4_998


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("{viewer{stars}}", "doesn't exist"),
        ("{viewer}", "must have selections"),
        ("mutation{x}", "queries only"),
        ("{viewer{login}", "too early"),
        ("{viewer{...no}}", "not defined"),
        ("query($a:Int!){viewer{login}}", "required type"),
        ('{search(query:"",type:ISSUE){issueCount}}', "`first` or `last`"),
        ('{search(query:"",type:ISSUE,first:101){issueCount}}', "limit of 100"),
        ('{search(query:"",type:ISSUE,first:1,after:"#"){issueCount}}', "valid cursor"),
        ('{search(query:"",type:USER,first:1){issueCount}}', "does not search"),
        ("query a{viewer{login}} query b{viewer{login}}", "name is required"),
        ("%", "Parse error"),
    ],
)
def test_query_when_it_cannot_be_answered_then_says_why(query: Any, text: str, word: str) -> None:
    got = query(text)
    assert "data" not in got
    assert word in got["errors"][0]["message"]


def test_query_when_it_would_touch_too_many_nodes_then_refused(query: Any) -> None:
    inner = "nodes{...on PullRequest{labels(first:100){nodes{name}}}}"
    deep = f'search(query:"",type:ISSUE,first:100){{{inner}}}'
    many = "{" + " ".join(f"a{number}:{deep}" for number in range(60)) + "}"
    assert query(many)["errors"][0]["type"] == "MAX_NODE_LIMIT_EXCEEDED"


def test_query_when_directives_and_aliases_then_followed(query: Any) -> None:
    text = "query($y:Boolean!){me:viewer{login @skip(if:$y) id @include(if:$y)}}"
    got = query(text, y=True)["data"]["me"]
    assert set(got) == {"id"}


def test_graphql_when_nobody_asks_then_401(ask: Any) -> None:
    assert ask("POST", "/graphql", body={"query": "{viewer{login}}"}).status == 401


def test_bulk_when_twenty_thousand_then_ids_are_their_own(town: Town) -> None:
    made = fill(
        town.hub.places, repositories=200, pulls=20_000, begins=START - 9_000_000, ends=START
    )
    assert len({one.id for one in made.threads}) == 20_000
    assert all(one.created_at <= (one.merged_at or one.created_at) <= START for one in made.threads)
    assert {len(home.threads) for home in made.repositories} == {100}
