"""What syncs have read of a person, as metrics are made of it: five statements, however much.

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
# only whether anybody did. One text is about half of the time of ten thousand rows.
_PULL = (
    "id, created_at, state, merged_at, CASE WHEN is_draft THEN 1 ELSE 0 END, comments, reviews,"
    " CASE WHEN is_attended THEN 1 WHEN is_attended IS NOT NULL THEN 0 END,"
    " CASE WHEN is_attended IS NOT NULL THEN 0 END"
)
_FROM = "FROM intake_syncedpull WHERE author_id = %s"
_PULLS_SQLITE = f"SELECT json_group_array(json_array({_PULL})) {_FROM}"
_PULLS_POSTGRES = f"SELECT COALESCE(json_agg(json_build_array({_PULL})), '[]')::text {_FROM}"
_read_pulls = msgspec.json.Decoder(tuple[PullRequest, ...], strict=False).decode
# As `domain.metrics.weight`: lines, or where there are none the files, at least 1; below 0 where
# the size is unknown. Two texts are less than half of the time of a GROUP BY, which sorts.
_WEIGHT = (
    "CASE WHEN additions + deletions > 0 THEN additions + deletions"
    " WHEN additions IS NULL AND deletions IS NULL"
    "  THEN CASE WHEN changed_files > 1 THEN -changed_files ELSE -1 END"
    " WHEN COALESCE(additions, 0) + COALESCE(deletions, 0) > 0"
    "  THEN COALESCE(additions, 0) + COALESCE(deletions, 0)"
    " WHEN changed_files > 1 THEN changed_files ELSE 1 END"
)
_WEIGHTS_SQLITE = (
    f"SELECT json_group_array(repository_github_id), json_group_array({_WEIGHT}) {_FROM}"
)
_WEIGHTS_POSTGRES = (
    "SELECT COALESCE(json_agg(repository_github_id), '[]')::text,"
    f" COALESCE(json_agg({_WEIGHT}), '[]')::text {_FROM}"
)
_read_numbers = msgspec.json.Decoder(list[int]).decode
_LANGUAGES = "SELECT github_id, languages FROM intake_repositorylanguages WHERE"
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
        languages=_languages(contributor_id, coverage),
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


def _languages(contributor_id: int, covers: Coverage) -> LanguageProfile:
    statement = _WEIGHTS_POSTGRES if sql.is_postgres() else _WEIGHTS_SQLITE
    places, weights = map(_read_numbers, sql.fetch(statement, [contributor_id])[0])
    total: dict[int, int] = {}
    for place, weight in zip(places, weights, strict=True):
        total[place] = total.get(place, 0) + abs(weight)
    where, ids = sql.in_ids("github_id", total)
    bytes_of = {pk: json.loads(text) for pk, text in sql.fetch(f"{_LANGUAGES} {where}", ids)}
    # One change a repository weighs what all of them do; how many they are is told beside.
    changed = [Changed(place, weight, 0, 0) for place, weight in total.items()]
    known = {place for place, held in bytes_of.items() if any(held.values())}
    with_languages = sum(place in known for place in places)
    return msgspec.structs.replace(
        language_profile(changed, bytes_of, covers),
        pull_requests=with_languages,
        without_languages=len(places) - with_languages,
        unsized=sum(weight < 0 for weight in weights),
    )
