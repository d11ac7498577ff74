"""Long commands while a server has the embedded database: it does the work, they tell of it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from laurels.apps.jobs.models import Job, JobState
from laurels.apps.jobs.services import run_due
from laurels.apps.recognition import handlers
from laurels.cli import errands, lock
from laurels.kit.clock import ManualClock
from tests.doors.cli.conftest import Laurels
from tests.doors.cli.test_serve import address_of, ended
from tests.plugins.installation import Installation

Meanwhile = Callable[[Callable[[], object]], None]


@pytest.fixture
def served(data_dir: Path, settings: LazySettings) -> Iterator[None]:
    """Hold the data folder as a server with one worker does, on an embedded database."""
    settings.LAURELS = settings.LAURELS.model_copy(update={"database_url": ""})
    with lock.held(data_dir) as tell:
        tell("http://127.0.0.1:8000/", 1)
        yield


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """Return what says what happens elsewhere whenever a command waits."""

    def happens(what: Callable[[], object]) -> None:
        monkeypatch.setattr(errands.time, "sleep", lambda seconds: what())

    return happens


@pytest.fixture
def works(served: None, meanwhile: Meanwhile, clock: ManualClock) -> None:
    """Do the jobs while a command waits, as the server's worker does."""
    meanwhile(lambda: run_due(clock=clock))


def asked(kind: str) -> list[Job]:
    return list(Job.objects.filter(kind=kind).order_by("id"))


def broken_like(season: Path) -> Path:
    """Write a file beside the season's that is like it but for a broken third line."""
    lines = gzip.decompress(season.read_bytes()).splitlines(keepends=True)
    path = season.parent / "2023-11-14-21.json"
    path.write_bytes(b"".join([*lines[:2], b'{"type": "Pu\n', *lines[2:]]))
    return path


def files_in(data_dir: Path) -> list[Path]:
    return list((data_dir / "requests").glob("*"))


def test_import_when_a_server_runs_then_its_job_tells_what_one_alone_tells(
    laurels: Laurels, season: Path, works: None, data_dir: Path
) -> None:
    laurels("init")
    ran = laurels("import", "gharchive", season, "--json")
    assert (ran.code, ran.err) == (0, "")
    assert (ran.json["events_read"], ran.json["merged"], ran.json["people"]) == (6, 2, 3)
    assert ran.json["failed"] == []
    (job,) = asked("import.asked")
    assert job.state == JobState.DONE
    assert json.loads(job.result)["entries_posted"] == ran.json["entries_posted"] > 0
    assert job.progress.startswith("2023-11-14-22.json.gz 0/1")
    # The row names nobody and no file; what did is gone.
    assert list(json.loads(job.arguments)) == ["request"]
    assert files_in(data_dir) == []
    assert laurels("ledger", "verify").code == 0


def test_import_when_a_server_runs_then_options_hold(
    laurels: Laurels, season: Path, works: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(season.parent)
    ran = laurels("import", "gharchive", "*.json.gz", "--org", "other", "--json")
    assert (ran.code, ran.json["events_read"], ran.json["merged"]) == (0, 6, 0)
    ran = laurels("import", "gharchive", season.name, "--until", "2023-11-14T22:25:00Z", "--json")
    assert (ran.code, ran.json["merged"]) == (0, 1)


def test_import_when_lines_are_broken_then_exit_code_3_as_when_alone(
    laurels: Laurels, season: Path, works: None
) -> None:
    broken = broken_like(season)
    ran = laurels("import", "gharchive", season, broken)
    assert ran.code == 3
    assert "2023-11-14-21.json, line 3: " in ran.err


def test_import_rest_when_a_server_runs_then_told_as_losses(
    laurels: Laurels, shared_data: Path, works: None
) -> None:
    path = shared_data / "rest" / "devlake_issues.csv"
    ran = laurels("import", "rest", "--kind", "issues", path)
    assert ran.code == 3
    assert "42 lines could not be read:" in ran.err
    assert len(asked("import.asked")) == 1


def test_import_when_the_file_is_gone_meanwhile_then_refused_in_the_servers_words(
    laurels: Laurels, season: Path, works: None, meanwhile: Meanwhile, clock: ManualClock
) -> None:
    laurels("init")

    def lose_and_work() -> None:
        season.unlink(missing_ok=True)
        run_due(clock=clock)

    meanwhile(lose_and_work)
    ran = laurels("import", "gharchive", season)
    assert (ran.code, ran.out) == (2, "")
    assert season.name in ran.err
    assert asked("import.asked")[0].state == JobState.DONE


def test_recalculate_when_a_server_runs_then_its_job_tells_what_one_alone_tells(
    program: Laurels, works: None
) -> None:
    told = program("score", "recalculate", "--json").json
    assert (told["examined"], told["unchanged"], told["failed"]) == (11, 11, [])
    one = program("score", "recalculate", "--login", "alice", "--dry-run", "--json").json
    assert 0 < one["examined"] < 11
    assert "Looked at 11 contributions" in program("score", "recalculate").out
    assert [list(json.loads(job.arguments)) for job in asked("score.asked")] == 3 * [["request"]]


def test_recalculate_when_the_work_breaks_then_exit_code_1_and_not_tried_again(
    program: Laurels, works: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: Any) -> None:
        raise ArithmeticError("the rule divides by zero")

    monkeypatch.setattr(handlers, "recalculate", broken)
    ran = program("score", "recalculate")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines()[-1] == "ArithmeticError: the rule divides by zero."
    assert [(job.state, job.attempts) for job in asked("score.asked")] == [("done", 1)]


def test_recalculate_when_the_server_ends_first_then_said_and_exit_code_1(
    program: Laurels, served: None, meanwhile: Meanwhile, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(lambda: monkeypatch.setattr(errands, "served_by", lambda folder: None))
    ran = program("score", "recalculate")
    assert (ran.code, ran.out) == (1, "")
    assert "The server ended before job " in ran.err


def test_recalculate_when_the_job_is_given_up_then_said_and_exit_code_1(
    program: Laurels, served: None, meanwhile: Meanwhile
) -> None:
    meanwhile(
        lambda: Job.objects.filter(kind="score.asked").update(state="dead", last_error="it hung")
    )
    ran = program("score", "recalculate")
    assert (ran.code, ran.out) == (1, "")
    assert "gave job" in ran.err
    assert ran.err.endswith("up: it hung.\n")


@pytest.mark.parametrize("workers", [0, None])
def test_recalculate_when_the_server_does_no_jobs_then_done_here(
    program: Laurels, data_dir: Path, workers: int | None, settings: LazySettings,
    meanwhile: Meanwhile
) -> None:  # fmt: skip
    settings.LAURELS = settings.LAURELS.model_copy(update={"database_url": ""})
    meanwhile(lambda: None)
    with lock.held(data_dir) as tell:
        if workers is not None:
            tell("http://127.0.0.1:8000/", workers)
        assert program("score", "recalculate").code == 0
    assert asked("score.asked") == []


def test_import_and_recalculate_when_a_real_server_runs_then_the_same_as_alone(
    installation: Installation, season: Path
) -> None:
    def told(*arguments: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(installation.run(*arguments, "--json").stdout)
        return found

    installation.run("init", "--ruleset", "nest")
    server = installation.start("serve", "--port", "0")
    address = address_of(server)
    imported = told("import", "gharchive", str(season))
    assert (imported["merged"], imported["people"]) == (2, 3)
    assert imported["entries_posted"] > 0
    assert told("import", "gharchive", str(season))["entries_posted"] == 0
    recalculated = told("score", "recalculate")
    assert recalculated["unchanged"] == recalculated["examined"] > 0
    ran = installation.run("import", "gharchive", str(broken_like(season)), check=False)
    assert ran.returncode == 3
    assert "2023-11-14-21.json, line 3: " in ran.stderr
    assert told("jobs", "drain", "--timeout", "30")["served"] is True
    link = told("staff", "link")["address"]
    assert link.startswith(f"{address}staff/")
    jobs = told("jobs", "list")["rows"]
    wanted = ["import.asked", "import.asked", "import.asked", "score.asked"]
    # Several processes may write PostgreSQL: there the commands work by themselves.
    assert sorted(one["kind"] for one in jobs if one["kind"].endswith(".asked")) == (
        wanted if installation.engine == "sqlite" else []
    )
    assert told("ledger", "verify")["ok"] is True
    digest = told("ledger", "digest")
    code, err = ended(server)
    assert (code, "Traceback" in err) == (0, False)
    # Alone again, nothing is left to do.
    assert told("import", "gharchive", str(season))["entries_posted"] == 0
    assert told("ledger", "digest") == digest
