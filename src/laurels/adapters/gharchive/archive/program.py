"""From flat rows of events to counted people: one program of dataframe expressions.

Written once; every engine runs or compiles the same expressions. Three tables, each made of the one
before:

1. *Facts* by day: a pull request's (keyed by repository id and number) are least and greatest
   values, so they may be grouped again and again, in any order, and counted twice without harm; a
   person's are counts of one day, each event counted once by its id.
2. *People* of a window: a pull request belongs to it when it was created in the window and somebody
   commented on it or reviewed it; its author when one of theirs does.
3. *Counts of people* by value of each metric, in whole numbers and pairs of them: a histogram.

Only whole numbers are computed. Source of the definitions: spec/metrics.md §1 and §3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import ibis
from ibis import _

from laurels.adapters.gharchive.archive.rows import (
    COMMENT,
    ISSUE,
    PULL_REQUEST,
    PUSH,
    REVIEW,
    REVIEW_COMMENT,
)
from laurels.domain.metric_names import (
    DROP_RATE,
    HOUR_SECONDS,
    LATENCY,
    MERGE_RATE,
    MERGED,
    OPENED,
    OSS_COMPOSITE,
    OSS_ISSUES,
    OSS_PUSHES,
    OSS_REVIEWS,
)
from laurels.kit.times import DAY_SECONDS

Table: TypeAlias = Any
"""An Ibis table expression; the library is not typed."""

HISTOGRAMS: Final = (
    OPENED,
    MERGED,
    MERGE_RATE,
    DROP_RATE,
    LATENCY,
    OSS_REVIEWS,
    OSS_ISSUES,
    OSS_PUSHES,
    OSS_COMPOSITE,
)
"""The metrics that people are counted by; the activity's pull requests are those opened."""

PULL: Final = ("repository_id", "number")
_STATES: Final = ("opened", "reopened", "closed", "merged")
_LEAST: Final = ("told_author", "opened_by", "told_created_at", "opened_at", "told_merged_at")
_GREATEST: Final = ("is_seen", "told_bot", "opener_bot", "last_action", "last_state", "last_draft")


def pull_facts(events: Table) -> Table:
    """Give what each day tells of each pull request, by (day, repository_id, number).

    `last_…` are `2 × instant + flag`, so that the greatest is the newest; in one second, closed and
    draft win. Unknown is null everywhere.
    """
    one = events.filter(_.number.notnull())
    is_event = one.kind == PULL_REQUEST
    is_opening = is_event & (one.action == "opened")
    # Trimmed payloads make merging an action of its own.
    is_merging = is_event & (one.action == "merged")
    is_action = is_event & one.action.isin(_STATES)
    is_closing = one.action.isin(("closed", "merged"))
    is_seeing = one.kind.isin((COMMENT, REVIEW, REVIEW_COMMENT)) & (one.action != "deleted")
    is_merged = is_merging | one.is_merged.fill_null(False) | one.merged_at.notnull()
    return one.group_by(
        day=one.at // DAY_SECONDS, repository_id=_.repository_id, number=_.number
    ).agg(
        is_seen=_flag(is_seeing).max(),
        told_author=_.author_id.min(),
        told_bot=_flag(_.author_is_bot).max(),
        opened_by=_.actor_id.min(where=is_opening),
        opener_bot=_flag(_.actor_is_bot).max(where=is_opening),
        told_created_at=_.created_at.min(),
        opened_at=_.at.min(where=is_opening),
        told_merged_at=_.merged_at.min(),
        landed_at=ibis.coalesce(one.closed_at, one.at).min(where=is_merged),
        last_action=(_.at * 2 + _flag(is_closing)).max(where=is_action),
        last_state=(_.at * 2 + _flag(_.is_closed)).max(where=_.is_closed.notnull()),
        last_draft=(_.at * 2 + _flag(_.is_draft)).max(where=_.is_draft.notnull()),
    )


def person_facts(events: Table) -> Table:
    """Count each person's reviews, opened issues and pushes of each day, robots left out."""
    is_review = (events.kind == REVIEW) & (events.action == "created")
    one = events.filter(
        is_review | events.kind.isin((ISSUE, PUSH)),
        events.actor_id.notnull(),
        ~events.actor_is_bot.fill_null(False),
    )
    once = one.select("event_id", "kind", "actor_id", day=_.at // DAY_SECONDS).distinct()
    return once.group_by("day", person_id=_.actor_id).agg(
        reviews=_sum(_flag(_.kind == REVIEW)),
        issues=_sum(_flag(_.kind == ISSUE)),
        pushes=_sum(_flag(_.kind == PUSH)),
    )


def pulls(facts: Table, start: int, end: int) -> Table:
    """Judge each pull request as it stood at the end of the window [start, end) (instants).

    `is_ours` tells whether it counts: created in the window, seen in a comment or review, and its
    author known and no robot. Merged is a `merged` action, or a merged flag or time of any payload;
    dropped is never merged and last closed; latency is whole hours, cut, as the published
    population has it.
    """
    days = facts.filter(_.day >= start // DAY_SECONDS, _.day < end // DAY_SECONDS)
    whole = days.group_by(list(PULL)).agg(
        **{name: days[name].min() for name in (*_LEAST, "landed_at")},
        **{name: days[name].max() for name in _GREATEST},
    )
    created_at = ibis.coalesce(whole.told_created_at, whole.opened_at)
    is_told = whole.told_author.notnull()
    last = ibis.coalesce(whole.last_action, whole.last_state)
    judged = whole.select(
        *PULL,
        author_id=ibis.coalesce(whole.told_author, whole.opened_by),
        is_bot=ibis.ifelse(is_told, whole.told_bot, whole.opener_bot).fill_null(0) == 1,
        is_seen=whole.is_seen == 1,
        created_at=created_at,
        is_inside=((created_at >= start) & (created_at < end)).fill_null(False),
        is_merged=whole.landed_at.notnull(),
        merged_at=ibis.coalesce(whole.told_merged_at, whole.landed_at),
        is_closed=(last % 2 == 1).fill_null(False),
        is_draft=(whole.last_draft % 2 == 1).fill_null(False),
    )
    is_timed = (judged.is_merged & (judged.merged_at >= judged.created_at)).fill_null(False)
    seconds = ibis.ifelse(is_timed, judged.merged_at - judged.created_at, 0)
    return judged.mutate(
        is_ours=judged.is_seen & judged.is_inside & judged.author_id.notnull() & ~judged.is_bot,
        is_timed=is_timed,
        hours=seconds // HOUR_SECONDS,
    )


def people(judged: Table, counted: Table, start: int, end: int) -> Table:
    """Give the population of a window: everybody with a pull request that counts.

    `ready` are the opened that are no drafts, `dropped` those of them closed and never merged,
    `timed` the merges with a known length, `hours` their lengths together.
    """
    is_ready = ~_.is_draft
    authors = (
        judged.filter(_.is_ours)
        .group_by(person_id=_.author_id)
        .agg(
            opened=_.count(),
            merged=_sum(_flag(_.is_merged)),
            ready=_sum(_flag(is_ready)),
            dropped=_sum(_flag(is_ready & _.is_closed & ~_.is_merged)),
            timed=_sum(_flag(_.is_timed)),
            hours=_sum(_.hours),
        )
    )
    days = counted.filter(_.day >= start // DAY_SECONDS, _.day < end // DAY_SECONDS)
    activity = days.group_by("person_id").agg(
        reviews=_sum(_.reviews), issues=_sum(_.issues), pushes=_sum(_.pushes)
    )
    both = authors.left_join(activity, "person_id")
    return both.select(
        "person_id", "opened", "merged", "ready", "dropped", "timed", "hours",
        **{name: both[name].fill_null(0) for name in ("reviews", "issues", "pushes")},
    )  # fmt: skip


def histograms(population: Table, metrics: Sequence[str] = HISTOGRAMS) -> Table:
    """Count people by value: rows of (metric, a, b, c, people), in no order.

    A count is a, a ratio a of b, not reduced. The composite's rows are triples (reviews, pull
    requests, issues): what its values are, only thresholds of the three tell.
    """
    one = population
    ready, timed = one.filter(one.ready > 0), one.filter(one.timed > 0)
    values: Mapping[str, tuple[Table, tuple[str, ...]]] = {
        OPENED: (one, ("opened",)),
        MERGED: (one, ("merged",)),
        MERGE_RATE: (one, ("merged", "opened")),
        DROP_RATE: (ready, ("dropped", "ready")),
        LATENCY: (timed, ("hours", "timed")),
        OSS_REVIEWS: (one, ("reviews",)),
        OSS_ISSUES: (one, ("issues",)),
        OSS_PUSHES: (one, ("pushes",)),
        OSS_COMPOSITE: (one, ("reviews", "opened", "issues")),
    }
    return ibis.union(*(_counts(name, *values[name]) for name in metrics), distinct=False)


def tally(judged: Table) -> Table:
    """Count, in one row, the seen pull requests that count, and why others do not.

    Each is counted once: `undated` have no known creation, `outside` were created before or after
    the window, `robots` and `unattributed` were created in it. `drafts_unknown` are of those that
    count, and taken as no drafts.
    """
    seen = judged.filter(_.is_seen)
    inside, known = seen.is_inside, seen.author_id.notnull()
    return seen.agg(
        seen=seen.count(),
        counted=_sum(_flag(seen.is_ours)),
        undated=_sum(_flag(seen.created_at.isnull())),
        outside=_sum(_flag(seen.created_at.notnull() & ~inside)),
        robots=_sum(_flag(inside & known & seen.is_bot)),
        unattributed=_sum(_flag(inside & ~known)),
    )


def _flag(condition: Any) -> Any:
    return condition.cast("int64")


def _sum(numbers: Any) -> Any:
    # DuckDB's sums are 128 bits wide, which Parquet holds as floats; one cast alone is left out.
    return numbers.sum().cast("decimal(38, 0)").cast("int64")


def _counts(metric: str, table: Table, columns: Sequence[str]) -> Table:
    # Grouped by no more columns than there are: an engine may then count in a plain array.
    counted = table.group_by(list(columns)).agg(people=_.count())
    given = {name: counted[column] for name, column in zip("abc", columns, strict=False)}
    nothing = ibis.literal(0, "int64")
    return counted.select(
        metric=ibis.literal(metric),
        **{name: given.get(name, nothing) for name in "abc"},
        people=counted.people,
    )
