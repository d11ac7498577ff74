"""The page about webhooks tells every event that is handled, and no other."""

from __future__ import annotations

import re

from laurels.adapters.github.webhook_shapes import SHAPES
from laurels.adapters.github.webhooks import REPOSITORY_ACTIONS
from laurels.config.env import Settings, variable
from tests.meta.files import ROOT

PAGE = (ROOT / "docs" / "operate" / "events.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| `")
]


def words(cell: str) -> set[str]:
    return set(re.findall(r"`([^`]+)`", cell))


def test_page_when_read_then_tells_exactly_the_handled_events() -> None:
    assert {word for row in ROWS for word in words(row[0])} == set(SHAPES)


def test_page_when_read_then_tells_every_action_of_a_repository_once() -> None:
    told = [word for row in ROWS if words(row[0]) == {"repository"} for word in words(row[1])]
    assert sorted(told) == sorted(REPOSITORY_ACTIONS)


def test_page_when_it_names_a_setting_then_there_is_one() -> None:
    named = set(re.findall(r"LAURELS_\w+", PAGE))
    assert named
    assert named <= {variable(name) for name in Settings.model_fields}
