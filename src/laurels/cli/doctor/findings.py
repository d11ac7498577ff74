"""What a look at an installation finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

OK, WARNING, FAILED, SKIPPED = "ok", "warning", "failed", "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer; `hint` says what to do where it is not ok."""

    state: str
    detail: str
    hint: str = ""


Look = Callable[[Any], Iterable[Finding]]
"""Looks at one thing of a `House`; yields one or more findings."""


@dataclass(frozen=True, slots=True)
class Check:
    """A numbered look. One that `needs_tables` is skipped where the database is not migrated."""

    id: str
    name: str
    look: Look
    needs_tables: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """A finding with the number and name of its check."""

    id: str
    name: str
    state: str
    detail: str
    hint: str


def row(check: Check, finding: Finding) -> Row:
    """Return a finding as it is printed."""
    return Row(check.id, check.name, finding.state, finding.detail, finding.hint)


def examine(checks: Iterable[Check], here: Any, *, has_tables: bool) -> Iterator[Row]:
    """Make every look; one that raises has failed, and the next is made all the same."""
    for check in checks:
        if check.needs_tables and not has_tables:
            yield row(check, Finding(SKIPPED, "the database has no tables of this version yet"))
            continue
        try:
            found = list(check.look(here))
        except Exception as error:
            fault = f"{type(error).__name__}: {error}".splitlines()[0]
            found = [Finding(FAILED, f"could not be looked at: {fault}")]
        for finding in found:
            yield row(check, finding)
