from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.kit.cells import guarded


@given(st.text(min_size=1))
def test_guarded_when_a_text_could_be_a_formula_then_a_spreadsheet_reads_text(text: str) -> None:
    cell = guarded(text)
    assert cell.removeprefix("'") == text.removeprefix("'")
    assert cell[0] not in "=+-@\t\r"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@cmd", "\tx", "\rx"])
def test_guarded_when_a_spreadsheet_would_run_it_then_an_apostrophe_leads(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("cell", [-5, 0, 7, -0.5, "plain", "a=b", "", True])
def test_guarded_when_harmless_then_left_alone(cell: object) -> None:
    assert guarded(cell) == cell


def test_guarded_when_unknown_then_empty() -> None:
    assert guarded(None) == ""
