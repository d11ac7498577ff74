"""No file over 500 lines: a longer one hides a decision."""

from __future__ import annotations

from tests.meta.files import shown, tracked

MOST_LINES = 500


def too_long(text: str) -> bool:
    return text.count("\n") > MOST_LINES


def test_python_files_when_counted_then_none_is_too_long() -> None:
    found = [
        shown(path)
        for path in tracked(".py")
        if "migrations" not in path.parts and too_long(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_too_long_when_one_line_over_then_found() -> None:
    assert too_long("x\n" * 501)
    assert not too_long("x\n" * 500)
