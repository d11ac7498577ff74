"""Whose standings may be wrong for another reason than their items."""

from __future__ import annotations

from collections.abc import Collection

from laurels.apps import sql

BAN_LOOKBACK_SECONDS = 2 * 86_400


def bans_turned(now: int) -> list[int]:
    """Return the people whose ban began or ended within the last two days."""
    since = now - BAN_LOOKBACK_SECONDS
    rows = sql.fetch(
        "SELECT DISTINCT contributor_id FROM people_ban WHERE (starts_at > %s AND starts_at <= %s)"
        " OR (ends_at > %s AND ends_at <= %s) ORDER BY 1",
        [since, now, since, now],
    )
    return [row[0] for row in rows]


def renamed_or_banned(contributors: Collection[int]) -> frozenset[int]:
    """Return those of these people who have another login than their standings, or ever a ban.

    A person's rows carry one login, so that looking at the first is enough.
    """
    where, ids = sql.in_ids("c.id", contributors)
    rows = sql.fetch(
        f"SELECT c.id FROM people_contributor c WHERE {where} AND ((SELECT t.login"
        " FROM standings_standing t WHERE t.contributor_id = c.id ORDER BY t.board_id LIMIT 1)"
        " <> c.login OR EXISTS (SELECT 1 FROM people_ban b WHERE b.contributor_id = c.id))",
        ids,
    )
    return frozenset(row[0] for row in rows)
