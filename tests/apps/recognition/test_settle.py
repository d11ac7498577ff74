"""The staircase on facts that came through the real door."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from laurels.apps.audit.actors import SYSTEM, operator
from laurels.apps.audit.models import AuditRow
from laurels.apps.contributions.models import Contribution
from laurels.apps.intake.services import import_gharchive
from laurels.apps.jobs.models import Job
from laurels.apps.people.models import Ban, Contributor
from laurels.apps.projects.register import Register
from laurels.apps.recognition import handlers
from laurels.apps.recognition.models import Certificate, CertificateRequest, TierStanding
from laurels.apps.recognition.services import (
    Settled,
    ranks_refresh,
    settle,
    settle_dirty,
)
from laurels.apps.scoring.models import DirtyMark, Item, LedgerEntry
from laurels.apps.scoring.rulebook import NoRuleset
from laurels.apps.scoring.selectors import ledger_digest, ledger_verify
from laurels.apps.scoring.services import dirty_mark, program_init
from laurels.apps.standings.models import Snapshot, Standing
from laurels.kit.clock import ManualClock
from laurels.lab.season import SeasonFiles
from tests.apps.recognition.conftest import UNTIL
from tests.apps.standings import brute

pytestmark = pytest.mark.django_db
LATER = UNTIL + 30 * 86_400


@pytest.fixture
def people(season_files: SeasonFiles) -> list[int]:
    """Import the season under `fair`, when nothing of its last week has settled."""
    bring_in(season_files.paths)
    return list(Contributor.objects.order_by("pk").values_list("pk", flat=True))


def bring_in(paths: tuple[Path, ...], *, now: int = UNTIL, preset: str = "fair") -> None:
    program_init(preset, now=0, acting=SYSTEM)
    import_gharchive(paths, register=Register.all(), clock=ManualClock(now), acting=SYSTEM)


def test_settle_when_an_import_has_ended_then_everything_agrees(people):
    assert ledger_verify().ok
    brute.check(UNTIL)
    assert not DirtyMark.objects.exists()
    assert Item.objects.filter(is_settled=False).exists()
    assert TierStanding.objects.exists()


def test_settle_when_run_again_then_nothing_is_posted(people):
    before = ledger_digest()

    again = settle(people, acting=SYSTEM, source="job:1", now=UNTIL)

    assert (again.entries_posted, again.changed, again.created) == (0, 0, 0)
    assert again.people == len(people)
    assert again.unchanged == again.examined == Item.objects.count()
    assert ledger_digest() == before


def test_settle_when_facts_vanish_then_points_boards_and_tiers_follow(people):
    busiest = Standing.objects.order_by("-points").first()
    assert busiest is not None
    person = busiest.contributor_id
    Contribution.objects.filter(contributor_id=person).update(is_withdrawn=True, revision=99)

    done = settle([person], acting=SYSTEM, source="job:1", now=UNTIL)

    assert done.entries_posted > 0
    brute.check(UNTIL)
    assert not Standing.objects.filter(contributor_id=person, is_ranked=True).exists()
    assert set(TierStanding.objects.filter(contributor_id=person).values_list("tier")) <= {("",)}
    assert ledger_verify().ok


def test_settle_when_something_settles_by_the_clock_then_the_job_posts_it(people):
    job = Job.objects.create(kind="settle.due", created_at=LATER, state="running")
    waiting = Item.objects.filter(is_settled=False, is_held=False).count()

    told = handlers.settle_due(job, LATER)

    assert told is not None
    assert told["entries_posted"] > 0 < waiting
    assert not Item.objects.filter(is_settled=False).exists()
    assert LedgerEntry.objects.filter(source=f"job:{job.pk}").exists()
    brute.check(LATER)
    assert handlers.settle_due(job, LATER) is None


def test_settle_when_tiers_were_passed_then_one_job_waits_to_make_the_certificates(people):
    settle_all_later(people)
    assert CertificateRequest.objects.filter(state="queued").exists()
    job = Job.objects.get(kind="certificates.issue")

    told = handlers.issue(job, LATER)

    assert told is not None
    assert told["issued"] == Certificate.objects.count() == CertificateRequest.objects.count()
    assert handlers.issue(job, LATER) is None


def settle_all_later(people: list[int]) -> Settled:
    DirtyMark.objects.all().delete()
    dirty_mark(people)
    return settle_dirty(acting=SYSTEM, source="job:1", now=LATER)


def test_snapshot_when_the_day_is_kept_then_its_rows_are_told(people):
    told = handlers.snapshot_daily(Job(), UNTIL)

    assert told == {"rows": Snapshot.objects.count()}
    assert told["rows"] > 0


def test_settle_when_a_person_runs_it_then_an_audit_row_tells(people):
    settle(people, acting=operator(), source="audit:test", now=UNTIL)
    dirty_mark(people[:2])
    settle_dirty(acting=operator(), source="audit:dirty", now=UNTIL)

    rows = AuditRow.objects.filter(action="points:settle").order_by("id")
    assert list(rows.values_list("subject", "after")) == [
        ("audit:test", f'{{"people":{len(people)}}}'),
        ("audit:dirty", '{"people":2}'),
    ]


@pytest.fixture
def small_groups(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Let a group be three people."""
    monkeypatch.setattr("laurels.apps.recognition.services.staircase.GROUP", 3)
    return 3


def test_settle_when_groups_are_small_then_progress_is_told_and_the_end_is_the_same(
    people, small_groups
):
    before = ledger_digest()
    told: list[tuple[int, int]] = []

    settle(
        people,
        acting=SYSTEM,
        source="job:1",
        now=UNTIL,
        progress=lambda at, of: told.append((at, of)),
    )
    assert told[-1] == (len(people), len(people))
    assert len(told) == -(-len(people) // small_groups)
    told.clear()
    dirty_mark(people)
    settle_dirty(
        acting=SYSTEM, source="job:1", now=UNTIL, progress=lambda at, of: told.append((at, of))
    )
    assert told[-1] == (len(people), len(people))
    assert ledger_digest() == before
    assert not DirtyMark.objects.exists()


def of_many(people: list[int]) -> int:
    """Return somebody with several contributions."""
    return next(
        person
        for person in people
        if Contribution.objects.filter(contributor_id=person).count() > 3
    )


def guard(person: int) -> None:
    """Make the engine refuse to take this person off a board."""
    refuse = f"WHEN (OLD.contributor_id = {person})"
    if connection.vendor == "sqlite":
        body = [
            f"CREATE TRIGGER guard BEFORE DELETE ON standings_standing {refuse}"
            " BEGIN SELECT RAISE(ABORT, 'guarded'); END"
        ]
    else:
        body = [
            "CREATE FUNCTION guard() RETURNS trigger AS $$"
            " BEGIN RAISE EXCEPTION 'guarded' USING ERRCODE = 'check_violation'; END; $$"
            " LANGUAGE plpgsql",
            "CREATE TRIGGER guard BEFORE DELETE ON standings_standing"
            f" FOR EACH ROW {refuse} EXECUTE FUNCTION guard()",
        ]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in body:
            cursor.execute(statement)


def test_settle_when_one_person_cannot_be_then_they_are_named_and_the_others_finish(people):
    bad = of_many(people)
    guard(bad)
    Contribution.objects.update(is_withdrawn=True, revision=700)
    dirty_mark(people)

    done = settle_dirty(acting=SYSTEM, source="job:1", now=UNTIL)

    ((named, reason),) = done.failed
    assert named == bad
    assert "guarded" in reason
    assert set(DirtyMark.objects.values_list("contributor_id", flat=True)) == {bad}
    assert set(Standing.objects.values_list("contributor_id", flat=True)) == {bad}
    assert ledger_verify().ok


def test_settle_when_no_person_is_at_fault_then_the_error_is_raised(people):
    Contribution.objects.update(is_withdrawn=True, revision=700)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DROP TABLE standings_pointscount")

    with pytest.raises(DatabaseError, match="standings_pointscount"):
        settle(people, acting=SYSTEM, source="job:1", now=UNTIL)


def test_settle_when_nothing_is_published_then_it_says_so():
    with pytest.raises(NoRuleset):
        settle([1], acting=SYSTEM, source="job:1", now=UNTIL)


def test_settle_when_the_callers_transaction_fails_then_nothing_of_it_stays(people):
    before = (ledger_digest(), Standing.objects.count())
    Contribution.objects.update(is_withdrawn=True, revision=700)

    with pytest.raises(RuntimeError), transaction.atomic():
        settle(people, acting=SYSTEM, source="job:1", now=UNTIL)
        assert Standing.objects.count() == 0
        raise RuntimeError("the facts could not be written")

    assert (ledger_digest(), Standing.objects.count()) == before


def test_settle_when_one_of_many_changes_then_the_statements_are_few(people):
    person = of_many(people)
    chosen = Contribution.objects.filter(contributor_id=person, kind="pr_merged").first()
    assert chosen is not None
    Contribution.objects.filter(pk=chosen.pk).update(is_withdrawn=True, revision=700)

    with CaptureQueriesContext(connection) as captured:
        done = settle([person], acting=SYSTEM, source="job:1", now=LATER)

    assert done.entries_posted > 0
    ours = [
        q["sql"]
        for q in captured.captured_queries
        if "standings_" in q["sql"] or "recognition_" in q["sql"]
    ]
    assert len(ours) <= 8, "\n".join(one[:90] for one in ours)


def test_ranks_when_a_ban_begins_and_ends_then_they_go_and_come_back(people):
    person = Standing.objects.filter(is_ranked=True).values_list("contributor_id", flat=True)[0]
    Ban.objects.create(contributor_id=person, starts_at=UNTIL, ends_at=UNTIL + 60, reason="x")
    ranked = Standing.objects.filter(contributor_id=person, is_ranked=True)
    boards = ranked.count()

    assert ranks_refresh(now=UNTIL) == boards
    assert not ranked.exists()
    brute.check(UNTIL)
    assert ranks_refresh(now=UNTIL + 60) == boards == ranked.count()
    assert ranks_refresh(now=UNTIL + 10**7) == 0


def test_settle_when_only_a_login_or_a_ban_changed_then_the_boards_follow(people):
    shown = Standing.objects.filter(is_ranked=True).order_by("pk")
    renamed, banned = list(dict.fromkeys(shown.values_list("contributor_id", flat=True)))[:2]
    Contributor.objects.filter(pk=renamed).update(login="new-name", login_key="new-name")
    Ban.objects.create(contributor_id=banned, starts_at=UNTIL, ends_at=None, reason="x")

    done = settle(people, acting=SYSTEM, source="job:1", now=UNTIL)

    assert done.entries_posted == 0
    assert Standing.objects.filter(contributor_id=renamed, login="new-name").exists()
    brute.check(UNTIL)
