"""How many statements a settle takes, and whose rows they read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from laurels.apps import sql
from laurels.apps.audit.actors import SYSTEM
from laurels.apps.contributions.services import absorb, contributions_touch
from laurels.apps.people.services import people_observe
from laurels.apps.projects.register import Register
from laurels.apps.projects.services import repositories_observe
from laurels.apps.recognition.services import settle, settle_dirty
from laurels.apps.scoring.models import Item
from laurels.apps.scoring.selectors import totals_of
from laurels.apps.scoring.services import dirty_mark_all
from laurels.apps.standings.models import Standing
from laurels.domain.lifecycle import Observation, PersonFact, RepositoryFact, SubjectFold
from laurels.domain.rulesets import Ruleset, preset
from tests.apps.scoring.population import FIRST_PERSON, REPOSITORY, copy_settled, populate
from tests.apps.scoring.world import DAY, START, World

pytestmark = pytest.mark.django_db

SETTLE = 25
"""The most statements that settling one more contribution may take."""
FACTS_AND_SETTLE = 45
"""The same with learning it: who and where, the subject, its states, its contributions."""
LIMITED = Ruleset(
    weights_milli={"pr_opened": 5_000},
    daily_caps_milli={"pr_opened": 10**12},
    tiers=preset("nest").tiers,
)
BIG = (
    "contributions_contribution",
    "contributions_pullrequest",
    "people_contributor",
    "recognition_tierstanding",
    "scoring_item",
    "scoring_ledgerentry",
    "standings_standing",
)


@contextmanager
def counted() -> Iterator[CaptureQueriesContext]:
    """Capture statements, without the marks of nested transactions."""
    with CaptureQueriesContext(connection) as captured:
        yield captured


def statements(captured: CaptureQueriesContext) -> list[str]:
    """Return what was asked of the database, savepoints left out."""
    texts = [query["sql"] for query in captured.captured_queries]
    return [
        text for text in texts if not re.match(r"(RELEASE |ROLLBACK TO )?SAVEPOINT|BEGIN", text)
    ]


@pytest.mark.parametrize("rules", ["nest", "fair", "contriverse"])
def test_recalculating_a_group_takes_as_many_statements_for_a_thousand_as_for_ten(
    tmp_path: Path, rules: str
) -> None:
    world = World(tmp_path, rules)
    world.clock.advance(30 * DAY)
    people = populate([3] * 1_110, at=START)
    groups = (people[:10], people[10:110], people[110:])
    # Boards and the like are made by whoever comes first.
    settle(people[:1], acting=SYSTEM, source="test:1", now=world.now)
    first, again = [], []
    for group in groups:
        with counted() as captured:
            settle(group, acting=SYSTEM, source="test:1", now=world.now)
        first.append(len(statements(captured)))
    for group in groups:
        contributions_touch(contributors=group, acting=SYSTEM)
        with counted() as captured:
            done = settle(group, acting=SYSTEM, source="test:1", now=world.now)
        assert (done.examined, done.entries_posted) == (3 * len(group), 0)
        again.append(len(statements(captured)))
    assert Item.objects.count() == 3 * len(people)
    assert len(set(first)) == len(set(again)) == 1, (first, again)
    assert max(first) <= 40
    assert world.is_whole()


def test_settling_who_is_marked_takes_as_many_statements_for_a_thousand_as_for_ten(
    tmp_path: Path,
) -> None:
    world = World(tmp_path)
    found = []
    for size in (10, 100, 1_000):
        with transaction.atomic():
            populate([2] * size, at=START - DAY)
            dirty_mark_all()
            with counted() as captured:
                done = settle_dirty(acting=SYSTEM, source="test:1", now=world.now)
            assert (done.people, done.created) == (size, 2 * size)
            found.append(len(statements(captured)))
            transaction.set_rollback(True)
    assert len(set(found)) == 1, found


@pytest.fixture
def crowd(tmp_path: Path) -> tuple[World, int]:
    """100,000 settled people with three contributions each, but one of them with 10,000."""
    world = World(tmp_path, LIMITED)
    world.clock.advance(30 * DAY)
    people = populate([3] * 50_000 + [10_000] + [3] * 49_999, at=START)
    settle([people[50_000]], acting=SYSTEM, source="test:1", now=world.now)
    assert copy_settled("item") == copy_settled("entry") == 3 * 99_999
    assert copy_settled("standing") == 99_999 * Standing.objects.filter(
        contributor=people[50_000]
    ).count()  # fmt: skip
    assert copy_settled("tier") == 99_999
    if sql.is_postgres():
        sql.execute("ANALYZE")
    return world, people[50_000]


def one_more(number: int, at: int) -> Observation:
    """Return the observation of one more pull request that the busy person opened."""
    author = FIRST_PERSON + 50_000
    fold = SubjectFold(
        REPOSITORY, number, True, True, at, at, state=(at, False, None), author=(3, at, author)
    )
    repository = RepositoryFact(REPOSITORY, "acme/widgets", "acme", None, False, None, None, at)
    who = PersonFact(author, "person-50000", "User", at)
    return Observation(repository, (who,), fold, None, ())


def learn(one: Observation, now: int) -> set[int]:
    """Learn one observation; return whom it concerns."""
    people = people_observe(one.people, bot_logins=(), now=now, acting=SYSTEM)
    repositories = repositories_observe(
        [one.repository], register=Register.none(), now=now, acting=SYSTEM
    )
    return absorb([one], repositories=repositories.ids, people=people.ids).people


def test_one_contribution_more_reads_nobody_elses_rows(crowd: tuple[World, int]) -> None:
    world, busy = crowd
    with counted() as captured, rows_read() as read, transaction.atomic():
        concerned = learn(one_more(400_001, world.now - 60), world.now)
        learned = len(statements(captured))
        done = settle(concerned, acting=SYSTEM, source="delivery:1", now=world.now)
    assert (concerned, done.entries_posted) == ({busy}, 1)
    assert totals_of([busy])[busy].points == 5 * 10_001
    asked = statements(captured)
    assert len(asked) - learned <= SETTLE, "\n".join(text[:150] for text in asked[learned:])
    assert len(asked) <= FACTS_AND_SETTLE, "\n".join(text[:150] for text in asked)
    assert_nobody_elses(asked, read)


@contextmanager
def rows_read() -> Iterator[dict[str, tuple[int, int]]]:
    """Note how many rows PostgreSQL reads of each table, by walking it and through indexes."""
    read: dict[str, tuple[int, int]] = {}
    if not sql.is_postgres():
        yield read
        return
    query = "SELECT relname, seq_tup_read, COALESCE(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables"
    before = {name: counts for name, *counts in sql.fetch(query)}
    yield read
    for name, walked, fetched in sql.fetch(query):
        was = before.get(name, (0, 0))
        read[name] = (walked - was[0], fetched - was[1])


def assert_nobody_elses(asked: list[str], read: dict[str, tuple[int, int]]) -> None:
    """Hold every statement to indexes that lead to the one person's rows."""
    if sql.is_postgres():
        for table in BIG:
            walked, fetched = read.get(table, (0, 0))
            assert walked == 0, table
            # Twelve readings of one person's 10,001 rows, and not one of 100,000 people's.
            assert fetched <= 12 * 10_001, (table, fetched)
        assert read["people_contributor"][1] <= 12 * 10_001
        return
    for text in asked:
        if not re.match(r"\s*(SELECT|WITH|UPDATE|DELETE)", text):
            continue
        plan = [row[3] for row in sql.fetch("EXPLAIN QUERY PLAN " + text.replace("%", "%%"))]
        names = dict(re.findall(r"(?:FROM|JOIN) (\w+) (?:AS )?(\w)\b", text))
        aliases = {alias: table for table, alias in names.items()}
        for step in plan:
            walked = re.match(r"SCAN (\w+)", step)
            if walked is None:
                continue
            table = aliases.get(walked.group(1), walked.group(1))
            assert table not in BIG, f"{step}\n{text}"
