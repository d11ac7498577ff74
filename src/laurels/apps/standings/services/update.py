"""Bring the standings of some people to what their items say.

Guarantee: afterwards every board row of these people equals the sum over their items and standing
adjustments, and the counts of every board equal a recount of its ranked rows, in the same
transaction. The number of statements does not depend on how many people, items or boards there
are; rows that are as they should be are not written.
Not guaranteed: anything about people who were not named. Two of these may not run at once: the
caller holds the chain head (`settle` does) or is the only writer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.db import transaction

from laurels.apps import sql
from laurels.apps.scoring.models import Season
from laurels.apps.scoring.services.post import lock_chain
from laurels.apps.standings.boards import board_key
from laurels.apps.standings.models import Board, PointsBucket, PointsCount, Snapshot, Standing
from laurels.apps.standings.segments import segments
from laurels.apps.standings.services.sums import differences
from laurels.domain.ranking import bucket_of

GROUP = 10_000
_FIELDS = ("contributor", "board", "points", "pending", "reached_at", "login", "is_ranked")


def standings_update(
    contributor_ids: Collection[int], *, now: int, seasons: Iterable[Season] | None = None
) -> int:
    """Correct the standings of one group of people; return how many rows were written or removed.

    `seasons` saves reading them when the caller has. A ban that is running at `now`, and a
    disqualification in the season, take the rank and leave the points.
    """
    if not contributor_ids:
        return 0
    with transaction.atomic(savepoint=False):
        cuts = segments(Season.objects.all() if seasons is None else seasons)
        different = differences(sorted(contributor_ids), cuts, now=now)
        # Columns as in `Difference`: 7 is_there, 8 the old row's id, 9 and 10 its points and rank.
        there = [row for row in different if row[7]]
        _boards_add({row[1] for row in there if row[8] is None})
        _counts_move(different)
        sql.upsert(
            Standing,
            _FIELDS,
            [(*row[:6], bool(row[6])) for row in there],
            key=("contributor", "board"),
        )
        _remove([row[8] for row in different if not row[7]])
    return len(different)


def standings_rebuild(
    *, now: int, group: int = GROUP, progress: Callable[[int, int], None] | None = None
) -> int:
    """Correct everybody's standings, a transaction a group; return how many rows changed.

    For what no settle sees: a changed tag, a restored backup.
    """
    people = [
        row[0]
        for row in sql.fetch(
            "SELECT id FROM people_contributor c WHERE"
            " EXISTS (SELECT 1 FROM scoring_item t WHERE t.contributor_id = c.id)"
            " OR EXISTS (SELECT 1 FROM standings_standing t WHERE t.contributor_id = c.id)"
            " ORDER BY id"
        )
    ]
    changed = 0
    for start in range(0, len(people), group):
        with transaction.atomic():
            lock_chain()
            changed += standings_update(people[start : start + group], now=now)
        if progress:
            progress(min(start + group, len(people)), len(people))
    return changed


@transaction.atomic
def standings_forget(contributor_id: int) -> None:
    """Take an erased person off every board and out of every snapshot; the counts stay exact."""
    rows = sql.fetch(
        "SELECT id, board_id, points, is_ranked FROM standings_standing WHERE contributor_id = %s",
        [contributor_id],
    )
    _counts_move(
        [(0, board, 0, 0, 0, "", 0, 0, row, old, ranked) for row, board, old, ranked in rows]
    )
    _remove([row[0] for row in rows])
    Snapshot.objects.filter(contributor_id=contributor_id).delete()


def _boards_add(boards: Collection[int]) -> None:
    """Make the boards among these that are not there yet."""
    rows = []
    for board in sorted(boards):
        key = board_key(board)
        rows.append((board, key.scope_kind, key.scope_ref, key.period_kind, key.period_ref))
    sql.insert(
        Board,
        ("id", "scope_kind", "scope_ref", "period_kind", "period_ref"),
        rows,
        ignore_conflicts=True,
    )


def _counts_move(different: Iterable[tuple[Any, ...]]) -> None:
    """Move people from their old to their new totals in both levels of the counts."""
    totals: dict[tuple[int, int], int] = {}
    for _, board, points, _, _, _, is_ranked, is_there, _, old_points, old_is_ranked in different:
        if old_is_ranked:
            totals[board, old_points] = totals.get((board, old_points), 0) - 1
        if is_ranked and is_there:
            totals[board, points] = totals.get((board, points), 0) + 1
    buckets: dict[tuple[int, int], int] = {}
    for (board, points), people in totals.items():
        if people:
            key = (board, bucket_of(points))
            buckets[key] = buckets.get(key, 0) + people
    _add(PointsCount, "points", totals)
    _add(PointsBucket, "bucket", buckets)


def _add(
    model: type[PointsCount | PointsBucket], level: str, changes: dict[tuple[int, int], int]
) -> None:
    rows = [(board, value, people) for (board, value), people in sorted(changes.items()) if people]
    sql.upsert(
        model,
        ("board", level, "people"),
        rows,
        key=("board", level),
        merge={"people": f"{model._meta.db_table}.people + excluded.people"},
    )


def _remove(rows: list[int]) -> None:
    if rows:
        where, ids = sql.in_ids("id", rows)
        sql.execute(f"DELETE FROM standings_standing WHERE {where}", ids)
