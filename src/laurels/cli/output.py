"""What commands say: results on standard output, everything else on standard error.

Text that came from GitHub is printed as it is, without the control characters that could move a
terminal's cursor or colour it, and is never read as markup.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

_NOT_A_TERMINAL = 200
_CONTROLS = dict.fromkeys([*range(32), *range(127, 160)], " ")


def say(text: str = "") -> None:
    """Print a line of the result."""
    sys.stdout.write(_clean(text) + "\n")


def note(text: str) -> None:
    """Print a line beside the result: a hint, a warning, an error."""
    sys.stderr.write(_clean(text) + "\n")
    sys.stderr.flush()


def emit(value: dict[str, Any]) -> None:
    """Print the one object of `--json`."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def listing(rows: Sequence[dict[str, Any]], total: int | None = None) -> dict[str, Any]:
    """Return the object that every list prints; `total` counts also what was not asked for."""
    return {"rows": list(rows), "total": len(rows) if total is None else total}


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under heads; a head that ends in `>` (it is dropped) is of a column of numbers.

    In a terminal cells wrap to its width; elsewhere lines are as long as they need to be.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for head in heads:
        is_number = head.endswith(">")
        shown.add_column(
            head.rstrip(">"),
            justify="right" if is_number else "left",
            no_wrap=is_number,
            overflow="fold",
        )
    for row in rows:
        shown.add_row(*(Text(_clean(cell).replace("\n", " ")) for cell in row))
    width = None if sys.stdout.isatty() else _NOT_A_TERMINAL
    Console(file=sys.stdout, width=width, highlight=False, soft_wrap=False).print(shown)


def _clean(text: str) -> str:
    return "\n".join(line.translate(_CONTROLS) for line in text.split("\n"))
