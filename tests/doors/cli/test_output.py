"""How results are written: words, tables, cells, and errors of the database."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db.utils import IntegrityError, OperationalError, ProgrammingError

from laurels import cli
from laurels.cli import faults, house, lock, output, progress, words
from laurels.kit.times import parse_instant

AT = parse_instant("2026-05-14T09:05:59Z")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (words.number(1234567), "1,234,567"),
        (words.number(-20), "−20"),
        (words.count(1, "entry", "entries"), "1 entry"),
        (words.count(1204, "entry", "entries"), "1,204 entries"),
        (words.count(0, "job"), "0 jobs"),
        (words.day(AT), "14 May 2026"),
        (words.day(None), "–"),
        (words.moment(AT), "14 May 2026, 09:05 UTC"),
        (words.moment(None), "–"),
        (words.machine(AT), "2026-05-14T09:05:59Z"),
        (words.machine(None), None),
    ],
)
def test_words_when_written_then_as_people_read_them(written: object, expected: object) -> None:
    assert written == expected


def test_read_moment_when_a_day_or_an_instant_then_read() -> None:
    assert words.read_moment("2026-05-14") == AT // 86_400 * 86_400
    assert words.read_moment("2026-05-14T11:05:59+02:00") == AT


def test_table_when_cells_hold_markup_or_controls_then_printed_as_text(
    capsys: pytest.CaptureFixture[str],
) -> None:
    output.table(("login", "points>"), [("[red]x[/red]\x1b[2J\n", "1"), ("a" * 120, "1,000")])
    out = capsys.readouterr().out
    assert "[red]x[/red] [2J" in out
    assert "\x1b" not in out
    assert "a" * 120 in out
    assert [line.split()[-1] for line in out.splitlines()[2:]] == ["1", "1,000"]


def test_say_when_text_holds_controls_then_without_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    output.say("a\x1b[31mb\nc\x9bd")
    output.note("e\x07f")
    assert capsys.readouterr() == ("a [31mb\nc d\n", "e f\n")


def test_progress_when_nobody_watches_then_silent(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.shown() as show:
        show("reading", 1, 2)
    assert capsys.readouterr() == ("", "")


def test_progress_when_somebody_watches_then_on_standard_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    with progress.shown() as show:
        show("reading [a]", 1, 2)
    out, err = capsys.readouterr()
    assert out == ""
    assert "reading [a]" in err


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (OperationalError("database is locked"), 1, "Another process has been writing"),
        (OperationalError("no such table: x"), 2, "run `laurels migrate`"),
        (ProgrammingError('relation "x" does not exist\nLINE 1'), 2, "run `laurels migrate`"),
        (OperationalError("connection refused\nmore"), 1, "connection refused. `laurels doctor`"),
    ],
)
def test_report_when_the_database_cannot_then_one_line_and_a_code(
    capsys: pytest.CaptureFixture[str], error: Exception, code: int, message: str
) -> None:
    assert faults.report(error) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert message in err


@pytest.mark.parametrize("error", [IntegrityError("twice"), ZeroDivisionError("ours")])
def test_report_when_the_fault_is_ours_then_left_to_be_raised(
    capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    assert faults.report(error) is None
    assert capsys.readouterr() == ("", "")


def test_report_when_a_fault_is_of_the_servers_kind_then_failed_not_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    class KeyGone(Exception):
        status_code, code = 500, "key_gone"

    assert faults.report(KeyGone()) == 1
    assert capsys.readouterr().err == "KeyGone.\n"


def test_main_when_a_fault_is_ours_then_raised() -> None:
    def broken(**_: bool) -> None:
        raise ZeroDivisionError("ours")

    with pytest.raises(ZeroDivisionError):
        cli.main(broken, ["ledger", "digest"])


def test_start_when_nobody_said_how_then_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house, "_setup", None)
    with pytest.raises(RuntimeError, match="how to start Django"):
        house.start()


def test_lock_when_held_then_nobody_else_gets_it_and_afterwards_they_do(tmp_path: Path) -> None:
    assert not lock.is_held(tmp_path)
    with lock.held(tmp_path):
        assert lock.is_held(tmp_path)
        with pytest.raises(lock.AlreadyServed, match="already serves"), lock.held(tmp_path):
            pass
    assert not lock.is_held(tmp_path)
    with lock.held(tmp_path):
        assert lock.is_held(tmp_path)
