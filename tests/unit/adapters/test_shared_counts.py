"""The real files: the counts that data/README.md promises, out of the fold alone."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from functools import cache, reduce
from pathlib import Path

import msgspec
import pytest

from laurels.adapters.gharchive import Losses, check, read
from laurels.adapters.github.bodies import BodyKind, check_bodies, read_bodies
from laurels.adapters.github.observe import observe_event
from laurels.adapters.github.payloads import Event
from laurels.domain.contributions import Kind, contributions_of
from laurels.domain.lifecycle import (
    IssueView,
    Observation,
    PullRequestView,
    ReviewFact,
    SubjectFold,
    dumps,
    join,
    join_review,
    view,
)
from tests.fakes.archive import read_events, trim

HOUR = "gharchive/2015-01-01-12.json.gz"
DAYS = tuple(f"kubernetes-2017/2017-07-{day}.json.gz" for day in (24, 25, 26))
DLT = "rest/dlt_github_events_2023.json.gz"

Key = tuple[int, int]


class World:
    """Everything folded so far, in memory."""

    def __init__(self, observations: Iterable[Observation]) -> None:
        self.folds: dict[Key, SubjectFold] = {}
        self.reviews: dict[Key, dict[int, ReviewFact]] = {}
        for seen in observations:
            fold, key, review = seen.subject, seen.subject.key, seen.review
            known = self.folds.get(key)
            self.folds[key] = fold if known is None else join(known, fold)
            if review is not None:
                of_subject = self.reviews.setdefault(key, {})
                before = of_subject.get(review.review_id, review)
                of_subject[review.review_id] = join_review(before, review)

    @property
    def views(self) -> list[PullRequestView | IssueView]:
        return [shown for fold in self.folds.values() if (shown := view(fold)) is not None]

    @property
    def pull_requests(self) -> list[PullRequestView]:
        return [shown for shown in self.views if isinstance(shown, PullRequestView)]

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Pull requests, merged, issues, people credited with any contribution."""
        pulls = self.pull_requests
        merged = sum(shown.state == "merged" for shown in pulls)
        people = {fact.person_id for fact in self.contributions}
        return len(pulls), merged, len(self.views) - len(pulls), len(people)

    @property
    def contributions(self) -> list[tuple[Kind, int]]:
        return [
            fact
            for shown in self.views
            for fact in contributions_of(
                shown, self.reviews.get((shown.repository_id, shown.number), {}).values()
            )
        ]

    @property
    def bytes(self) -> dict[Key, bytes]:
        return {key: dumps(fold) for key, fold in self.folds.items()}


@cache
def observations(shared_data: Path, name: str) -> tuple[Observation, ...]:
    [source] = check([shared_data / name])
    losses = Losses()
    found = tuple(seen for chunk in read(source, losses).observations() for _, seen in chunk)
    assert not losses
    return found


def world(shared_data: Path, *names: str) -> World:
    return World(seen for name in names for seen in observations(shared_data, name))


@pytest.mark.parametrize(
    ("names", "counts"),
    [
        ((HOUR,), (325, 151, 561, 705)),
        (DAYS[:1], (225, 78, 218, 271)),
        (DAYS[1:2], (247, 89, 248, 280)),
        (DAYS[2:], (225, 85, 265, 285)),
        (DAYS, (573, 251, 628, 534)),
    ],
)
def test_subjects_when_a_file_is_folded_then_the_counts_come_out(
    shared_data: Path, names: tuple[str, ...], counts: tuple[int, ...]
) -> None:
    assert world(shared_data, *names).counts == counts


@pytest.mark.parametrize(
    ("name", "total", "by_type"),
    [
        (
            HOUR,
            8273,
            {
                "PullRequestEvent": 367,
                "IssuesEvent": 361,
                "IssueCommentEvent": 574,
                "PullRequestReviewCommentEvent": 50,
                "PushEvent": 4284,
            },
        ),
        (DAYS[0], 2680, {"PullRequestEvent": 196}),
        (DAYS[1], 3067, {"PullRequestEvent": 212}),
        (DAYS[2], 2753, {"PullRequestEvent": 221}),
        (DLT, 100, {"PullRequestReviewEvent": 23, "PullRequestEvent": 12}),
    ],
)
def test_events_when_a_file_is_read_then_each_type_is_counted(
    shared_data: Path, name: str, total: int, by_type: dict[str, int]
) -> None:
    [source] = check([shared_data / name])
    reading = read(source, Losses())
    matter = sum(len(chunk) for chunk in reading.chunks())
    assert reading.events_read == total
    assert {kind: reading.events_by_type[kind] for kind in by_type} == by_type
    assert 0 < matter < total


def test_reviews_when_the_events_api_array_is_read_then_their_states_come_out(
    shared_data: Path,
) -> None:
    seen = world(shared_data, DLT)
    states = Counter(
        one.review.state for one in observations(shared_data, DLT) if one.review is not None
    )
    assert states == {"commented": 18, "approved": 4, "changes_requested": 1}
    opened = [one for one in observations(shared_data, DLT) if one.subject.marks]
    assert sum(shown.state == "merged" for shown in seen.pull_requests) >= 8
    assert len(opened) == 12 + 5


def test_trimmed_when_the_three_days_are_folded_then_the_counts_come_out(
    shared_data: Path,
) -> None:
    seen = [
        observe_event(msgspec.convert(trim(event), Event))
        for name in DAYS
        for event in read_events(shared_data / name)
    ]
    folded = World(one for one in seen if one is not None)
    pulls, merged, issues, _ = folded.counts
    assert (pulls, merged, issues) == (573, 250, 628)
    authors = [
        fold.author for fold in folded.folds.values() if fold.is_shown and fold.is_pull_request
    ]
    assert sum(author is not None for author in authors) == 539
    actor_alone = 2
    assert sum(author is not None and author[0] == actor_alone for author in authors) == 316


def test_folds_when_events_are_shuffled_split_and_repeated_then_bytes_are_the_same(
    shared_data: Path,
) -> None:
    seen = [one for name in DAYS for one in observations(shared_data, name)]
    once = World(seen).bytes
    chance = random.Random(2017)
    for _ in range(3):
        again = seen + chance.sample(seen, 500)
        chance.shuffle(again)
        assert World(again).bytes == once
    halves = [World(again[::2]).folds, World(again[1::2]).folds]
    merged = {
        key: dumps(reduce(join, [half[key] for half in halves if key in half])) for key in once
    }
    assert merged == once


def test_rest_bodies_when_folded_together_then_the_counts_come_out(shared_data: Path) -> None:
    names = {
        BodyKind.PULLS: "devlake_pull_requests.csv",
        BodyKind.REVIEWS: "devlake_pull_request_reviews.csv",
        BodyKind.ISSUES: "devlake_issues.csv",
    }
    ids: dict[str, int] = {}
    seen: dict[BodyKind, list[Observation]] = {}
    losses = Losses()
    for kind, name in names.items():
        [path] = check_bodies([shared_data / "rest" / name], kind)
        for body in read_bodies(path, kind, losses):
            if body.repository_id is not None:
                ids[body.repository_name] = body.repository_id
            observation = body.observation(ids[body.repository_name])
            assert observation is not None
            seen.setdefault(kind, []).append(observation)
    assert not losses
    assert [len(seen[kind]) for kind in names] == [50, 31, 42]
    assert sum(one.subject.merged_at is not None for one in seen[BodyKind.PULLS]) == 27
    assert sum(bool(one.subject.is_pull_request) for one in seen[BodyKind.ISSUES]) == 16
    # One pull request and one review stand in their files twice.
    folded = World(one for kind in names for one in seen[kind])
    assert folded.counts[:3] == (49, 26, 26)
    kinds = Counter(fact.kind for fact in folded.contributions)
    assert kinds[Kind.ISSUE_COMPLETED] == 26
    assert sum(len(reviews) for reviews in folded.reviews.values()) == 30
