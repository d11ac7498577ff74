"""Help, versions, wrong words: told from the table of verbs, without Django."""

from __future__ import annotations

import subprocess
import sys

import pytest

from laurels.cli.app import VERBS
from tests.doors.cli.conftest import Laurels

IMPORTED = """
import sys
from laurels import cli
code = cli.main(lambda **_: None, ["--help"])
print([name for name in ("django", "rich", "pydantic", "msgspec") if name in sys.modules])
sys.exit(code)
"""


def test_help_when_asked_then_neither_django_nor_rich_is_imported() -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_when_asked_then_every_verb_is_listed(outside: Laurels) -> None:
    ran = outside("--help")
    assert ran.code == 0
    for name, verb in VERBS.items():
        assert f"  {name} " in ran.out
        assert verb.help in ran.out


def test_laurels_when_called_alone_then_prints_the_help(outside: Laurels) -> None:
    assert outside() == outside("--help")


def test_version_when_asked_then_printed(outside: Laurels) -> None:
    ran = outside("--version")
    assert (ran.code, ran.out.split()[0]) == (0, "laurels")


@pytest.mark.parametrize("verb", VERBS)
def test_verb_when_asked_for_help_then_told_without_django(outside: Laurels, verb: str) -> None:
    ran = outside(verb, "--help")
    assert ran.code == 0
    assert ran.out.startswith(f"Usage: laurels {verb}")
    assert ran.err == ""


def test_verb_when_misspelt_then_refused_with_a_suggestion(outside: Laurels) -> None:
    ran = outside("leaderbord")
    assert ran.code == 2
    assert ran.out == ""
    assert "Did you mean 'leaderboard'" in ran.err


def test_option_when_unknown_then_refused(outside: Laurels) -> None:
    ran = outside("ledger", "digest", "--yaml")
    assert (ran.code, ran.out) == (2, "")
    assert "No such option: --yaml" in ran.err


def test_every_verb_when_listed_by_its_group_then_its_line_is_whole(outside: Laurels) -> None:
    groups = ("import", "season", "ruleset", "score", "ledger", "certificate", "jobs")
    lines = [line for name in groups for line in outside(name, "--help").out.splitlines()]
    assert [line for line in lines if line.endswith("...")] == [
        f"Usage: laurels {name} [OPTIONS] COMMAND [ARGS]..." for name in groups
    ]
