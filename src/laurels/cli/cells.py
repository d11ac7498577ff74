"""Cells of CSV files: what a spreadsheet would take for a formula is made text."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guarded(value: object) -> str:
    """Return a cell; text that begins like a formula gets a leading apostrophe, numbers stay."""
    if value is None:
        return ""
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text
