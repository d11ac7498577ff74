"""Whole lives of a pull request, played at random: the fold must end where the life ended."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from laurels.adapters.github.observe import observe_event
from laurels.adapters.github.payloads import Event
from laurels.domain.contributions import Kind, contributions_of
from laurels.domain.lifecycle import PullRequestView, SubjectFold, dumps, join, transitions, view
from tests.fakes.archive import (
    ALICE,
    BOB,
    CAROL,
    NOON,
    issue,
    issue_comment_event,
    pull_request,
    pull_request_event,
    review_comment_event,
    trim,
)

Json = dict[str, Any]

ACTIONS = st.lists(
    st.sampled_from(["close", "reopen", "merge", "label", "unlabel", "retitle", "grow", "talk"]),
    max_size=12,
)


@dataclass
class Life:
    """A pull request as GitHub would keep it, and the events it would send."""

    at: int = NOON
    title: str = "Change 1"
    labels: list[str] = field(default_factory=list)
    additions: int = 10
    closed_at: int | None = None
    merged_at: int | None = None
    events: list[Json] = field(default_factory=list)

    @property
    def state(self) -> str:
        if self.merged_at is not None:
            return "merged"
        return "open" if self.closed_at is None else "closed"

    def body(self) -> Json:
        return pull_request(
            1,
            ALICE,
            updated_at=self.at,
            closed_at=self.closed_at,
            merged_at=self.merged_at,
            merged_by=CAROL,
            labels=self.labels,
            title=self.title,
            additions=self.additions,
        )

    def side(self) -> Json:
        return issue(
            1,
            ALICE,
            updated_at=self.at,
            closed_at=self.closed_at,
            labels=self.labels,
            title=self.title,
            of_pull_request=True,
            author_association="CONTRIBUTOR",
        )

    def send(self, action: str, actor: Json = BOB, **more: Any) -> None:
        self.events.append(pull_request_event(action, self.body(), actor, self.at, **more))

    def play(self, action: str) -> None:
        """Do what GitHub allows; each thing a minute after the last."""
        self.at += 60
        if action == "close" and self.state == "open":
            self.closed_at = self.at
            self.send("closed")
        elif action == "reopen" and self.state == "closed":
            self.closed_at = None
            self.send("reopened", ALICE)
        elif action == "merge" and self.state == "open":
            self.closed_at = self.merged_at = self.at
            self.send("closed", CAROL)
        elif action == "label":
            name = f"label-{len(self.labels)}"
            self.labels.append(name)
            self.send("labeled", label={"name": name})
        elif action == "unlabel" and self.labels:
            self.send_unlabelled(self.labels.pop())
        elif action == "retitle":
            self.title = f"Title at {self.at}"
            self.send("edited", ALICE)
        elif action == "grow":
            self.additions += 5
            self.send("synchronize", ALICE)
        elif action == "talk":
            self.events.append(issue_comment_event(self.side(), BOB, self.at))
            self.events.append(review_comment_event(self.body(), CAROL, self.at))

    def send_unlabelled(self, name: str) -> None:
        self.send("unlabeled", label={"name": name})


def lived(actions: list[str]) -> Life:
    life = Life()
    life.send("opened", ALICE)
    for action in actions:
        life.play(action)
    return life


def folded(events: list[Json]) -> SubjectFold:
    observations = [
        observe_event(msgspec.json.decode(json.dumps(event), type=Event)) for event in events
    ]
    return reduce(join, [seen.subject for seen in observations if seen is not None])


def seen_as(events: list[Json]) -> PullRequestView:
    shown = view(folded(events))
    assert isinstance(shown, PullRequestView)
    return shown


@given(ACTIONS, st.randoms(use_true_random=False))
def test_life_when_its_events_come_in_any_order_then_the_view_is_how_it_ended(
    actions: list[str], chance: random.Random
) -> None:
    life = lived(actions)
    events = life.events + chance.choices(life.events, k=2)
    chance.shuffle(events)
    shown = seen_as(events)
    assert (shown.state, shown.closed_at, shown.merged_at) == (
        life.state,
        life.closed_at,
        life.merged_at,
    )
    assert (shown.title, shown.additions) == (life.title, life.additions)
    assert shown.labels == tuple(sorted(life.labels))
    assert (shown.created_at, shown.author_id) == (NOON, ALICE["id"])
    assert shown.ties == 0
    assert dumps(folded(events)) == dumps(folded(life.events))


@given(ACTIONS, st.randoms(use_true_random=False))
def test_life_when_payloads_are_trimmed_then_state_and_author_are_still_known(
    actions: list[str], chance: random.Random
) -> None:
    life = lived(actions)
    events = [trim(event) for event in life.events]
    chance.shuffle(events)
    shown = seen_as(events)
    assert (shown.state, shown.closed_at, shown.merged_at) == (
        life.state,
        life.closed_at,
        life.merged_at,
    )
    assert (shown.author_id, shown.created_at, shown.additions) == (ALICE["id"], NOON, None)


@given(ACTIONS)
def test_life_when_replayed_then_each_change_of_state_is_in_the_log_once(
    actions: list[str],
) -> None:
    life = lived(actions)
    changes = ["open"]
    for event in life.events:
        body = event["payload"].get("pull_request")
        if body is not None:
            state = "merged" if body.get("merged_at") else body["state"]
            changes += [state] if state != changes[-1] else []
    log = transitions(seen_as(life.events))
    assert [line.to_state.value for line in log] == changes
    assert all(line.actor_id is not None for line in log)


@given(ACTIONS)
def test_life_when_scored_then_opening_and_at_most_one_merge_are_the_authors(
    actions: list[str],
) -> None:
    life = lived(actions)
    facts = contributions_of(seen_as(life.events))
    expected = [(Kind.PR_OPENED, NOON)]
    if life.merged_at is not None:
        expected.append((Kind.PR_MERGED, life.merged_at))
    assert [(fact.kind, fact.occurred_at) for fact in facts] == expected
    assert {fact.person_id for fact in facts} == {ALICE["id"]}
