"""The demo: a season of files, played in stages, ending where one import of them ends."""

from __future__ import annotations

import json
import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from laurels.cli.demo import season as demo_season
from laurels.cli.demo.play import stages_of
from laurels.kit.times import DAY_SECONDS, format_instant, parse_date, parse_instant
from tests.doors.cli.conftest import Laurels
from tests.fakes.archive import read_events
from tests.plugins.installation import Installation

UNTIL = parse_instant("2026-03-10T15:00:00Z")


def silent(what: str, done: int, total: int) -> None:
    """Show nothing."""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return the files of one season; tests only read them."""
    paths, until = demo_season.season_files(tmp_path_factory.mktemp("demo"), UNTIL + 1234, silent)
    assert until == UNTIL
    return paths


def test_season_when_written_then_nothing_comes_to_settle_for_days(written: list[Path]) -> None:
    begins, ends = UNTIL - 9 * DAY_SECONDS, UNTIL - 2 * DAY_SECONDS
    latest = 0
    for path in written:
        for event in read_events(path):
            at = parse_instant(event["created_at"])
            assert at <= begins or ends < at <= UNTIL
            subject = event["payload"].get("pull_request") or event["payload"].get("issue")
            if at > ends and subject is not None:
                assert parse_instant(subject["created_at"]) > ends
            latest = max(latest, at)
    assert latest > ends


def test_season_when_asked_for_again_then_the_same_files_even_after_some_were_lost(
    written: list[Path],
) -> None:
    data_dir = written[0].parents[1]
    before = {path.name: path.read_bytes() for path in written}
    later = UNTIL + 30 * DAY_SECONDS
    assert demo_season.season_files(data_dir, later, silent) == (written, UNTIL)
    for path in written:
        path.unlink()
    again, until = demo_season.season_files(data_dir, later, silent)
    assert until == UNTIL
    assert {path.name: path.read_bytes() for path in again} == before


def test_stages_when_cut_then_every_file_is_in_one_stage_after_its_day(
    written: list[Path],
) -> None:
    stages = stages_of(written, UNTIL)
    assert [path for stage in stages for path in stage.paths] == written
    assert [stage.at for stage in stages] == sorted({stage.at for stage in stages})
    assert stages[-1].at == UNTIL
    for stage in stages[:-1]:
        assert stage.at % DAY_SECONDS == 0
        assert all(parse_date(path.name[:10]) + DAY_SECONDS <= stage.at for path in stage.paths)
    lengths = {b.at - a.at for a, b in pairwise(stages[:-1])}
    assert lengths == {DAY_SECONDS, 7 * DAY_SECONDS}


def digest_of(installation: Installation) -> str:
    told = json.loads(installation.run("ledger", "digest", "--json").stdout)
    return str(told["sha256"])


def demo(installation: Installation, folder: Path, *options: str) -> Any:
    ran = installation.run("demo", "--no-serve", "--json", "--data-dir", str(folder), *options)
    return json.loads(ran.stdout)


def test_demo_when_played_then_equals_one_import_of_its_files_into_a_fresh_folder(
    installation: Installation, tmp_path: Path
) -> None:
    folder = tmp_path / "demo"
    told = demo(installation, folder)
    assert told["certificates_issued"] > 20
    assert told["snapshots"] > 20
    assert told["signed_in"] > 30
    # The demo lives in SQLite; the fresh installation on the engine of this run.
    installation.run("import", "gharchive", told["folder"])
    assert digest_of(installation) == told["digest"]

    again = demo(installation, folder)
    assert (again["entries_posted"], again["certificates_issued"], again["signed_in"]) == (0, 0, 0)
    assert again["digest"] == told["digest"]

    elsewhere = {"LAURELS_DATABASE_URL": "", "LAURELS_REDIS_URL": ""}
    own = {"LAURELS_DATA_DIR": str(folder)} | elsewhere
    assert json.loads(installation.run("doctor", "--json", environ=own).stdout)["ok"] is True
    rows = json.loads(installation.run("leaderboard", "--json", environ=own).stdout)["rows"]
    assert len(rows) == 20
    assert any(row["pending"] for row in rows)
    metrics = measured(installation, rows[0]["login"], own)
    assert metrics["metrics_baseline_id"] == "demo-population"
    assert metrics["coverage"]["days"] == 1_096
    assert metrics["metrics"]["total_opened_prs"]["percentile"] is not None
    assert all("invented" in one["note"] for one in metrics["metrics"].values())
    month_ago = format_instant(parse_instant(_about(folder)) - 30 * DAY_SECONDS)[:10]
    past = installation.run("leaderboard", "--as-of", month_ago, "--json", environ=own).stdout
    assert 0 < json.loads(past)["rows"][0]["points"] < rows[0]["points"]


def measured(installation: Installation, login: str, environ: dict[str, str]) -> Any:
    told = installation.run("metrics", "show", login, "--json", environ=environ)
    return json.loads(told.stdout)


def _about(folder: Path) -> str:
    text = (folder / "demo-season" / "about.txt").read_text(encoding="utf-8")
    return text.split()[-1]


def test_demo_when_the_folder_holds_a_real_program_then_refused(
    laurels: Laurels, season: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAURELS_DATA_DIR", str(data_dir))
    laurels("import", "gharchive", season)
    before = laurels("ledger", "digest").out
    ran = laurels("demo", "--no-serve")
    assert (ran.code, ran.out) == (2, "")
    assert f"{data_dir} holds a program that is no demo" in ran.err
    assert list(data_dir.iterdir()) == []
    assert laurels("ledger", "digest").out == before
    assert os.environ["LAURELS_DATA_DIR"] == str(data_dir)
