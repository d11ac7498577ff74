"""What a certificate says about the work behind it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from laurels.apps import sql

_READ = """
SELECT t.contributor_id, s.id, t.kind, t.project_id, COUNT(*), MIN(t.occurred_at),
       MAX(t.occurred_at)
FROM scoring_item t
JOIN scoring_season s ON (s.starts_at IS NULL OR t.occurred_at >= s.starts_at)
    AND (s.ends_at IS NULL OR t.occurred_at < s.ends_at)
WHERE {people} AND {seasons} AND t.scope = 0
    AND (t.posted_base <> 0 OR t.posted_extra <> 0 OR t.posted_penalty <> 0)
GROUP BY t.contributor_id, s.id, t.kind, t.project_id
ORDER BY t.contributor_id, s.id, t.kind, t.project_id
"""


def summaries(keys: Collection[tuple[int, int]]) -> dict[tuple[int, int], dict[str, Any]]:
    """Return, for each (contributor, season), what the settled work inside it was.

    `counts` is contributions by kind, `projects` the ids of projects (their names may hold the
    login of somebody who is erased later), `first` and `last` the instants that bound the work.
    """
    told: dict[tuple[int, int], dict[str, Any]] = {
        key: {"counts": {}, "projects": [], "first": None, "last": None} for key in keys
    }
    people, ids = sql.in_ids("t.contributor_id", {person for person, _ in keys})
    seasons, refs = sql.in_ids("s.id", {season for _, season in keys})
    for person, season, kind, project, count, first, last in sql.fetch(
        _READ.format(people=people, seasons=seasons), [*ids, *refs]
    ):
        one = told.get((person, season))
        if one is None:
            continue
        one["counts"][kind] = one["counts"].get(kind, 0) + count
        if project is not None and project not in one["projects"]:
            one["projects"].append(project)
        one["first"] = first if one["first"] is None else min(one["first"], first)
        one["last"] = last if one["last"] is None else max(one["last"], last)
    for one in told.values():
        one["projects"].sort()
    return told
