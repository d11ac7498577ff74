"""Pull requests behind a person's metrics, a page at a time: one statement, found by index."""

from __future__ import annotations

from typing import Any

from laurels.apps import sql
from laurels.domain.metrics import PullRequest, SeenPull
from laurels.domain.windows import Window

# A repository's name of the facts follows renames; a sync knows the names of all others. One that
# was ever told to be private is, until both say otherwise.
_SELECT = (
    "SELECT p.id, p.created_at, p.state, p.merged_at, p.is_draft, p.comments, p.reviews,"
    " p.is_attended, p.number, COALESCE(NULLIF(r.full_name, ''), s.full_name, ''),"
    " COALESCE(t.title, ''), r.is_private, s.is_private"
    " FROM intake_syncedpull p"
    " LEFT JOIN intake_repositorylanguages s ON s.github_id = p.repository_github_id"
    " LEFT JOIN projects_repository r ON r.github_id = p.repository_github_id"
    " LEFT JOIN contributions_pullrequest t ON t.repository_id = r.id AND t.number = p.number"
    " WHERE p.author_id = %s AND p.created_at >= %s AND p.created_at < %s"
)
_AFTER = " AND (p.created_at, p.id) < (%s, %s)"
_ORDER = " ORDER BY p.created_at DESC, p.id DESC LIMIT %s"


def person_pulls(
    contributor_id: int, window: Window, after: tuple[int, int] | None, limit: int
) -> list[SeenPull]:
    """Return synced pull requests opened in the window, the latest first (one statement).

    `after` is (created_at, id) of the last that was seen.
    """
    parameters: list[Any] = [contributor_id, *window, *(after or ()), limit]
    statement = f"{_SELECT}{_AFTER if after else ''}{_ORDER}"
    return [_seen(*row) for row in sql.fetch(statement, parameters)]


def _seen(
    pk: int,
    created_at: int,
    state: str,
    merged_at: int | None,
    is_draft: bool,
    comments: int,
    reviews: int,
    is_attended: bool | None,
    number: int,
    repository: str,
    title: str,
    *private: bool | None,
) -> SeenPull:
    is_public = any(one is not None for one in private) and not any(private)
    others = None if is_attended is None else int(is_attended)
    return SeenPull(
        pull=PullRequest(
            id=pk,
            created_at=created_at,
            state=state,
            merged_at=merged_at,
            is_draft=bool(is_draft),
            comments=comments,
            reviews=reviews,
            others_comments=others,
            others_reviews=None if is_attended is None else 0,
        ),
        # The name of one whose owner was erased has no slash, and leads nowhere.
        repository=repository if is_public and "/" in repository else "",
        number=number,
        title=title if is_public else "",
        is_public=is_public,
    )
