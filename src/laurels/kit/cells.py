"""Cells of CSV files: what a spreadsheet would take for a formula is made text."""

from __future__ import annotations

from typing import TypeVar

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Other = TypeVar("Other")


def guarded(value: Other | None) -> Other | str:
    """Return a cell; text that begins like a formula gets a leading apostrophe.

    Numbers stay, also those below zero; None is an empty cell.
    """
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
