"""Commands that only look: leaderboard, explain, ledger, seasons, rulesets."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from laurels.apps.append_only import drop_triggers_sql
from laurels.apps.audit.actors import operator
from laurels.apps.people.models import Contributor
from laurels.apps.scoring.models import LedgerEntry
from laurels.apps.scoring.services import adjustment_post
from laurels.kit.clock import ManualClock
from tests.doors.cli.conftest import NOW, Laurels
from tests.fakes import archive

# By hand, under `fair`: alice merged (20) and was approved (10), and her issue was done (5);
# bob merged 302 lines (20 + 5), was approved (10) and reviewed (4); carol reviewed (4).
POINTS = {"bob": 39, "alice": 35, "carol": 4}


def test_leaderboard_when_json_is_wanted_then_rows_and_total(program: Laurels) -> None:
    ran = program("leaderboard", "--json")
    assert ran.code == 0
    assert ran.json == {
        "rows": [
            {"rank": 1, "login": "bob", "points": 39, "pending": 0, "tier": "leaf"},
            {"rank": 2, "login": "alice", "points": 35, "pending": 0, "tier": "leaf"},
            {"rank": 3, "login": "carol", "points": 4, "pending": 0, "tier": None},
        ],
        "total": 3,
    }


def test_leaderboard_when_limited_then_the_total_counts_everybody(program: Laurels) -> None:
    ran = program("leaderboard", "--limit", 1, "--json")
    assert ([row["login"] for row in ran.json["rows"]], ran.json["total"]) == (["bob"], 3)
    assert "1 of 3 people." in program("leaderboard", "--limit", 1).out
    assert program("leaderboard", "--limit", 10**9, "--json").json["total"] == 3


def test_leaderboard_when_people_read_it_then_a_table_with_labels(program: Laurels) -> None:
    out = program("leaderboard").out.splitlines()
    assert out[0] == "Program, All seasons"
    assert out[1].split() == ["rank", "login", "points", "pending", "tier"]
    assert out[3].split() == ["1", "bob", "39", "Leaf"]


@pytest.mark.parametrize(
    ("options", "title"),
    [
        (("--scope", "project:acme"), "project:acme, All seasons"),
        (("--period", "2023-11"), "Program, 2023-11"),
        (("--season", "all"), "Program, All seasons"),
    ],
)
def test_leaderboard_when_another_board_is_wanted_then_that_one(
    program: Laurels, options: tuple[str, ...], title: str
) -> None:
    assert program("leaderboard", *options).out.splitlines()[0] == title
    rows = program("leaderboard", *options, "--json").json["rows"]
    assert {row["login"]: row["points"] for row in rows} == POINTS


def test_leaderboard_when_the_month_is_another_then_nobody(program: Laurels) -> None:
    assert program("leaderboard", "--period", "2023-10", "--json").json["rows"] == []
    assert "Nobody has points here yet." in program("leaderboard", "--period", "2023-10").out


def test_leaderboard_when_two_are_equal_then_an_equals_sign(
    laurels: Laurels, tmp_path: Path
) -> None:
    laurels("init", "--ruleset", "nest")
    opened = [
        archive.pull_request_event("opened", archive.pull_request(number, user=one))
        for number, one in enumerate((archive.ALICE, archive.BOB), start=1)
    ]
    laurels("import", "gharchive", archive.write_events(tmp_path / "2023-11-14-22.json", opened))
    rows = [line.split()[:2] for line in laurels("leaderboard").out.splitlines()[3:5]]
    assert rows == [["=1", "alice"], ["=1", "bob"]]


def test_leaderboard_when_rising_then_the_gain_of_thirty_days(
    program: Laurels, clock: ManualClock
) -> None:
    clock.set(archive.NOON + 20 * 86_400)
    rows = program("leaderboard", "--period", "rising", "--json").json["rows"]
    assert [(row["login"], row["points"], row["before"]) for row in rows] == [
        ("bob", 39, 0),
        ("alice", 35, 0),
        ("carol", 4, 0),
    ]
    assert "new" in program("leaderboard", "--period", "rising").out


def test_leaderboard_when_as_of_a_day_then_what_snapshots_kept(program: Laurels) -> None:
    assert program("snapshot", "take", "--json").json["rows"] > 0
    day = "2023-12-14"
    rows = program("leaderboard", "--as-of", day, "--json").json["rows"]
    assert {row["login"]: row["points"] for row in rows} == POINTS
    assert rows[0]["pending"] is None
    assert "as of 14 December 2023" in program("leaderboard", "--as-of", day).out
    assert program("leaderboard", "--as-of", "2023-12-01", "--json").json["total"] == 0


def test_leaderboard_when_as_of_a_day_to_come_then_refused(program: Laurels) -> None:
    ran = program("leaderboard", "--as-of", "2024-01-01")
    assert (ran.code, ran.out) == (2, "")
    assert "has not come yet" in ran.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--scope", "project:nope"), "There is no project 'nope'."),
        (("--scope", "tag:nope"), "There is no tag 'nope'."),
        (("--scope", "everything"), "A scope is program, project:SLUG or tag:KEY"),
        (("--season", "2031"), "There is no season '2031'; there are: all."),
    ],
)
def test_leaderboard_when_the_board_is_unknown_then_refused(
    program: Laurels, options: tuple[str, ...], message: str
) -> None:
    ran = program("leaderboard", *options)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


def test_explain_when_json_is_wanted_then_the_agreed_keys_and_they_add_up(
    program: Laurels,
) -> None:
    told = program("explain", "bob", "--json").json
    assert (told["login"], told["points"], told["pending"], told["tier"]) == ("bob", 39, 0, "leaf")
    assert sum(item["points"] for item in told["items"]) == 39
    merge = next(item for item in told["items"] if item["kind"] == "pr_merged")
    assert merge["subject"] == "acme/widgets#3"
    assert merge["points"] == 25
    assert merge["settles_at"] is None
    assert [step["step"] for step in merge["steps"]] == ["weight", "size"]
    assert merge["sentence"].endswith("25 points.")


def test_explain_when_the_login_is_typed_otherwise_then_found(program: Laurels) -> None:
    assert program("explain", "BOB", "--json").json["login"] == "bob"


def test_explain_when_nothing_has_settled_then_pending_and_when(
    laurels: Laurels, season: Path, clock: ManualClock
) -> None:
    clock.set(archive.NOON + 86_400)
    laurels("import", "gharchive", season)
    told = laurels("explain", "alice", "--json").json
    assert (told["points"], told["pending"], told["tier"]) == (0, 35, None)
    merge = next(item for item in told["items"] if item["kind"] == "pr_merged")
    assert merge["settles_at"] == "2023-11-21T22:21:40Z"
    out = laurels("explain", "alice").out
    assert "alice: 0 points, 35 pending; tier none yet." in out
    assert "Pending: settles on 21 November 2023." in out


def test_explain_when_steps_are_wanted_then_each_has_a_line(program: Laurels) -> None:
    brief, full = program("explain", "bob").out, program("explain", "bob", "--steps").out
    assert len(full.splitlines()) > len(brief.splitlines())
    assert "Merged pull request: 20 points, +5 for 302 changed lines; 25 points." in brief


def test_explain_when_staff_adjusted_then_said(program: Laurels) -> None:
    carol = Contributor.objects.get(login="carol")
    adjustment_post(carol, -2, reason="counted twice", key="a", now=NOW, acting=operator())
    out = program("explain", "carol").out
    assert "carol: 2 points; tier none yet." in out
    assert "Adjustments by staff: −2." in out
    (line,) = program("ledger", "export", "carol", "--format", "json").json["rows"][-1:]
    assert line["sentence"] == "Adjustment by staff; the audit log has the reason."


def test_explain_when_nobody_has_the_login_then_refused(program: Laurels) -> None:
    ran = program("explain", "nobody")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "No contributor has this login.\n"


def test_digest_when_json_is_wanted_then_exactly_two_keys(program: Laurels) -> None:
    told = program("ledger", "digest", "--json").json
    assert set(told) == {"active_items", "sha256"}
    assert told["active_items"] == LedgerEntry.objects.count()
    assert told["sha256"] in program("ledger", "digest").out


def test_verify_when_the_ledger_is_whole_then_ok(program: Laurels) -> None:
    ran = program("ledger", "verify", "--json")
    assert ran.code == 0
    told = ran.json
    last = LedgerEntry.objects.last()
    assert last is not None
    assert (told["entries"], told["ok"], told["first_bad"]) == (last.pk, True, None)
    assert told["head"] == last.hash
    assert "The ledger is whole" in program("ledger", "verify").out


def test_verify_when_an_entry_was_changed_then_exit_code_1_names_it(program: Laurels) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in drop_triggers_sql("scoring_ledgerentry", connection.vendor):
            cursor.execute(statement)
        cursor.execute("UPDATE scoring_ledgerentry SET points = points + 1 WHERE id = 2")
    ran = program("ledger", "verify", "--json")
    assert ran.code == 1
    assert (ran.json["ok"], ran.json["first_bad"]) == (False, 2)
    ran = program("ledger", "verify")
    assert (ran.code, ran.out) == (1, "")
    assert "NOT whole: entry 2 is the first bad one" in ran.err


def test_export_when_csv_is_wanted_then_every_entry_with_a_running_balance(
    program: Laurels,
) -> None:
    ran = program("ledger", "export", "bob", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert ran.code == 0
    balance = 0
    for row in rows:
        balance += int(row["points"])
        assert int(row["balance"]) == balance
    assert balance == 39
    told = program("ledger", "export", "bob").json
    assert [row["sequence"] for row in told["rows"]] == [int(row["sequence"]) for row in rows]
    assert told["total"] == len(rows)


def test_export_when_an_entry_was_taken_back_then_the_reversal_says_so(
    program: Laurels, tmp_path: Path
) -> None:
    reopened = archive.issue(2, updated_at=archive.NOON + 9_000)
    program(
        "import",
        "gharchive",
        archive.write_events(
            tmp_path / "2023-11-15-1.json",
            [archive.issue_event("reopened", reopened, at=archive.NOON + 9_000)],
        ),
    )
    rows = program("ledger", "export", "alice").json["rows"]
    reversal = rows[-1]
    assert (reversal["kind"], reversal["points"]) == ("REVERSAL", -5)
    assert reversal["sentence"] == f"Takes back entry {reversal['reverses']}."
    assert (
        program("ledger", "export", "alice", "--format", "csv").out.splitlines()[-1].count(",-5,")
    )


def test_seasons_when_added_then_listed_and_their_board_counts(program: Laurels) -> None:
    ran = program("season", "add", "autumn", "--from", "2023-11-01", "--until", "2023-12-01")
    assert ran.out == "Season 'autumn' is from 1 November 2023 until the end of 30 November 2023.\n"
    told = program("season", "list", "--json").json
    assert [row["key"] for row in told["rows"]] == ["all", "autumn"]
    assert told["rows"][1] == {
        "key": "autumn",
        "label": "autumn",
        "from": "2023-11-01T00:00:00Z",
        "until": "2023-12-01T00:00:00Z",
    }
    assert "1 December 2023" in program("season", "list").out
    rows = program("leaderboard", "--season", "autumn", "--json").json["rows"]
    assert {row["login"]: row["points"] for row in rows} == POINTS


@pytest.mark.parametrize(
    ("key", "since", "until", "message"),
    [
        ("all", "2023-11-01", "2023-12-01", "There is a season 'all' already."),
        ("Autumn!", "2023-11-01", "2023-12-01", "A season key is lower-case"),
        ("x", "2023-12-01", "2023-11-01", "A season ends after it starts."),
    ],
)
def test_season_when_it_cannot_be_then_refused(
    program: Laurels, key: str, since: str, until: str, message: str
) -> None:
    ran = program("season", "add", key, "--from", since, "--until", until)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert program("season", "list", "--json").json["total"] == 1
