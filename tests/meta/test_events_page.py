"""The page about webhooks tells every event and action, and of each the end that the code gives."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from laurels.adapters.github.webhook_shapes import SHAPES
from laurels.adapters.github.webhooks import (
    FACT_EVENTS,
    REPOSITORY_ACTIONS,
    Message,
    Nothing,
    read_webhook,
)
from laurels.config.env import Settings, variable
from tests.fakes.archive import ALICE, BOB, NOON, WIDGETS, issue, pull_request
from tests.meta.files import ROOT

PAGE = (ROOT / "docs" / "operate" / "events.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| `")
]
CELLS = [
    (event, action, row[2])
    for row in ROWS
    for event in re.findall(r"`([^`]+)`", row[0])
    for action in re.findall(r"`([^`]+)`", row[1]) or [""]
]
INSTALLATION = {"installation": {"id": 6, "account": ALICE}, "sender": ALICE}
BODIES: dict[str, dict[str, Any]] = {
    "ping": {"zen": "z", "hook_id": 7},
    "pull_request": {"number": 1, "pull_request": pull_request(1)},
    "pull_request_review": {
        "review": {
            "id": 1,
            "user": BOB,
            "state": "approved",
            "submitted_at": "2024-01-01T00:00:00Z",
        },
        "pull_request": pull_request(1),
    },
    "pull_request_review_comment": {
        "comment": {"id": 1, "user": BOB},
        "pull_request": pull_request(1),
    },
    "issue_comment": {"comment": {"id": 1, "user": BOB}, "issue": issue(2)},
    "issues": {"issue": issue(2)},
    "push": {"ref": "refs/heads/main", "before": "0", "after": "1", "commits": []},
    "member": {"member": BOB, "changes": {"permission": {"to": "read"}}},
    "organization": {"organization": {"id": 5, "login": "acme"}, "membership": {"user": BOB}},
    "installation": INSTALLATION,
    "installation_repositories": INSTALLATION
    | {"repositories_added": [], "repositories_removed": []},
    "github_app_authorization": {"sender": BOB},
}
"""A body of each event, but for its action; those of repositories have WIDGETS."""


def end(event: str, action: str) -> str:
    """Return the end that the code gives a delivery that may be believed."""
    body = dict(BODIES.get(event, {}))
    if "repository" in SHAPES[event].needs:
        body["repository"] = WIDGETS | {"default_branch": "main", "pushed_at": NOON}
        body["sender"] = ALICE
    if action:
        body["action"] = action
    message = read_webhook(event, json.dumps(body).encode(), NOON)
    assert isinstance(message, Message)
    return "ignored" if isinstance(message.told, Nothing) else "processed"


def test_page_when_read_then_tells_exactly_the_handled_events() -> None:
    assert {event for event, _, _ in CELLS} == set(SHAPES)


def test_page_when_read_then_tells_each_action_once() -> None:
    told = [(event, action) for event, action, _ in CELLS]
    assert len(told) == len(set(told))
    assert {action for event, action in told if event == "repository"} == REPOSITORY_ACTIONS
    with_facts = {event for event, action in told if event in FACT_EVENTS and action}
    assert with_facts == FACT_EVENTS


@pytest.mark.parametrize(("event", "action", "told"), CELLS)
def test_action_when_it_arrives_then_ends_as_the_page_says(
    event: str, action: str, told: str
) -> None:
    assert end(event, action) == told


def test_action_when_the_page_tells_of_none_then_ends_as_the_page_says() -> None:
    for event in SHAPES:
        if "action" in SHAPES[event].needs:
            expected = "processed" if event in FACT_EVENTS else "ignored"
            assert end(event, "something_new") == expected, event


def test_page_when_it_names_a_setting_then_there_is_one() -> None:
    named = set(re.findall(r"LAURELS_\w+", PAGE))
    assert named
    assert named <= {variable(name) for name in Settings.model_fields}
