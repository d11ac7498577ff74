"""One event as one flat row: only plain fields, nothing concluded."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from laurels.adapters.gharchive.archive.rows import (
    COLUMNS,
    LEAN_EVENTS,
    RowFault,
    row_of,
)
from tests.fakes.archive import (
    ALICE,
    BOB,
    NOON,
    ROBOT,
    account,
    issue,
    issue_comment_event,
    issue_event,
    pull_request,
    pull_request_event,
    push_event,
    review_comment_event,
    review_event,
    trim,
)

NAMES = [name for name, _ in COLUMNS]
SPARE = -1


def row(event: dict[str, Any]) -> dict[str, Any] | None:
    typed = LEAN_EVENTS.decoder.decode(msgspec.json.encode(event))
    made = row_of(typed, SPARE)
    return None if made is None else dict(zip(NAMES, made, strict=True))


def test_row_when_full_then_all_that_the_payload_says() -> None:
    event = pull_request_event(
        "closed", pull_request(4, ALICE, merged_at=NOON + 9, draft=True), BOB, NOON + 10
    )
    assert row(event) == {
        "event_id": int(event["id"]),
        "kind": "PullRequestEvent",
        "at": NOON + 10,
        "repository_id": 1,
        "number": 4,
        "action": "closed",
        "actor_id": 8,
        "actor_is_bot": False,
        "author_id": 7,
        "author_is_bot": False,
        "created_at": NOON,
        "closed_at": NOON + 9,
        "merged_at": NOON + 9,
        "is_merged": True,
        "is_closed": True,
        "is_draft": True,
    }


def test_row_when_trimmed_then_what_is_not_said_is_unknown() -> None:
    made = row(trim(pull_request_event("closed", pull_request(4, ALICE, merged_at=NOON + 9))))
    assert made is not None
    assert (made["action"], made["number"], made["actor_id"]) == ("merged", 4, 8)
    unknown = ("author_id", "author_is_bot", "created_at", "closed_at", "merged_at")
    assert {made[name] for name in (*unknown, "is_merged", "is_closed", "is_draft")} == {None}


def test_row_when_a_comment_is_on_a_pull_request_then_the_issue_side_speaks() -> None:
    side = issue(5, ROBOT, closed_at=NOON + 5, of_pull_request=True)
    side["pull_request"]["merged_at"] = "2023-11-14T22:13:25Z"
    made = row(issue_comment_event(side))
    assert made is not None
    assert (made["number"], made["author_id"], made["author_is_bot"]) == (5, 99, True)
    assert (made["merged_at"], made["closed_at"], made["is_closed"]) == (NOON + 5, NOON + 5, True)


@pytest.mark.parametrize(
    "event",
    [
        issue_comment_event(issue(2)),
        issue_event("closed", issue(2)),
        issue_event("edited", issue(2)),
    ],
    ids=["comment on an issue", "issue closed", "issue edited"],
)
def test_row_when_an_event_counts_nothing_then_none(event: dict[str, Any]) -> None:
    assert row(event) is None


@pytest.mark.parametrize("event", [push_event(), issue_event("opened", issue(2))])
def test_row_when_of_no_pull_request_then_without_a_number(event: dict[str, Any]) -> None:
    made = row(event)
    assert made is not None
    assert (made["number"], made["actor_id"]) == (None, 7)


@pytest.mark.parametrize(
    "event", [review_event(pull_request()), review_comment_event(pull_request())]
)
def test_row_when_the_subject_is_missing_then_a_fault_names_it(event: dict[str, Any]) -> None:
    del event["payload"]["pull_request"]
    with pytest.raises(RowFault, match=r"payload\.pull_request"):
        row(event)
    comment = issue_comment_event(issue(2))
    del comment["payload"]["issue"]
    with pytest.raises(RowFault, match=r"payload\.issue"):
        row(comment)


@pytest.mark.parametrize("nobody", [account(10137, "ghost"), account(0), account(-1)])
def test_row_when_an_account_is_gone_then_nobody(nobody: dict[str, Any]) -> None:
    made = row(review_event(pull_request(1, nobody), reviewer=nobody))
    assert made is not None
    assert (made["author_id"], made["actor_id"], made["actor_is_bot"]) == (None, None, None)
    bare = push_event()
    del bare["actor"]
    without = row(bare)
    assert without is not None
    assert without["actor_id"] is None


@pytest.mark.parametrize(
    ("told", "event_id"),
    [
        ("123", 123), (123, 123), ("9" * 18, 10**18 - 1), ("9" * 19, SPARE), (2**63, SPARE),
        ("12a", SPARE), ("", SPARE), ("²", SPARE), (-5, SPARE), (None, SPARE),
    ],
)  # fmt: skip
def test_row_when_an_event_has_no_number_then_the_spare_one(told: Any, event_id: int) -> None:
    made = row(push_event() | {"id": told})
    assert made is not None
    assert made["event_id"] == event_id
