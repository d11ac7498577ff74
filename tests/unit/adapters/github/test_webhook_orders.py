"""Seven webhooks of one pull request in every order, some twice: one fold, byte for byte."""

from __future__ import annotations

import json
import random
from functools import reduce
from itertools import permutations

from laurels.adapters.github.webhooks import Message, read_webhook
from laurels.domain.lifecycle import (
    Observation,
    PullRequestView,
    ReviewFact,
    SubjectFold,
    dumps,
    join,
    join_review,
    view,
)
from laurels.kit.times import format_instant
from tests.fakes.archive import ALICE, BOB, NOON, WIDGETS, Json, issue, pull_request


def read(event: str, body: Json) -> Observation:
    raw = json.dumps(body | {"repository": WIDGETS, "sender": body.get("sender", ALICE)}).encode()
    message = read_webhook(event, raw, NOON + 9_999)
    assert isinstance(message, Message)
    assert isinstance(message.told, Observation)
    return message.told


def seven() -> list[Observation]:
    """Opened, pushed to, labelled twice in one second, reviewed, commented on, merged."""
    labelled = NOON + 60
    merged = pull_request(1, updated_at=NOON + 300, merged_at=NOON + 300, labels=("bug", "good"))
    review = {
        "id": 9,
        "user": BOB,
        "state": "APPROVED",
        "submitted_at": format_instant(NOON + 90),
        "author_association": "MEMBER",
    }
    plain = {k: v for k, v in pull_request(1, updated_at=NOON + 90).items() if k != "merged"}
    comment = {"id": 4, "user": BOB, "created_at": format_instant(NOON + 120)}
    side = issue(1, updated_at=NOON + 120, labels=("bug", "good"), of_pull_request=True)

    def changed(action: str, body: Json, **more: object) -> Observation:
        told = {"action": action, "number": 1, "pull_request": body}
        return read("pull_request", told | more)

    return [
        changed("opened", pull_request(1)),
        changed("synchronize", pull_request(1, updated_at=NOON + 30), before="0", after="1"),
        changed(
            "labeled", pull_request(1, updated_at=labelled, labels=["bug"]), label={"name": "bug"}
        ),
        changed(
            "labeled",
            pull_request(1, updated_at=labelled, labels=["bug", "good"]),
            label={"name": "good"},
        ),
        read(
            "pull_request_review", {"action": "submitted", "review": review, "pull_request": plain}
        ),
        read("issue_comment", {"action": "created", "issue": side, "comment": comment}),
        changed("closed", merged, sender=BOB),
    ]


def test_seven_events_when_in_any_order_with_duplicates_then_give_one_fold() -> None:
    events = seven()
    whole = reduce(join, (one.subject for one in events))
    shown = view(whole)
    assert isinstance(shown, PullRequestView)
    assert (shown.state, shown.merged_at, shown.labels) == ("merged", NOON + 300, ("bug", "good"))
    assert (shown.author_id, shown.merged_by_id) == (ALICE["id"], BOB["id"])
    expected = dumps(whole)
    draw = random.Random(5_040)
    orders = 0
    for order in permutations(events):
        told = [*order, *draw.choices(order, k=draw.randrange(4))]
        place = draw.randrange(1, len(told))
        told.insert(place, told[draw.randrange(place)])
        assert dumps(_fold(told)) == expected
        orders += 1
    assert orders == 5_040


def _fold(told: list[Observation]) -> SubjectFold:
    return reduce(join, (one.subject for one in told))


def test_reviews_when_a_dismissal_comes_first_or_last_then_it_is_final() -> None:
    given = ReviewFact(1, 8, "approved", NOON, "MEMBER")
    dismissed = ReviewFact(1, 8, "dismissed", NOON, "MEMBER")
    for order in permutations([given, dismissed, given]):
        assert reduce(join_review, order) == dismissed
