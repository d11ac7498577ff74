"""Pull requests that nobody moves: warned, after a grace marked as abandoned, never closed.

Guarantee: nothing is said of what was not looked at. A pull request is idle only as far as a sync
of its repository has read, from its last move or from where that reading begins; so one whose
repository is not synced is never warned, however old it is. Any move ends the watch, and the next
one begins with a warning again. Nothing is written to GitHub. Times are seconds since 1970 UTC.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from laurels.apps import sql
from laurels.kit.times import DAY_SECONDS

_IDLE = """
SELECT p.id, c.ends_at AS until,
  CASE WHEN COALESCE(p.updated_at, p.created_at) > c.starts_at
    THEN COALESCE(p.updated_at, p.created_at) ELSE c.starts_at END AS since
FROM intake_syncsubject s
JOIN projects_repository r ON r.github_id = s.github_id
JOIN contributions_pullrequest p ON p.repository_id = r.id
JOIN intake_synccoverage c ON c.subject_id = s.id AND c.ends_at = (
  SELECT MAX(ends_at) FROM intake_synccoverage WHERE subject_id = s.id)
WHERE s.kind = 'repo' AND p.is_shown AND NOT p.is_gone AND p.state = 'open'
  AND COALESCE(p.updated_at, p.created_at, 0) <= c.ends_at
  AND NOT EXISTS (SELECT 1 FROM projects_repositorydisablement d
    WHERE d.repository_id = r.id AND d.ends_at IS NULL)
"""
_END = f"""
UPDATE intake_stalewatch SET ended_at = %s WHERE ended_at IS NULL AND NOT EXISTS (
  SELECT 1 FROM ({_IDLE}) idle
  WHERE idle.id = intake_stalewatch.pull_request_id AND idle.since <= intake_stalewatch.idle_since)
"""
_MARK = f"""
UPDATE intake_stalewatch SET marked_at = %s
WHERE ended_at IS NULL AND marked_at IS NULL AND warned_at <= %s AND EXISTS (
  SELECT 1 FROM ({_IDLE}) idle WHERE idle.id = intake_stalewatch.pull_request_id
  AND idle.until >= intake_stalewatch.warned_at + %s)
"""
_WARN = f"""
INSERT INTO intake_stalewatch (pull_request_id, idle_since, warned_at)
SELECT idle.id, idle.since, %s FROM ({_IDLE}) idle
WHERE idle.until - idle.since >= %s AND NOT EXISTS (
  SELECT 1 FROM intake_stalewatch w WHERE w.pull_request_id = idle.id AND w.ended_at IS NULL)
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Watched:
    """How many pull requests were warned, marked as abandoned, and moved again (or ended)."""

    warned: int
    marked: int
    ended: int


@transaction.atomic
def stale_watch(*, stale_days: int, grace_days: int, now: int) -> Watched:
    """Look at every open pull request once; looking again at the same instant changes nothing."""
    grace = grace_days * DAY_SECONDS
    ended = sql.execute(_END, [now])
    marked = sql.execute(_MARK, [now, now - grace, grace])
    warned = sql.execute(_WARN, [now, stale_days * DAY_SECONDS])
    return Watched(warned, marked, ended)
