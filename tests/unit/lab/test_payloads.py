"""Simulated bodies against real ones: the same names in the same places."""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

Events = list[dict[str, Any]]
Paths = dict[str, set[str]]

# Real events have these too; the files at hand are too old, or too few, to show them.
_YOUNGER = {
    "PullRequestEvent": {".payload.label", ".payload.pull_request.labels"},
    "IssuesEvent": {".payload.label"},
    "PushEvent": {".payload.repository_id"},
}
_CHECKED = [
    "PullRequestEvent",
    "PullRequestReviewEvent",
    "PullRequestReviewCommentEvent",
    "IssuesEvent",
    "IssueCommentEvent",
    "PushEvent",
    "WatchEvent",
    "ForkEvent",
    "CreateEvent",
]


def places(value: Any, place: str = "") -> Iterator[str]:
    """Name every place that a body has, lists by what they hold."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield f"{place}.{name}"
            yield from places(inner, f"{place}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from places(inner, f"{place}[]")


def places_by_type(events: Events) -> Paths:
    found: Paths = defaultdict(set)
    for event in events:
        found[event["type"]].update(places(event))
    return found


@pytest.fixture(scope="module")
def real(shared_data: Path) -> Paths:
    """The places of real events: one file of 2023 and a day of 2017."""
    with gzip.open(shared_data / "rest" / "dlt_github_events_2023.json.gz") as file:
        events: Events = msgspec.json.decode(file.read())
    with gzip.open(shared_data / "kubernetes-2017" / "2017-07-24.json.gz") as file:
        events += [msgspec.json.decode(line) for line in file]
    return places_by_type(events)


@pytest.mark.parametrize("kind", _CHECKED)
def test_simulated_events_name_nothing_that_real_ones_do_not(
    real: Paths, events: Events, kind: str
) -> None:
    # An account, repository or label is the same wherever it stands: compare by what holds it.
    known = set().union(*real.values())
    names = {(place.split(".")[-2].removesuffix("[]"), place.split(".")[-1]) for place in known}
    invented = {
        place
        for place in places_by_type(events)[kind] - real[kind]
        if not any(place.startswith(young) for young in _YOUNGER.get(kind, ()))
        and (place.split(".")[-2].removesuffix("[]"), place.split(".")[-1]) not in names
    }
    assert invented == set()


def test_accounts_keep_their_id_and_kind_wherever_they_are_shown(events: Events) -> None:
    kinds: dict[int, set[str]] = defaultdict(set)

    def look(value: Any) -> None:
        if isinstance(value, dict):
            if "login" in value and "type" in value:
                kinds[value["id"]].add(value["type"])
            for inner in value.values():
                look(inner)
        elif isinstance(value, list):
            for inner in value:
                look(inner)

    for event in events:
        look(event)
    assert len(kinds) > 60
    assert all(len(found) == 1 for found in kinds.values())


def test_bodies_show_names_as_they_were_at_their_time(events: Events) -> None:
    for event in events:
        shown = event["payload"].get("pull_request")
        if shown is not None and shown["updated_at"] == event["created_at"]:
            assert shown["base"]["repo"]["full_name"] == event["repo"]["name"]
            if shown["user"]["id"] == event["actor"]["id"]:
                assert shown["user"]["login"] == event["actor"]["login"]


def test_forks_of_outsiders_are_other_repositories_than_the_base(events: Events) -> None:
    heads = [
        (shown["head"]["repo"], shown["base"]["repo"])
        for event in events
        if (shown := event["payload"].get("pull_request")) is not None
    ]
    outside = [(head, base) for head, base in heads if head["owner"] != base["owner"]]
    assert outside
    assert all(head["fork"] and head["id"] != base["id"] for head, base in outside)
    assert any(not base["fork"] for _, base in outside)


def test_label_ids_tell_the_labels_of_a_repository_apart(events: Events) -> None:
    names: dict[int, set[tuple[int, str]]] = defaultdict(set)
    for event in events:
        label = event["payload"].get("label")
        if label is not None:
            names[label["id"]].add((event["repo"]["id"], label["name"]))
    assert names
    assert all(len(found) == 1 for found in names.values())
