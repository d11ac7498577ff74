"""The doctor finds what is wrong, each thing by its number."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection

from laurels.apps.append_only import drop_triggers_sql
from laurels.apps.audit.actors import SYSTEM
from laurels.apps.jobs.models import Job, JobState
from laurels.apps.jobs.services import enqueue
from laurels.apps.people.models import Tombstone
from laurels.apps.recognition.models import CertificateRequest
from laurels.apps.scoring.models import ChainHead
from laurels.apps.scoring.services import dirty_mark_all
from laurels.apps.standings.models import PointsCount
from laurels.cli import lock, schema
from laurels.cli.doctor import engine
from laurels.kit.clock import ManualClock
from tests import redis
from tests.doors.cli.conftest import NOW, Laurels
from tests.plugins.installation import Installation


@pytest.fixture(autouse=True)
def grounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the test's clock and its database in memory pass for what operators have."""
    monkeypatch.setattr(engine, "FIRST_YEAR", 0)
    monkeypatch.setattr(engine, "SQLITE_WANTED", {"foreign_keys": 1, "secure_delete": 1})
    monkeypatch.setattr(engine, "_weak_commits", lambda: ())


def found(laurels: Laurels, check: str) -> dict[str, Any]:
    """Return the one finding of a check."""
    (row,) = [row for row in laurels("doctor", "--json").json["checks"] if row["id"] == check]
    return dict(row)


# In distributed mode doctor says that no worker and no beat is there, and none is beside a test.
NOBODY_WORKS = ["D19", "D19"] if redis.is_wanted() else []


def test_doctor_when_all_is_well_then_said(program: Laurels) -> None:
    ran = program("doctor", "--json")
    assert ran.code == 0
    assert (ran.json["ok"], ran.json["failed"]) == (True, 0)
    told = [row["id"] for row in ran.json["checks"] if row["state"] != "ok"]
    assert told == NOBODY_WORKS
    ids = dict.fromkeys(row["id"] for row in ran.json["checks"])
    assert list(ids) == [f"D{n:02}" for n in range(1, 25)]
    ends = "2 things to look at.\n" if NOBODY_WORKS else "\nAll is well.\n"
    assert program("doctor").out.endswith(ends)


def test_doctor_when_no_program_is_here_then_a_warning_that_says_what_helps(
    laurels: Laurels,
) -> None:
    row = found(laurels, "D09")
    assert (row["state"], row["hint"]) == ("warning", "Run `laurels init`.")
    things = "3 things" if NOBODY_WORKS else "1 thing"
    assert f"Nothing has failed; {things} to look at." in laurels("doctor").out


def drop_a_trigger() -> None:
    statement = drop_triggers_sql("audit_auditrow", connection.vendor)[0]
    with connection.cursor() as cursor:
        cursor.execute(statement)


def break_the_audit_chain() -> None:
    with connection.cursor() as cursor:
        for statement in drop_triggers_sql("audit_auditrow", connection.vendor):
            cursor.execute(statement)
        cursor.execute("UPDATE audit_auditrow SET actor = 'nobody' WHERE id = 2")


def cut_the_ledger() -> None:
    ChainHead.objects.update(sequence=99)


def let_a_certificate_fail() -> None:
    CertificateRequest.objects.update(attempts=3, last_error="the line is down")


def miscount_a_board() -> None:
    first = PointsCount.objects.order_by("id").first()
    assert first is not None
    PointsCount.objects.filter(pk=first.pk).update(people=first.people + 1)


def erase_somebody_and_lose_the_key() -> None:
    Tombstone.objects.create(github_id_hash="0" * 64, erased_at=NOW)


@pytest.mark.parametrize(
    ("harm", "check", "detail"),
    [
        (drop_a_trigger, "D07", "1 trigger missing, the first is audit_auditrow_no_update"),
        (break_the_audit_chain, "D11", "row 2 is the first bad one"),
        (cut_the_ledger, "D10", "the head names entry 99"),
        (let_a_certificate_fail, "D15", "2 certificates cannot be made: the line is down"),
        (miscount_a_board, "D16", "1 count is wrong; the first is of board"),
        (erase_somebody_and_lose_the_key, "D12", "the key tombstone.key is missing"),
    ],
)
def test_doctor_when_something_is_broken_then_failed_with_exit_code_1(
    program: Laurels, harm: Callable[[], None], check: str, detail: str
) -> None:
    harm()
    row = found(program, check)
    assert row["state"] == "failed"
    assert detail in row["detail"]
    ran = program("doctor")
    assert ran.code == 1
    assert f"{check}  FAILED" in ran.out
    assert "failed.\n" in ran.out


def test_doctor_when_the_clock_went_back_then_failed(program: Laurels, clock: ManualClock) -> None:
    clock.set(NOW - 86_400)
    row = found(program, "D08")
    assert row["state"] == "failed"
    assert "the ledger goes to 14 December 2023" in row["detail"]


def test_doctor_when_people_wait_then_a_warning_unless_a_server_runs(
    program: Laurels, data_dir: Path
) -> None:
    dirty_mark_all()
    row = found(program, "D13")
    assert (row["state"], row["detail"]) == ("warning", "3 people wait to be settled")
    with lock.held(data_dir):
        assert found(program, "D13")["state"] == "ok"


def test_doctor_when_jobs_do_not_end_then_each_way_is_told(program: Laurels) -> None:
    jobs = [enqueue("jobs.purge", {}, now=NOW, acting=SYSTEM) for _ in range(3)]
    ids = [job.pk for job in jobs if job is not None]
    Job.objects.filter(pk=ids[0]).update(state=JobState.DEAD)
    Job.objects.filter(pk=ids[1]).update(state=JobState.RUNNING, lease_until=NOW - 1)
    Job.objects.filter(pk=ids[2]).update(run_after=NOW - 9_999, created_at=NOW - 9_999)
    Job.objects.exclude(pk__in=ids).delete()
    rows = [row for row in program("doctor", "--json").json["checks"] if row["id"] == "D14"]
    assert [row["detail"] for row in rows] == [
        "1 job gave up",
        "1 job abandoned",
        "1 job late by more than an hour",
    ]
    assert program("doctor").code == 0


def test_doctor_when_a_look_raises_then_that_check_has_failed_and_the_others_go_on(
    program: Laurels, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(path: object) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(engine.shutil, "disk_usage", broken)
    row = found(program, "D03")
    assert (row["state"], row["detail"]) == (
        "failed",
        "could not be looked at: OSError: the disk is gone",
    )
    assert found(program, "D15")["state"] == "ok"


def test_doctor_when_migrations_are_missing_or_of_a_later_version_then_failed(
    program: Laurels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "from_later", lambda: ["scoring.0099_later"])
    assert "later version (scoring.0099_later)" in found(program, "D05")["detail"]
    monkeypatch.setattr(schema, "pending", lambda: ["scoring.0099_later"])
    row = found(program, "D05")
    assert (row["state"], row["hint"]) == ("failed", "Run `laurels migrate`.")
    assert found(program, "D10")["state"] == "skipped"


def test_doctor_when_a_check_of_the_settings_fails_then_told(
    program: Laurels, settings: LazySettings
) -> None:
    settings.LAURELS = settings.LAURELS.model_copy(update={"certificate_provider": "nowhere"})
    row = found(program, "D02")
    assert row["state"] == "failed"
    assert "laurels.E001" in row["detail"]


def test_doctor_when_settings_are_wrong_then_each_is_named(installation: Installation) -> None:
    ran = installation.run(
        "doctor", check=False, environ={"LAURELS_PORT": "x", "LAURELS_PUBLIC_URL": "nowhere"}
    )
    assert ran.returncode == 1
    assert "D01  FAILED  environment: LAURELS_PORT" in ran.stdout
    assert "D01  FAILED  environment: LAURELS_PUBLIC_URL" in ran.stdout
    assert "2 checks failed." in ran.stdout


def test_doctor_when_really_installed_then_the_engine_promises_what_it_must(
    installation: Installation,
) -> None:
    before = installation.run("doctor")
    assert "Run `laurels init`." in before.stdout
    installation.run("init")
    after = installation.run("doctor", check=False)
    assert "D06" in after.stdout
    if installation.engine == "sqlite":
        assert after.returncode == 0
        assert "D06  ok      durability: WAL, synchronous FULL" in after.stdout
    else:
        # The server of the tests does not wait for the disk, and the doctor says so.
        assert after.returncode == 1
        assert "D06  FAILED  durability: synchronous_commit is off" in after.stdout
