"""What syncs have read of a person, as metrics are made of it: four statements, however much.

Only the person's own rows are walked, through the index on author; a million languages of other
people's repositories cost nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import msgspec

from laurels.apps import sql
from laurels.domain.metrics import (
    Changed,
    Known,
    LanguageProfile,
    Profile,
    Pulls,
    YearCounts,
    language_profile,
)
from laurels.domain.windows import Coverage, Window

# As `domain.metrics.pulls` numbers the kinds. How many others commented or reviewed is not kept,
# only whether anybody did: it stands in the place of their comments, with no reviews.
_KIND = (
    "CASE state WHEN 'merged' THEN 41 WHEN 'closed' THEN 40 ELSE 39 END + 3 * {is_draft}"
    " + 9 * {comments} + 27 * {reviews}"
    " + CASE {is_attended} WHEN 1 THEN 405 WHEN 0 THEN 324 ELSE 0 END"
)
_SQLITE = {
    "is_draft": "is_draft",
    "comments": "(comments > 0)",
    "reviews": "(reviews > 0)",
    "is_attended": "is_attended",
}
_POSTGRES = {name: f"({text})::int" for name, text in _SQLITE.items()}
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
# A column as one text, and all in one scan: rows, or one text of all, cost half as much again.
_COLUMNS = ("id", "created_at", "merged_at", _KIND, "repository_github_id", _WEIGHT)
_FROM = "FROM intake_syncedpull WHERE author_id = %s"
_PULLS_SQLITE = (
    "SELECT " + ", ".join(f"json_group_array({c})" for c in _COLUMNS).format(**_SQLITE)
) + f" {_FROM}"
_PULLS_POSTGRES = (
    "SELECT " + ", ".join(f"COALESCE(json_agg({c}), '[]')::text" for c in _COLUMNS)
).format(**_POSTGRES) + f" {_FROM}"
_read_numbers = msgspec.json.Decoder(list[int]).decode
_read_times = msgspec.json.Decoder(list[int | None]).decode
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
    statement = _PULLS_POSTGRES if sql.is_postgres() else _PULLS_SQLITE
    ids, created, merged, kinds, places, weights = sql.fetch(statement, [contributor_id])[0]
    return Known(
        pull_requests=Pulls(
            _read_numbers(ids), _read_numbers(created), _read_times(merged), _read_numbers(kinds)
        ),
        profile=profile,
        coverage=coverage,
        languages=_languages(_read_numbers(places), _read_numbers(weights), coverage),
        joined_at=joined_at,
    )


def _profile(rows: list[tuple[Any, ...]]) -> tuple[int | None, Profile]:
    if not rows:
        return None, Profile()
    joined_at, start, end, reviews, issues = rows[0]
    return joined_at, Profile(spans=(YearCounts(start, end, reviews, issues),))


def _languages(places: list[int], weights: list[int], covers: Coverage) -> LanguageProfile:
    counts = Counter(places)
    total = dict.fromkeys(counts, 0)
    for place, weight in zip(places, weights, strict=True):
        total[place] += weight if weight > 0 else -weight
    where, ids = sql.in_ids("github_id", total)
    bytes_of = {pk: json.loads(text) for pk, text in sql.fetch(f"{_LANGUAGES} {where}", ids)}
    # One change a repository weighs what all of them do; how many they are is told beside.
    changed = [Changed(place, weight, 0, 0) for place, weight in total.items()]
    with_languages = sum(counts[place] for place, held in bytes_of.items() if any(held.values()))
    return msgspec.structs.replace(
        language_profile(changed, bytes_of, covers),
        pull_requests=with_languages,
        without_languages=len(places) - with_languages,
        unsized=sum(map((0).__gt__, weights)),
    )
