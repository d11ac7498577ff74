"""The page for operators names every schedule that asks GitHub, and how often it runs."""

from __future__ import annotations

import re
from pathlib import Path

from laurels.apps.intake import handlers_stale, handlers_sync
from laurels.apps.jobs.registry import scheduled

PAGE = Path(__file__).parents[4] / "docs" / "operate" / "syncing.md"
WORDS = {86_400: "day", 21_600: "6 hours", 3_600: "hour"}


def test_schedules_when_held_against_the_page_then_all_are_there() -> None:
    told = dict(re.findall(r"^\| `([a-z.]+)` \| ([^|]+) \|", PAGE.read_text("utf-8"), re.M))
    ours = {handlers_stale.__name__, handlers_sync.__name__}
    found = {
        spec.kind: WORDS[spec.every or 0]
        for spec in scheduled()
        if spec.function.__module__ in ours
    }
    assert told == found
