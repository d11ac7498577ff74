"""The pull requests behind a number, a page at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from laurels.apps.metrics.models import MetricRun
from laurels.domain.metric_names import DEFINITIONS, NINE, OSS_ISSUES, OSS_REVIEWS
from laurels.domain.metrics import SeenPull, Standing, eligibility_of, standing
from laurels.domain.percentiles import Mode
from laurels.domain.windows import Window
from laurels.kit import cursors
from laurels.kit.times import format_instant

PullsOf = Callable[[int, Window, tuple[int, int] | None, int], list[SeenPull]]
"""Whose (row), opened when, after which (created_at, id), how many: the latest first."""

ROWS = 50
ROWS_MOST = 200

_PROFILE = "The profile tells how many there are, not which: no list stands behind this number."
_AS_READ = (
    "Pull requests opened inside the window, the latest first, as last read from GitHub. What was"
    " read after the number was computed may differ from it."
)


class MetricUnknown(Exception):
    """A name is none of the nine."""

    status_code = 404
    code = "metric-unknown"


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One pull request and what it is to the number; `url` is "" where it may not be shown."""

    seen: SeenPull
    standing: Standing

    @property
    def url(self) -> str:
        """Return where it is on GitHub."""
        place = self.seen.repository
        return f"https://github.com/{place}/pull/{self.seen.number}" if place else ""


@dataclass(frozen=True, slots=True)
class EvidencePage:
    """A page; `next` is the cursor of the one after, "" on the last."""

    metric: str
    mode: Mode
    rows: tuple[EvidenceRow, ...]
    message: str
    next: str


def metric_evidence(
    run: MetricRun, metric: str, *, mode: Mode = Mode.FAIR, after: str = "", limit: int = ROWS
) -> EvidencePage:
    """Return the pull requests that a metric of a run stands on, and those left out of it.

    One statement. Raises MetricUnknown, and InvalidCursor for an `after` that is none of ours.
    """
    if metric not in NINE:
        raise MetricUnknown(f"{metric[:60]!r} is no metric; there are: {', '.join(NINE)}")
    if metric in (OSS_REVIEWS, OSS_ISSUES):
        return EvidencePage(metric, mode, (), _PROFILE, "")
    window = Window(run.window_start, run.window_end)
    pulls_of: PullsOf = settings.LAURELS_PULLS_OF
    most = min(max(limit, 1), ROWS_MOST)
    seen = pulls_of(run.contributor_id, window, _place(after), most + 1)
    rule = eligibility_of(mode)
    rows = tuple(EvidenceRow(one, standing(metric, one.pull, window, rule)) for one in seen[:most])
    last = seen[most - 1].pull if len(seen) > most else None
    following = "" if last is None else cursors.encode((last.created_at or 0, last.id))
    return EvidencePage(metric, mode, rows, _AS_READ, following)


def evidence_payload(page: EvidencePage) -> dict[str, Any]:
    """Return a page as the API tells it."""
    return {
        "metric": page.metric,
        "title": DEFINITIONS[page.metric].title,
        "mode": page.mode.value,
        "message": page.message,
        "rows": [_row(one) for one in page.rows],
        "next": page.next or None,
    }


def _row(row: EvidenceRow) -> dict[str, Any]:
    seen, pull, stands = row.seen, row.seen.pull, row.standing
    created, merged = pull.created_at, pull.merged_at
    return {
        "repository": seen.repository or None,
        "number": seen.number if seen.is_public else None,
        "title": seen.title or None,
        "url": row.url or None,
        "is_public": seen.is_public,
        "state": pull.state,
        "is_draft": pull.is_draft,
        "created_at": None if created is None else format_instant(created),
        "merged_at": None if merged is None else format_instant(merged),
        "role": stands.role.value,
        "is_assumed": stands.is_assumed,
        "message": stands.sentence,
    }


def _place(after: str) -> tuple[int, int] | None:
    if not after:
        return None
    created_at, pk = cursors.decode_numbers(after, 2)
    return created_at, pk
