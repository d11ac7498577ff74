"""What boards looked like on a day."""

from __future__ import annotations

from django.db import transaction

from laurels.apps import sql
from laurels.apps.scoring.models import Season
from laurels.apps.standings.boards import MONTHS
from laurels.kit.times import parse_date

# The ranks of all boards in one pass; a row is written where it differs from the last one on or
# before the day. Who left a board has a last row with a rank and no ranked standing now.
_TAKE = """
INSERT INTO standings_snapshot ("on", board_id, contributor_id, points, rank)
SELECT {on}, n.board_id, n.contributor_id, n.points, n.rank
FROM (
    SELECT board_id, contributor_id, points,
           RANK() OVER (PARTITION BY board_id ORDER BY points DESC) AS rank
    FROM standings_standing WHERE is_ranked
    UNION ALL
    SELECT p.board_id, p.contributor_id, COALESCE(t.points, 0), NULL
    FROM standings_snapshot p
    LEFT JOIN standings_standing t
        ON t.contributor_id = p.contributor_id AND t.board_id = p.board_id
    WHERE p.rank IS NOT NULL AND (t.id IS NULL OR NOT t.is_ranked) AND p."on" <= {on}
        AND NOT EXISTS (
            SELECT 1 FROM standings_snapshot q WHERE q.board_id = p.board_id
            AND q.contributor_id = p.contributor_id AND q."on" > p."on" AND q."on" <= {on})
) n
LEFT JOIN standings_snapshot p ON p.board_id = n.board_id AND p.contributor_id = n.contributor_id
    AND p."on" = (
        SELECT MAX(q."on") FROM standings_snapshot q WHERE q.board_id = n.board_id
        AND q.contributor_id = n.contributor_id AND q."on" <= {on})
WHERE p.id IS NULL OR p.points <> n.points OR COALESCE(p.rank, 0) <> COALESCE(n.rank, 0)
    OR ({monthly} AND p."on" < {on} AND n.rank IS NOT NULL)
ON CONFLICT (board_id, contributor_id, "on")
    DO UPDATE SET points = excluded.points, rank = excluded.rank
"""


@transaction.atomic
def snapshot_take(on: int) -> int:
    """Write what changed on every board since its last snapshot; return how many rows.

    `on` is the day, yyyymmdd in UTC. On the first of a month everybody is written on the boards
    whose period has not ended, so that reading a past day never walks far back. Taken again on the
    same day, the rows of the day are corrected. Counts that have fallen to zero are swept out.
    """
    monthly = _running(on) if on % 100 == 1 else "1 = 0"
    written = sql.execute(_TAKE.format(on=int(on), monthly=monthly))
    for table in ("standings_pointscount", "standings_pointsbucket"):
        sql.execute(f"DELETE FROM {table} WHERE people = 0")
    return written


def _running(on: int) -> str:
    """Return the condition that board n's period has not ended when the day begins."""
    text = str(on)
    instant = parse_date(f"{text[:4]}-{text[4:6]}-{text[6:]}")
    running = [
        season.pk
        for season in Season.objects.all()
        if (season.ends_at is None or season.ends_at > instant)
    ]
    refs = ", ".join(str(ref) for ref in [*running, MONTHS + on // 100])
    return f"(n.board_id %% {2 * MONTHS}) IN ({refs})"
