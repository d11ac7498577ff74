"""What syncs have read of a person, as metrics are made of it: four statements, however much.

Only the person's own rows are walked, through the index on author; a million languages of other
people's repositories cost nothing.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec

from laurels.apps import sql
from laurels.domain.metrics import (
    Changed,
    Known,
    LanguageProfile,
    Profile,
    PullRequest,
    YearCounts,
    language_profile,
)
from laurels.domain.windows import Coverage, Window

# In the order of `domain.metrics.PullRequest`. How many others commented or reviewed is not kept,
# only whether anybody did. One text is a third of the time of ten thousand rows.
_PULL = (
    "id, created_at, state, merged_at, CASE WHEN is_draft THEN 1 ELSE 0 END, comments, reviews,"
    " CASE WHEN is_attended THEN 1 WHEN is_attended IS NOT NULL THEN 0 END,"
    " CASE WHEN is_attended IS NOT NULL THEN 0 END"
)
_FROM = "FROM intake_syncedpull WHERE author_id = %s"
_PULLS_SQLITE = f"SELECT json_group_array(json_array({_PULL})) {_FROM}"
_PULLS_POSTGRES = f"SELECT COALESCE(json_agg(json_build_array({_PULL})), '[]')::text {_FROM}"
_read_pulls = msgspec.json.Decoder(tuple[PullRequest, ...], strict=False).decode
# As `domain.metrics.weight`: lines, or where there are none the files, at least 1.
_WEIGHTS = (
    "SELECT w.repository_github_id, l.languages, w.weight, w.pulls, w.unsized FROM ("
    " SELECT repository_github_id, COUNT(*) AS pulls,"
    " SUM(CASE WHEN COALESCE(additions, 0) + COALESCE(deletions, 0) > 0"
    "  THEN COALESCE(additions, 0) + COALESCE(deletions, 0)"
    "  WHEN COALESCE(changed_files, 0) > 1 THEN changed_files ELSE 1 END) AS weight,"
    " SUM(CASE WHEN additions IS NULL AND deletions IS NULL THEN 1 ELSE 0 END) AS unsized"
    " FROM intake_syncedpull WHERE author_id = %s GROUP BY repository_github_id) w"
    " LEFT JOIN intake_repositorylanguages l ON l.github_id = w.repository_github_id"
)
_COVERAGE = (
    "SELECT c.starts_at, c.ends_at FROM people_contributor p"
    " JOIN intake_syncsubject s ON s.kind = 'user' AND s.github_id = p.github_id"
    " JOIN intake_synccoverage c ON c.subject_id = s.id WHERE p.id = %s ORDER BY c.starts_at"
)
_PROFILE = (
    "SELECT joined_at, window_start, window_end, reviews, issues FROM intake_personprofile"
    " WHERE contributor_id = %s"
)


def person_known(contributor_id: int) -> Known:
    """Return what was read of a person; where nothing was, nothing is covered."""
    coverage: Coverage = tuple(Window(*row) for row in sql.fetch(_COVERAGE, [contributor_id]))
    joined_at, profile = _profile(sql.fetch(_PROFILE, [contributor_id]))
    return Known(
        pull_requests=_pulls(contributor_id),
        profile=profile,
        coverage=coverage,
        languages=_languages(sql.fetch(_WEIGHTS, [contributor_id]), coverage),
        joined_at=joined_at,
    )


def _pulls(contributor_id: int) -> tuple[PullRequest, ...]:
    statement = _PULLS_POSTGRES if sql.is_postgres() else _PULLS_SQLITE
    return _read_pulls(sql.fetch(statement, [contributor_id])[0][0])


def _profile(rows: list[tuple[Any, ...]]) -> tuple[int | None, Profile]:
    if not rows:
        return None, Profile()
    joined_at, start, end, reviews, issues = rows[0]
    return joined_at, Profile(spans=(YearCounts(start, end, reviews, issues),))


def _languages(rows: list[tuple[Any, ...]], covers: Coverage) -> LanguageProfile:
    bytes_of = {place: json.loads(languages) for place, languages, *_ in rows if languages}
    # One change a repository weighs what all of them do; how many they are is told beside.
    changed = [Changed(place, int(weight), 0, 0) for place, _, weight, *_ in rows]
    found = language_profile(changed, bytes_of, covers)
    with_languages = {place for place, known in bytes_of.items() if any(known.values())}
    return msgspec.structs.replace(
        found,
        pull_requests=sum(row[3] for row in rows if row[0] in with_languages),
        without_languages=sum(row[3] for row in rows if row[0] not in with_languages),
        unsized=int(sum(row[4] for row in rows)),
    )
