"""Serving, in processes of its own: what is promised before the address is printed, and after."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from laurels.kit.times import DAY_SECONDS, format_instant
from tests.fakes import archive
from tests.plugins.installation import Installation

PATIENCE_SECONDS = 60
"""How long a test waits for what must come; none depends on how fast it comes."""

# A server whose clock stands where its standard input says.
CLOCKED = """
import sys, threading
from laurels import cli
from laurels.config import boot, wiring
from laurels.kit.clock import ManualClock
clock = ManualClock(int(sys.stdin.readline()))
wiring.clock = lambda: clock
def listen():
    for line in sys.stdin:
        clock.set(int(line))
threading.Thread(target=listen, daemon=True).start()
sys.exit(cli.main(boot.setup, ["serve", "--port", "0"]))
"""
CLOCKED_COMMAND = """
import sys
from laurels import cli
from laurels.config import boot, wiring
from laurels.kit.clock import ManualClock
wiring.clock = lambda: ManualClock({now})
sys.exit(cli.main(boot.setup, {arguments!r}))
"""


def address_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    match = re.search(r"Laurels serves (http://\S+)", line)
    if match is None:
        process.kill()
        raise AssertionError(f"{line!r}, {process.communicate()}")
    return match.group(1)


def status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE_SECONDS) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def ended(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> tuple[int, str]:
    process.send_signal(number)
    _, err = process.communicate(timeout=PATIENCE_SECONDS)
    return process.returncode, err


def until(condition: Callable[[], bool]) -> None:
    for _ in range(PATIENCE_SECONDS * 10):
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come")


def at(installation: Installation, now: int, *arguments: str) -> int:
    """Run a command whose clock stands at `now`; return its exit code."""
    code = CLOCKED_COMMAND.format(now=now, arguments=list(arguments))
    process = installation.launch([sys.executable, "-c", code])
    process.communicate(timeout=PATIENCE_SECONDS)
    return process.returncode


@pytest.fixture
def served(installation: Installation) -> subprocess.Popen[str]:
    return installation.start("serve", "--port", "0")


def test_serve_when_the_folder_is_new_then_migrates_answers_and_ends_in_order(
    installation: Installation,
) -> None:
    process = installation.start("serve", "--port", "0")
    address = address_of(process)
    assert status(f"{address}readyz") == 200
    assert status(address) == 200
    code, err = ended(process)
    assert code == 0
    assert "Preparing the database for this version." in err
    assert "No program is here yet: `laurels init` begins one." in err
    assert "Traceback" not in err


def test_serve_when_the_folder_is_served_already_then_refused(
    installation: Installation, served: subprocess.Popen[str]
) -> None:
    address_of(served)
    second = installation.run("serve", "--port", "0", check=False)
    assert (second.returncode, second.stdout) == (2, "")
    assert f"Another process (number {served.pid}) already serves" in second.stderr
    assert ended(served, signal.SIGINT)[0] == 0
    third = installation.start("serve", "--port", "0")
    assert status(f"{address_of(third)}livez") == 200


def test_serve_when_the_port_is_taken_then_refused_naming_it(
    installation: Installation, served: subprocess.Popen[str], tmp_path: Path
) -> None:
    port = address_of(served).rstrip("/").rpartition(":")[2]
    elsewhere = {"LAURELS_DATA_DIR": str(tmp_path / "other")}
    second = installation.run("serve", "--port", port, check=False, environ=elsewhere)
    assert (second.returncode, second.stdout) == (2, "")
    assert f"Cannot listen on 127.0.0.1 port {port}" in second.stderr
    assert "LAURELS_PORT" in second.stderr


def test_serve_when_an_import_was_interrupted_then_settles_what_it_left(
    installation: Installation, tmp_path: Path
) -> None:
    merged = archive.pull_request(1, merged_at=archive.NOON)
    path = archive.write_events(
        tmp_path / "2023-11-14-22.json", [archive.pull_request_event("opened", merged)]
    )
    installation.run("init", "--ruleset", "nest")
    installation.run("import", "gharchive", str(path))
    installation.python(
        "from laurels.apps.scoring.services import dirty_mark_all; dirty_mark_all()"
    )
    process = installation.start("serve", "--port", "0", environ={"LAURELS_WORKER_THREADS": "0"})
    address_of(process)
    doctor = json.loads(installation.run("doctor", "--json", check=False).stdout)
    (row,) = [row for row in doctor["checks"] if row["id"] == "D13"]
    assert row["detail"] == "nobody waits"
    code, err = ended(process)
    assert code == 0
    assert "Settled 1 person that an interrupted command had left." in err


def test_serve_when_a_hold_of_seven_days_is_over_then_posts_by_itself_and_not_before(
    installation: Installation, season: Path
) -> None:
    # The season's last merge was at NOON + 900 seconds.
    begin, day = archive.NOON + 900, DAY_SECONDS
    assert at(installation, begin, "import", "gharchive", str(season)) == 0
    process = installation.launch([sys.executable, "-c", CLOCKED], stdin=subprocess.PIPE, bufsize=1)
    assert process.stdin is not None

    def tick(now: int) -> None:
        process.stdin.write(f"{now}\n")  # type: ignore[union-attr]

    def settled_after(now: int) -> bool:
        """Whether the scheduler has been at work since the clock was set."""
        jobs = json.loads(installation.run("jobs", "list", "--json").stdout)["rows"]
        done = [one for one in jobs if one["kind"] == "settle.due" and one["state"] == "done"]
        return any(one["finished_at"] >= format_instant(now) for one in done)

    def points() -> dict[str, int]:
        rows = json.loads(installation.run("leaderboard", "--json").stdout)["rows"]
        return {row["login"]: row["points"] for row in rows}

    tick(begin)
    address = address_of(process)
    tick(begin + 6 * day)
    until(lambda: settled_after(begin + 6 * day))
    assert points() == {}
    tick(begin + 7 * day)
    until(lambda: points() == {"bob": 39, "alice": 35, "carol": 4})
    assert status(f"{address}readyz") == 200
    assert json.loads(installation.run("ledger", "verify", "--json").stdout)["ok"] is True
    assert ended(process)[0] == 0


def test_commands_when_nothing_is_here_then_refused_and_nothing_is_made(
    installation: Installation,
) -> None:
    for command in (["leaderboard"], ["ledger", "verify", "--json"]):
        ran = installation.run(*command, check=False)
        assert (ran.returncode, ran.stdout) == (2, "")
        assert ran.stderr == "There is no installation here yet; run `laurels init` first.\n"
    assert not installation.database_file.exists()


def test_init_when_the_preset_is_unknown_then_no_folder_is_made(
    installation: Installation,
) -> None:
    assert installation.run("init", "--ruleset", "x", check=False).returncode == 2
    assert not installation.folder.exists()


def test_import_when_a_file_is_refused_then_no_folder_is_made(installation: Installation) -> None:
    assert installation.run("import", "gharchive", "no.json", check=False).returncode == 2
    assert not installation.folder.exists()


def test_settings_when_wrong_then_exit_code_2_names_every_one(installation: Installation) -> None:
    wrong = {"LAURELS_PORT": "x", "LAURELS_LOG_LEVEL": "loud"}
    ran = installation.run("leaderboard", check=False, environ=wrong)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "LAURELS_PORT" in ran.stderr
    assert "LAURELS_LOG_LEVEL" in ran.stderr


def test_migrate_when_done_again_then_nothing_changes(installation: Installation) -> None:
    first = json.loads(installation.run("migrate", "--json").stdout)
    assert first["applied"] > 10
    assert installation.run("migrate").stdout == "The database was up to date.\n"
    assert json.loads(installation.run("init", "--json").stdout)["ruleset"] == "fair"


def test_migrate_when_the_database_is_older_then_others_are_refused_until_it_ran(
    installation: Installation,
) -> None:
    installation.run("init")
    installation.django("migrate", "standings", "zero")
    ran = installation.run("leaderboard", check=False)
    assert ran.returncode == 2
    assert "run `laurels migrate`" in ran.stderr
    assert installation.run("migrate").stdout.startswith("The database is up to date: ")
    assert installation.run("leaderboard").returncode == 0


def test_leaderboard_when_the_reader_closes_the_pipe_then_no_traceback(
    installation: Installation,
) -> None:
    installation.run("init")
    process = installation.start("ruleset", "show", "fair")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert "Traceback" not in process.stderr.read()
