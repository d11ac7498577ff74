"""Pushes: which are of the default branch, what landed by them, what they take back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from laurels.adapters.github.pushes import Landing, Push, Revert
from laurels.adapters.github.webhooks import Message, Nothing, read_webhook
from tests.fakes.archive import ALICE, NOON, WIDGETS, Json

REPOSITORY = WIDGETS | {"default_branch": "main", "pushed_at": NOON}


def told(*messages: str, repository: Json = REPOSITORY, **more: Any) -> Any:
    body = {
        "ref": "refs/heads/main",
        "before": "a" * 40,
        "after": "b" * 40,
        "commits": [{"id": f"{n:040x}", "message": text} for n, text in enumerate(messages)],
        "forced": False,
        "deleted": False,
        "repository": repository,
        "sender": ALICE,
    }
    message = read_webhook("push", json.dumps(body | more).encode(), NOON + 500)
    assert isinstance(message, Message)
    return message.told


@pytest.mark.parametrize(
    ("ref", "is_default"),
    [
        ("refs/heads/main", True),
        ("refs/heads/main2", False),
        ("refs/heads/feature/main", False),
        ("refs/tags/main", False),
        ("main", False),
    ],
)
def test_push_when_compared_with_the_default_branch_then_the_ref_must_be_exact(
    ref: str, is_default: bool
) -> None:
    assert isinstance(told(ref=ref), Push if is_default else Nothing)


def test_push_when_only_the_old_key_names_the_branch_then_it_is_taken() -> None:
    old = {k: v for k, v in REPOSITORY.items() if k != "default_branch"} | {"master_branch": "main"}
    assert isinstance(told(repository=old), Push)


def test_push_when_it_deletes_the_branch_then_it_tells_nothing() -> None:
    assert isinstance(told(deleted=True), Nothing)


@pytest.mark.parametrize(
    ("message", "number"),
    [
        ("Add a thing (#12)", 12),
        ("Add a thing (#12)\n\n* one\n* two (#13)", 12),
        ("Merge pull request #7 from alice/branch\n\nAdd a thing", 7),
        ("Add a thing, see #12", None),
        ("Add a thing (#12) at last", None),
        ("Add (#x)", None),
        ("", None),
    ],
)
def test_commit_when_its_title_names_a_pull_request_then_that_one_landed(
    message: str, number: int | None
) -> None:
    landed = () if number is None else (Landing("0" * 40, number),)
    assert told(message).landings == landed


@pytest.mark.parametrize(
    ("message", "reverted", "number"),
    [
        ('Revert "Add a thing (#12)" (#14)\n\nThis reverts commit abcdef1.', "abcdef1", 12),
        ('Revert "Add a thing (#12)" (#14)\n\nReverts acme/widgets#11', None, 11),
        ('Revert "Add a thing"\n\nThis reverts commit ' + "c" * 40 + ".", "c" * 40, None),
        ("Take it back\n\nthis reverts commit abcdef1", "abcdef1", None),
        ('Revert "Add a thing"', None, None),
    ],
)
def test_commit_when_it_takes_another_back_then_is_a_revert_and_no_landing(
    message: str, reverted: str | None, number: int | None
) -> None:
    push = told(message)
    assert push.reverts == (Revert("0" * 40, reverted, number),)
    assert push.landings == ()


def test_push_when_read_then_the_head_the_time_and_force_are_told() -> None:
    push = told("One (#1)", "Two (#2)", forced=True)
    assert (push.head, push.at, push.is_forced) == ("b" * 40, NOON, True)
    assert [one.number for one in push.landings] == [1, 2]
