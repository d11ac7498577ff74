"""Who has to be settled: marks that survive a crash."""

from __future__ import annotations

from collections.abc import Collection

from laurels.apps import sql
from laurels.apps.scoring.models import DirtyMark


def dirty_mark(contributors: Collection[int]) -> None:
    """Mark people in the transaction that changed their facts or rules."""
    sql.insert(DirtyMark, ("contributor",), [(one,) for one in sorted(contributors)])


def dirty_mark_all() -> int:
    """Mark everybody who has a contribution or an item; return how many."""
    return sql.execute(
        "INSERT INTO scoring_dirtymark (contributor_id) SELECT c.id FROM people_contributor c"
        " WHERE c.erased_at IS NULL AND"
        " EXISTS (SELECT 1 FROM contributions_contribution b WHERE b.contributor_id = c.id)"
    )


def dirty_mark_due(now: int) -> int:
    """Mark the people who have something that settles by now; return how many."""
    return sql.execute(
        "INSERT INTO scoring_dirtymark (contributor_id) SELECT DISTINCT t.contributor_id"
        " FROM scoring_item t WHERE NOT t.is_settled AND t.settles_at <= %s"
        " AND NOT EXISTS (SELECT 1 FROM scoring_dirtymark d"
        " WHERE d.contributor_id = t.contributor_id)",
        [now],
    )
