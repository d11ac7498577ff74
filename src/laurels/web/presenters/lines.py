"""Points line by line: each contribution with its sentence, its steps and its dates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from laurels.apps.scoring.selectors.pages import Line
from laurels.domain.phrases import Row, step_rows
from laurels.web.presenters import words
from laurels.web.presenters.places import issue_on_github, pull_on_github

VERBS = {
    "pr_opened": "Opened",
    "pr_approved": "Approved",
    "pr_merged": "Merged",
    "issue_opened": "Opened",
    "issue_completed": "Closed as completed",
    "review_submitted": "Submitted",
}


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of somebody's page; `balance` is None where a running sum would mislead."""

    line: Line
    state: str
    dates: str
    rules: str
    rows: tuple[Row, ...]
    balance: int | None = None

    @property
    def subject(self) -> str:
        """Return owner/repository#number, or words where the repository is private."""
        if not self.line.repository:
            return "private repository"
        return f"{self.line.repository}#{self.line.number}"

    @property
    def address(self) -> str:
        """Return where it is on GitHub; empty where that is private."""
        if not self.line.repository:
            return ""
        is_issue = self.line.kind.startswith("issue")
        place = issue_on_github if is_issue else pull_on_github
        return place(self.line.repository, self.line.number)


def line_view(line: Line, *, has_hours: bool, balance: int | None = None) -> LineView:
    """Present a line; of people who never signed in days are shown, not hours."""
    when = words.moment if has_hours else words.day
    dates = [f"{VERBS[line.kind]} {when(line.occurred_at)}."]
    state = "settled"
    if line.is_held:
        state = "held"
        dates.append("Waits until a person has looked.")
    elif line.settles_at is not None and line.points:
        state = "pending"
        dates.append(f"Settles {words.day(line.settles_at)}.")
    elif line.settled_at is not None and line.points:
        dates.append(f"Settled {words.day(line.settled_at)}.")
    elif not line.points:
        state = "nothing"
    rules = f"Rules: {line.rules}, version {line.version}"
    if line.opened_at is not None:
        rules += f", in force when the work was opened on {words.day(line.opened_at)}"
    return LineView(line, state, " ".join(dates), f"{rules}.", step_rows(line.steps), balance)


def with_balance(lines: Iterable[Line], total: int, *, has_hours: bool) -> list[LineView]:
    """Present settled lines, newest first, each with the sum of all lines up to it."""
    views = []
    for line in lines:
        is_posted = not line.is_held
        views.append(line_view(line, has_hours=has_hours, balance=total if is_posted else None))
        total -= line.points if is_posted else 0
    return views


@dataclass(frozen=True, slots=True)
class Tab:
    """A filter of the lines."""

    label: str
    count: int
    query: str
    is_current: bool


def tabs(pending: int, settled: int, nothing: int, chosen: str) -> list[Tab]:
    """Return the filters of the lines with their counts."""
    rows = (
        ("all", "All", pending + settled + nothing),
        ("pending", "Pending", pending),
        ("settled", "Settled", settled),
        ("nothing", "Earned nothing", nothing),
    )
    return [
        Tab(label, count, f"?show={key}" if key != "all" else "", key == chosen)
        for key, label, count in rows
    ]
