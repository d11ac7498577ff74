"""The archive's own tables, where it already lives, as the same flat rows that files give.

A table of GH Archive in BigQuery has a row an event: `id`, `type`, `actor`, `repo`, `created_at`
and the payload as JSON text. Only what `rows.py` takes of a file is taken of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import ibis

from laurels.adapters.gharchive.archive.program import Table
from laurels.adapters.gharchive.archive.rows import (
    BOT_SUFFIX,
    COLUMNS,
    COMMENT,
    ISSUE,
    KINDS,
    PULL_REQUEST,
    REVIEW,
    REVIEW_COMMENT,
)
from laurels.domain.lifecycle.facts import GITHUB_GHOST
from laurels.kit.times import DAY_SECONDS, day_of, parse_date

ARCHIVE: Final = "githubarchive"
SCHEMA: Final = {
    "id": "string",
    "type": "string",
    "actor": "struct<id: int64, login: string>",
    "repo": "struct<id: int64, name: string>",
    "created_at": "timestamp('UTC')",
    "payload": "string",
}


def archive_tables(start: int, end: int) -> list[tuple[str, str]]:
    """Name the tables of a window [start, end): whole months by month, other days by day."""
    days = [day_of(at) for at in range(start, end, DAY_SECONDS)]
    by_month: dict[int, list[int]] = {}
    for day in days:
        by_month.setdefault(day // 100, []).append(day)
    return list(_tables(by_month))


def archive_table(start: int, end: int) -> Table:
    """Give the archive's events of a window as one table expression of `SCHEMA`."""
    tables = [
        ibis.table(SCHEMA, name=name, catalog=ARCHIVE, database=database).select(*SCHEMA)
        for database, name in archive_tables(start, end)
    ]
    return ibis.union(*tables, distinct=False) if len(tables) > 1 else tables[0]


def rows_of(archive: Table) -> Table:
    """Give the flat rows of the archive's events; the columns are those of `rows.py`."""
    one = archive.filter(archive.type.isin(KINDS))
    payload = one.payload.cast("json")
    pull, issue = payload["pull_request"], payload["issue"]
    action = payload["action"].str.fill_null("")
    is_pull = one.type.isin((PULL_REQUEST, REVIEW, REVIEW_COMMENT))
    is_comment = one.type == COMMENT
    is_side = issue["pull_request"]["url"].str.notnull()

    def told(name: str, kind: str) -> Any:
        of_pull, of_issue = (_typed(subject[name], kind) for subject in (pull, issue))
        return ibis.cases((is_pull, of_pull), (is_comment, of_issue))

    pull_user, issue_user = pull["user"], issue["user"]
    author_id = ibis.cases(
        (is_pull, pull_user["id"].int), (is_comment, issue_user["id"].int)
    )  # fmt: skip
    author_login = ibis.cases(
        (is_pull, pull_user["login"].str), (is_comment, issue_user["login"].str)
    )  # fmt: skip
    merged_at = ibis.cases(
        (is_pull, _typed(pull["merged_at"], "time")),
        (is_comment, _typed(issue["pull_request"]["merged_at"], "time")),
    )
    state = told("state", "text")
    columns = {
        "event_id": one.id.try_cast("int64"),
        "kind": one.type,
        "at": _seconds(one.created_at),
        "repository_id": one.repo.id,
        "number": told("number", "number"),
        "action": action,
        "actor_id": _somebody(one.actor.id, one.actor.id),
        "actor_is_bot": _somebody(one.actor.id, _is_bot(one.actor.login)),
        "author_id": _somebody(author_id, author_id),
        "author_is_bot": _somebody(author_id, _is_bot(author_login)),
        "created_at": told("created_at", "time"),
        "closed_at": told("closed_at", "time"),
        "merged_at": merged_at,
        "is_merged": told("merged", "flag"),
        "is_closed": state == "closed",
        "is_draft": told("draft", "flag"),
    }
    rows = one.select(is_side=is_side, **{name: columns[name] for name, _ in COLUMNS})
    rows = rows.filter(
        (rows.kind != COMMENT) | rows.is_side, (rows.kind != ISSUE) | (rows.action == "opened")
    )
    return rows.drop("is_side")


def _typed(value: Any, kind: str) -> Any:
    if kind == "number":
        return value.int
    if kind == "flag":
        return value.bool
    if kind == "time":
        return _seconds(value.str.try_cast("timestamp('UTC')"))
    return value.str


def _seconds(moment: Any) -> Any:
    # Ibis takes them for 32 bits wide, which would be too narrow when doubled.
    return moment.epoch_seconds().cast("int64")


def _somebody(account_id: Any, value: Any) -> Any:
    is_somebody = (account_id > 0) & (account_id != GITHUB_GHOST)
    return ibis.cases((is_somebody, value))


def _is_bot(login: Any) -> Any:
    return login.fill_null("").endswith(BOT_SUFFIX)


def _tables(by_month: dict[int, list[int]]) -> Iterator[tuple[str, str]]:
    for month, days in by_month.items():
        following = month + 1 if month % 100 < 12 else month + 89
        if len(days) == _days_between(month, following):
            yield "month", str(month)
        else:
            yield from (("day", str(day)) for day in days)


def _days_between(month: int, following: int) -> int:
    return (_first(following) - _first(month)) // DAY_SECONDS


def _first(month: int) -> int:
    return parse_date(f"{month // 100:04}-{month % 100:02}-01")
