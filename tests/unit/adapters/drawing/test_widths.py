from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.adapters.drawing.widths import fitted, is_measured, width, wrapped


@pytest.mark.parametrize(
    ("said", "thousandths"),
    [("", 0), ("A", 684), ("Á", 684), ("Ill", 851), ("·", 318), ("李", 1000), ("e\u0301", 615)],
)
def test_width_when_measured_then_by_the_table(said: str, thousandths: int) -> None:
    assert width(said, 1000) == thousandths


def test_width_when_bold_then_wider() -> None:
    assert width("Harbour", 11, is_bold=True) > width("Harbour", 11)


def test_measured_when_a_script_is_in_no_table_then_not() -> None:
    assert is_measured("Zoë · 988 points")
    assert not is_measured("Zoë 李")
    assert not is_measured("Ёлка 👩")


@given(said=st.text(max_size=60), room=st.floats(20, 400))
def test_fitted_when_asked_then_within_the_room(said: str, room: float) -> None:
    shown, size = fitted(said, 20, room, 8)
    assert width(shown, size) <= room + 1e-9 or shown == "…"
    assert 8 <= size <= 20
    if not shown.endswith("…"):
        assert shown == said


@given(said=st.text("ab W李", max_size=80), room=st.floats(30, 200))
def test_wrapped_when_asked_then_no_line_is_wider_and_no_letter_is_lost(
    said: str, room: float
) -> None:
    lines = wrapped(said, 20, room)
    assert all(width(line, 20) <= room for line in lines)
    assert "".join(lines).replace(" ", "") == said.replace(" ", "")
