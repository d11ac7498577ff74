"""Figures as people read them."""

from __future__ import annotations

import pytest

from benchmarks.harness import LIMIT, OURS, Contender, Path, faster
from benchmarks.report import machine, ratio, seconds, table


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (123.4, "123 s"),
        (12.34, "12.3 s"),
        (1.0, "1.00 s"),
        (0.0456, "45.6 ms"),
        (0.000147, "147 µs"),
        (0.0000005, "0.50 µs"),
    ],
)
def test_seconds_when_written_then_three_digits_and_a_unit(value: float, text: str) -> None:
    assert seconds(value) == text


def test_ratio_when_written_then_three_digits() -> None:
    assert [ratio(value) for value in (0.851, 12.34, 1234.5)] == ["0.85", "12.3", "1234"]


def test_table_when_written_then_input_checksums_and_targets_are_there() -> None:
    contenders = [
        Contender(name, {"read": lambda: None}, lambda _: {"events": "ab" * 32})
        for name in (OURS, LIMIT)
    ]
    path = Path("reading", "none", "9 events", "cd" * 32, contenders, [faster("read", 1e9, LIMIT)])
    path.notes.append("said plainly")
    text = table(path.measure(1).as_json(is_judged=True))
    assert "cd" * 32 in text
    assert text.count("events " + "ab" * 8) == 2
    assert "MISSED" in text
    assert "said plainly" in text


def test_machine_when_described_then_nothing_names_it() -> None:
    about = machine()
    assert about["cores"] >= 1
    assert not {"host", "hostname", "node"} & about.keys()
