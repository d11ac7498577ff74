"""The page for operators names every schedule that asks GitHub, and how often it runs."""

from __future__ import annotations

import re
from pathlib import Path

from laurels.apps.intake import handlers_stale, handlers_sync
from laurels.apps.jobs import handlers as handlers_jobs
from laurels.apps.jobs.registry import scheduled
from laurels.apps.metrics import handlers as handlers_metrics

PAGE = Path(__file__).parents[4] / "docs" / "operate" / "syncing.md"
WORDS = {86_400: "day", 21_600: "6 hours", 3_600: "hour", 600: "10 minutes"}
ELSEWHERE = {"jobs.purge"}


def test_schedules_when_held_against_the_page_then_all_are_there() -> None:
    _, _, rest = PAGE.read_text("utf-8").partition("## By themselves")
    section = rest.partition("\n## ")[0]
    told = dict(re.findall(r"^\| `([a-z.]+)` \| ([^|]+) \|", section, re.M))
    modules = (handlers_stale, handlers_sync, handlers_metrics, handlers_jobs)
    ours = {module.__name__ for module in modules}
    found = {
        spec.kind: WORDS[spec.every or 0]
        for spec in scheduled()
        if spec.function.__module__ in ours and spec.kind not in ELSEWHERE
    }
    assert told == found
