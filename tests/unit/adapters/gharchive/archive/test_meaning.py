"""What counts, event by event: made-up worlds, small enough to be read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.archive import (
    ALICE,
    BOB,
    CAROL,
    NOON,
    ROBOT,
    account,
    issue,
    issue_comment_event,
    issue_event,
    pull_request,
    pull_request_event,
    push_event,
    repository,
    review_comment_event,
    review_event,
    trim,
)
from tests.fakes.brute_population import brute
from tests.unit.adapters.gharchive.archive.windows import assert_counted, count_events

HOUR = 3_600
DAY = 24 * HOUR
# NOON is 22:13 of its day, so that the window of three days ends two days and two hours later.
WINDOW = (NOON - NOON % DAY, NOON - NOON % DAY + 3 * DAY)
Json = dict[str, Any]


def commented(number: int = 1, user: Json | None = ALICE, **more: Any) -> Json:
    """A comment of Bob's on a pull request, which carries its issue side."""
    at = more.pop("at", NOON + 60)
    side = issue(number, user, of_pull_request=True, **more)
    return issue_comment_event(side, BOB, at)


def values(events: list[Json]) -> dict[str, dict[Any, int]]:
    return {name: dict(counts) for name, counts in count_events(events).population.by_value.items()}


@pytest.mark.parametrize(
    ("seen", "is_seen"),
    [
        ([commented()], True),
        ([review_event(pull_request())], True),
        ([review_comment_event(pull_request())], True),
        ([pull_request_event("opened", pull_request())], False),
        ([issue_comment_event(issue(1))], False),
        ([issue_event("opened", issue(1))], False),
    ],
    ids=["comment", "review", "review comment", "opened only", "issue's comment", "issue"],
)
def test_pull_request_when_seen_in_a_comment_or_review_then_its_author_belongs(
    seen: list[Json], is_seen: bool
) -> None:
    assert count_events(seen).population.people == is_seen


def test_comment_when_deleted_then_it_shows_nothing() -> None:
    gone = commented()
    gone["payload"]["action"] = "deleted"
    assert count_events([gone]).population.people == 0


MERGED = pull_request(1, created_at=NOON, merged_at=NOON + 2 * HOUR - 1)
CLOSED = pull_request(1, created_at=NOON, closed_at=NOON + HOUR)
OPEN = pull_request(1, created_at=NOON)


@pytest.mark.parametrize(
    ("events", "merged", "dropped", "hours"),
    [
        ([pull_request_event("closed", MERGED, BOB, NOON + 2 * HOUR)], 1, 0, 1),
        ([trim(pull_request_event("closed", MERGED, BOB, NOON + 2 * HOUR))], 1, 0, 2),
        ([review_comment_event(MERGED, at=NOON + 3 * HOUR)], 1, 0, 1),
        ([pull_request_event("closed", CLOSED, BOB, NOON + HOUR)], 0, 1, None),
        ([trim(pull_request_event("closed", CLOSED, BOB, NOON + HOUR))], 0, 1, None),
        (
            [
                pull_request_event("closed", CLOSED, BOB, NOON + HOUR),
                pull_request_event("reopened", OPEN, BOB, NOON + 2 * HOUR),
            ],
            0,
            0,
            None,
        ),
        (
            [
                pull_request_event("closed", CLOSED, BOB, NOON + HOUR),
                pull_request_event("reopened", OPEN, BOB, NOON + HOUR),
            ],
            0,
            1,
            None,
        ),
        ([commented(closed_at=NOON + HOUR, at=NOON + HOUR)], 0, 1, None),
        ([pull_request_event("labeled", OPEN, BOB, NOON + HOUR)], 0, 0, None),
    ],
    ids=[
        "merged", "merged, trimmed", "merged, seen later", "closed", "closed, trimmed", "reopened",
        "closed in the second of reopening", "closed, seen in a comment", "open",
    ],
)  # fmt: skip
def test_pull_request_when_ended_then_merged_dropped_or_open(
    events: list[Json], merged: int, dropped: int, hours: int | None
) -> None:
    found = values([commented(), *events])
    assert found["total_merged_prs"] == {merged: 1}
    assert found["pr_drop_rate"] == {(dropped, 1): 1}
    assert found.get("avg_merge_latency_hours") == (None if hours is None else {(hours, 1): 1})


@pytest.mark.parametrize("is_last", [True, False])
def test_draft_when_newest_then_it_is_not_ready_and_never_dropped(is_last: bool) -> None:
    first = pull_request(1, created_at=NOON, closed_at=NOON + 9, draft=not is_last)
    last = pull_request(1, created_at=NOON, closed_at=NOON + 9, draft=is_last)
    found = values(
        [
            review_comment_event(first, at=NOON + 1),
            review_comment_event(last, at=NOON + 2),
            review_comment_event(pull_request(2, created_at=NOON)),
        ]
    )
    assert found["pr_drop_rate"] == {(0, 1) if is_last else (1, 2): 1}
    assert found["total_opened_prs"] == {2: 1}


def test_robots_when_they_author_review_open_or_push_then_left_out() -> None:
    events = [
        review_event(pull_request(1, ALICE, merged_at=NOON + HOUR), "approved", ROBOT),
        review_event(pull_request(1, ALICE, merged_at=NOON + HOUR), "approved", BOB, review_id=2),
        review_event(pull_request(2, ROBOT), "approved", ALICE, review_id=3),
        trim(pull_request_event("opened", pull_request(3, ROBOT), ROBOT)),
        trim(review_event(pull_request(3, ROBOT), "approved", BOB, review_id=4)),
        issue_event("opened", issue(4, ROBOT), ROBOT),
        push_event(ROBOT),
        push_event(ALICE),
        push_event(ALICE, NOON + 1),
    ]
    counted = count_events(events)
    assert counted.population.by_triple == {(1, 1, 0): 1}
    assert counted.population.by_value["oss_pushes"] == {2: 1}
    told = counted.pull_requests
    assert (told.seen, told.counted, told.robots) == (3, 1, 2)


def test_author_when_trimmed_then_taken_from_the_opener_or_a_comment_else_counted() -> None:
    opened = [trim(pull_request_event("opened", pull_request(1, ALICE), ALICE))]
    merged = [trim(pull_request_event("closed", pull_request(1, ALICE, merged_at=NOON + 60), BOB))]
    reviews = [
        trim(review_event(pull_request(number), review_id=number)) for number in (1, 3, 4)
    ]  # fmt: skip
    ghosts = trim(pull_request_event("opened", pull_request(4), account(10137, "ghost")))
    counted = count_events([*opened, *merged, *reviews, commented(2, CAROL), ghosts])
    assert counted.population.by_value["total_opened_prs"] == {1: 2}
    told = counted.pull_requests
    assert (told.seen, told.counted, told.undated, told.unattributed) == (4, 2, 1, 1)


def test_pull_request_when_created_outside_then_not_counted() -> None:
    old = pull_request(5, BOB, created_at=WINDOW[0] - 1, merged_at=NOON)
    edge = pull_request(6, CAROL, created_at=WINDOW[0], merged_at=NOON)
    events = [review_event(old), review_event(edge, reviewer=ALICE)]
    # What happens after the window is not seen from its last day.
    events += [review_event(pull_request(7, ALICE, created_at=WINDOW[1]), at=WINDOW[1])]
    counted = count_events(events)
    assert counted.population.people == 1
    assert counted.pull_requests.outside == 1
    assert counted.pull_requests.seen == 2


def test_events_when_without_numbers_then_each_counts() -> None:
    base = review_event(pull_request(1, ALICE, merged_at=NOON + 9), reviewer=ALICE)
    events = [base | {"id": None}, base | {"id": "text"}, base | {"id": 5}, base | {"id": "5"}]
    assert values(events)["oss_reviews"] == {3: 1}


PEOPLE = (ALICE, BOB, CAROL, ROBOT, account(10137, "ghost"), None)
KINDS = ("opened", "reopened", "closed", "labeled", "review", "note", "comment", "push", "issue")
drawn = st.tuples(
    st.sampled_from(KINDS),
    st.integers(1, 4),
    st.integers(-3 * HOUR, 30 * HOUR).map(lambda gap: NOON + gap),
    st.sampled_from(PEOPLE[:4]),
    st.booleans(),
    st.booleans(),
)


def world(steps: list[tuple[str, int, int, Json, bool, bool]]) -> list[Json]:
    """Events whose pull requests keep their author and creation, and may say anything else.

    A pull request is opened once: two openers would be two answers to who an untold author is.
    """
    events = []
    opened: set[int] = set()
    for kind, number, at, actor, is_ended, is_trimmed in sorted(steps, key=lambda step: step[2]):
        if kind == "opened" and number in opened:
            continue
        opened |= {number} if kind == "opened" else set()
        user = PEOPLE[number % len(PEOPLE)]
        created_at = NOON + (number - 2) * HOUR
        merged_at = NOON + 4 * HOUR if number == 3 and is_ended else None
        closed_at = at if is_ended else None
        body = pull_request(
            number, user, created_at=created_at, merged_at=merged_at, closed_at=closed_at,
            draft=number == 4, repo=repository(number % 2 + 1),
        )  # fmt: skip
        side = issue(
            number, user, created_at=created_at, closed_at=closed_at, of_pull_request=True
        )  # fmt: skip
        repo = repository(number % 2 + 1)
        made = {
            "review": lambda a=actor, b=body, t=at, r=repo: review_event(
                b, reviewer=a, at=t, repo=r
            ),
            "note": lambda a=actor, b=body, t=at, r=repo: review_comment_event(b, a, t, r),
            "comment": lambda a=actor, s=side, t=at, r=repo: issue_comment_event(s, a, t, r),
            "push": lambda a=actor, t=at: push_event(a, t),
            "issue": lambda a=actor, n=number, t=at: issue_event("opened", issue(n + 50), a, t),
        }.get(
            kind, lambda k=kind, a=actor, b=body, t=at, r=repo: pull_request_event(k, b, a, t, r)
        )()
        events.append(trim(made) if is_trimmed else made)
    return events


@settings(max_examples=25)
@given(st.lists(drawn, min_size=1, max_size=25))
def test_build_when_anything_happens_then_as_counted_the_long_way(
    steps: list[tuple[str, int, int, Json, bool, bool]],
) -> None:
    events = world(steps)
    counted = count_events(events)
    assert_counted(counted.population, brute(events, *WINDOW))
