"""The page for operators explains every word that a person's job may end with."""

from __future__ import annotations

import re
from pathlib import Path

from laurels.apps.intake.services.sync.errors import SubjectMissing, SyncRefused
from laurels.apps.jobs.services.upkeep import STALE
from laurels.apps.jobs.told import STATUSES
from laurels.apps.metrics.services import pipeline, working
from laurels.apps.metrics.services.persons import Status
from laurels.apps.people.errors import TokenReferenceRefused
from laurels.config.person_source import _WORDS
from laurels.domain.windows import BACKFILL_DAYS_MOST

PAGE = (Path(__file__).parents[4] / "docs" / "operate" / "syncing.md").read_text("utf-8")
SECTION = PAGE.partition("## People and their metrics")[2].partition("\n## ")[0]


def test_words_when_held_against_the_page_then_all_are_there() -> None:
    told = set(re.findall(r"^\| `([a-z_]+)` \|", SECTION, re.M))
    ended = set(re.findall(r'Ended\("([a-z_]+):', Path(working.__file__).read_text("utf-8")))
    general = {Status.LOCKED, Status.MISSING_TOKEN, Status.TOKEN_INVALID, STALE}
    known = {SubjectMissing.code, SyncRefused.code, TokenReferenceRefused.code}
    assert len(ended) == 2
    assert told == {*general, *known, *ended}
    assert set(_WORDS) == {SubjectMissing.code, SyncRefused.code}


def test_page_when_read_then_statuses_verbs_and_the_longest_backfill_are_named() -> None:
    for word in (*STATUSES.values(), f"{BACKFILL_DAYS_MOST:,}", pipeline.__name__):
        assert word in SECTION
    verbs = re.findall(r"^def ([a-z]\w+)\(", Path(pipeline.__file__).read_text("utf-8"), re.M)
    assert {verb for verb in verbs if f"`{verb}`" not in SECTION} == {"span_of", "partition_of"}
