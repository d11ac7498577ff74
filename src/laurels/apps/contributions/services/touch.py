"""Changes of facts that concern many contributions at once."""

from __future__ import annotations

from collections.abc import Callable, Collection

import msgspec

from laurels.apps import sql
from laurels.apps.audit.actors import Actor
from laurels.apps.contributions.models import Contribution, Issue, PullRequest
from laurels.apps.projects.selectors import memberships_for, project_at
from laurels.domain.lifecycle import dumps, loads, retitle, withhold


def contributions_touch(
    *,
    acting: Actor,
    contributors: Collection[int] | None = None,
    repositories: Collection[int] | None = None,
    projects: Collection[int] | None = None,
    between: tuple[int, int] | None = None,
) -> frozenset[int]:
    """Make the contributions of these people, repositories or projects be appraised again.

    `between` is [from, until) by occurred_at. Called in the transaction that changed a ban, a
    robot list, a disablement, an archival or a season; returns the people concerned, whom the
    caller marks dirty.
    """
    conditions, parameters = [], []
    for column, ids in (
        ("contributor_id", contributors),
        ("repository_id", repositories),
        ("project_id", projects),
    ):
        if ids is not None:
            where, values = sql.in_ids(column, ids)
            conditions.append(where)
            parameters += values
    if between is not None:
        conditions.append("(occurred_at >= %s AND occurred_at < %s)")
        parameters += between
    if not conditions:
        return frozenset()
    where = " OR ".join(conditions)
    sql.execute(
        f"UPDATE contributions_contribution SET revision = revision + 1 WHERE {where}", parameters
    )
    rows = sql.fetch(
        f"SELECT DISTINCT contributor_id FROM contributions_contribution WHERE {where}", parameters
    )
    return frozenset(row[0] for row in rows)


def contributions_rehome(repositories: Collection[int], *, acting: Actor) -> frozenset[int]:
    """Let known work follow its repository to another project, by when it was opened.

    Called in the transaction that moved a repository, which may be from a past moment on; returns
    the people concerned, whom the caller marks dirty.
    """
    memberships = memberships_for(repositories)
    where, parameters = sql.in_ids("repository_id", repositories)
    moved = [
        (project, revision + 1, row, contributor)
        for row, revision, contributor, repository, opened_at, before in sql.fetch(
            "SELECT id, revision, contributor_id, repository_id, opened_at, project_id"
            f" FROM contributions_contribution WHERE {where} ORDER BY id",
            parameters,
        )
        if (project := project_at(memberships.get(repository, ()), opened_at)) != before
    ]
    sql.update(Contribution, ("project", "revision"), [one[:3] for one in moved])
    return frozenset(one[3] for one in moved)


def forget(contributor: int, github_id: int, *, acting: Actor) -> None:
    """Take an erased person out of the facts: their ids in folds, the titles they wrote.

    Contributions stay, frozen, so that the ledger still has something to point at. So does that
    somebody looked at a pull request: what others earned by it must not change.
    """
    # A fold names people in marks that no column tells (who closed an issue), so its bytes are
    # searched for the packed id; a chance find is harmless, `withhold` looks at the id itself.
    named = "position(%s IN fold)" if sql.is_postgres() else "instr(fold, %s)"
    packed = msgspec.msgpack.encode(github_id)
    for model in (PullRequest, Issue):
        rows = sql.fetch(
            f"SELECT id, fold, title, labelled_by, author_id FROM {model._meta.db_table}"
            f" WHERE author_id = %s OR {named} > 0",
            [contributor, packed],
        )
        updates = []
        for row, fold, title, labelled_by, author in rows:
            kept = withhold(loads(bytes(fold)), github_id)
            updates.append(
                (
                    dumps(kept),
                    "" if author == contributor else title,
                    labelled_by.replace(f", {github_id}]", ", 0]"),
                    None if author == contributor else author,
                    row,
                )
            )
        sql.update(model, ("fold", "title", "labelled_by", "author"), updates)
    for statement in (
        "UPDATE contributions_pullrequest SET merged_by_id = NULL WHERE merged_by_id = %s",
        "UPDATE contributions_review SET reviewer_id = NULL WHERE reviewer_id = %s",
        "UPDATE contributions_transition SET actor_id = NULL WHERE actor_id = %s",
    ):
        sql.execute(statement, [contributor])


def titles_redact(logins: Collection[str], redact: Callable[[str], str], *, acting: Actor) -> None:
    """Mask an erased person's logins in the titles that other people wrote."""
    for model in (PullRequest, Issue):
        updates = []
        for login in logins:
            for row, fold, title in sql.fetch(
                f"SELECT id, fold, title FROM {model._meta.db_table} WHERE LOWER(title) LIKE %s",
                [f"%{login.lower()}%"],
            ):
                masked = redact(title)
                updates.append((dumps(retitle(loads(bytes(fold)), masked)), masked, row))
        sql.update(model, ("fold", "title"), updates)
