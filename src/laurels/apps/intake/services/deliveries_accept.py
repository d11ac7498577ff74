"""Arrivals into the inbox, as many as wait, in one durable transaction.

Guarantee: when `deliveries_accept` returns, every arrival it calls stored or known is on the disk
(SQLite `synchronous=FULL`, PostgreSQL `synchronous_commit=on` whatever the server's default), once
for each key, with its body and its progress row; where it raises, nothing of it is there. Any
number of threads and processes may call it at once.
Same key, same bytes: known. Same key, other bytes: refused, and an alarm is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import structlog
from django.db import connection, transaction

from laurels.apps import sql
from laurels.apps.intake.arrivals import Arrival, Verdict
from laurels.apps.intake.models import DeliveryAlarm

OTHER_BODY = "other_body"
_COLUMNS = "hook_id, guid, event, headers, sha256, size_bytes, via, received_at"
_PROGRESS = (
    "(delivery_id, state, reason, action, fingerprint, attempts, last_error, next_at,"
    " lease_until, lease_token)"
)
_NEW = "'received', '', '', '', 0, '', 0, 0, ''"
_MOST_ROWS = 32
"""Of one statement on SQLite, whose older builds take 999 values."""
_INSERT_ALL = (
    "WITH durable AS MATERIALIZED (SELECT set_config('synchronous_commit', 'on', true)),"
    " given AS (SELECT g.* FROM durable, unnest(%b::bigint[], %b::text[], %b::text[], %b::text[],"
    " %b::text[], %b::int[], %b::bigint[], %b::bigint[], %b::bytea[])"
    f" AS g({_COLUMNS}, body)), fresh AS (INSERT INTO intake_delivery ({_COLUMNS})"
    f" SELECT {_COLUMNS} FROM given ORDER BY hook_id, guid"
    " ON CONFLICT DO NOTHING RETURNING id, hook_id, guid),"
    " bodies AS (INSERT INTO intake_deliverybody (delivery_id, body)"
    " SELECT f.id, g.body FROM fresh f JOIN given g USING (hook_id, guid)),"
    f" progress AS (INSERT INTO intake_deliveryprogress {_PROGRESS}"
    f" SELECT id, {_NEW} FROM fresh) SELECT hook_id, guid FROM fresh"
)
_log = structlog.get_logger(__name__)

Key = tuple[int, str]


def deliveries_accept(arrivals: Sequence[Arrival], *, now: int) -> list[Verdict]:
    """Store what is new; return a verdict for each arrival, in their order."""
    if not arrivals:
        return []
    first: dict[Key, Arrival] = {}
    for arrival in arrivals:
        first.setdefault(arrival.key, arrival)
    with transaction.atomic():
        if sql.is_postgres():
            stored = _insert_all(first.values())
        else:
            stored = _insert_in_rows(list(first.values()))
        if len(stored) == len(arrivals):
            return [Verdict.STORED] * len(arrivals)
        known = _digests([key for key in first if key not in stored])
        digests = known | {key: first[key].sha256 for key in stored}
        conflicts = [one for one in arrivals if digests[one.key] != one.sha256]
        if conflicts:
            _alarm(conflicts, now)
    for one in conflicts:
        _log.error("delivery refused: known key, other body", guid=one.guid, hook_id=one.hook_id)
    verdicts = []
    for one in arrivals:
        if digests[one.key] != one.sha256:
            verdicts.append(Verdict.CONFLICT)
        elif one.key in stored:
            stored.discard(one.key)  # the second copy in one group is a repetition
            verdicts.append(Verdict.STORED)
        else:
            verdicts.append(Verdict.KNOWN)
    return verdicts


def _row(one: Arrival) -> tuple[object, ...]:
    size = len(one.body)
    return (
        one.hook_id, one.guid, one.event, one.headers, one.sha256, size, one.via, one.received_at
    )  # fmt: skip


def _insert_in_rows(arrivals: Sequence[Arrival]) -> set[Key]:
    """Insert on SQLite: past Django's cursor, many rows a statement.

    Each statement lets go of the interpreter for as long as the database works, and has to wait for
    it afterwards: one for each delivery would wait as often for the thread that reads requests.
    Numbers are given here, for this transaction is the only one that writes.
    """
    raw = connection.connection
    (last,) = raw.execute("SELECT COALESCE(MAX(id), 0) FROM intake_delivery").fetchone()
    rows = [(last + place, *_row(one)) for place, one in enumerate(arrivals, 1)]
    stored = [(one.key, row[0], one.body) for one, row in zip(arrivals, rows, strict=True)]
    inserted = _insert(f"intake_delivery (id, {_COLUMNS})", rows, "ON CONFLICT DO NOTHING")
    if inserted < len(rows):
        new = {row[0] for row in raw.execute("SELECT id FROM intake_delivery WHERE id > ?", [last])}
        stored = [one for one in stored if one[1] in new]
    _insert("intake_deliverybody (delivery_id, body)", [one[1:] for one in stored])
    raw.execute(
        f"INSERT INTO intake_deliveryprogress {_PROGRESS}"
        f" SELECT id, {_NEW} FROM intake_delivery WHERE id > ?",
        [last],
    )
    return {one[0] for one in stored}


def _insert(into: str, rows: Sequence[tuple[object, ...]], ending: str = "") -> int:
    """Insert rows, in few sizes of statement; return how many went in."""
    raw, done, size, inserted = connection.connection, 0, _MOST_ROWS, 0
    while done < len(rows):
        while size > len(rows) - done:
            size //= 2
        values = [value for row in rows[done : done + size] for value in row]
        inserted += raw.execute(_statement(into, len(rows[0]), size, ending), values).rowcount
        done += size
    return inserted


@cache
def _statement(into: str, columns: int, rows: int, ending: str) -> str:
    row = f"({', '.join('?' * columns)})"
    return f"INSERT INTO {into} VALUES {', '.join([row] * rows)} {ending}"


def _insert_all(arrivals: Iterable[Arrival]) -> set[Key]:
    """Insert on PostgreSQL: one statement, one round trip, bodies as the bytes they are.

    Django's cursor would write every body into the statement's text, in hexadecimal.
    """
    from psycopg import Cursor  # comes with an extra: only where there is PostgreSQL

    columns = zip(*((*_row(one), one.body) for one in arrivals), strict=True)
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        return set(cursor.execute(_INSERT_ALL, [list(one) for one in columns]).fetchall())


def _digests(keys: Sequence[Key]) -> dict[Key, str]:
    """Return the SHA-256 under which each of these keys is stored."""
    found: dict[Key, str] = {}
    for hook_id, guid in keys:
        found[hook_id, guid] = sql.fetch(
            "SELECT sha256 FROM intake_delivery WHERE hook_id = %s AND guid = %s", [hook_id, guid]
        )[0][0]
    return found


def _alarm(conflicts: Sequence[Arrival], now: int) -> None:
    rows = []
    for one in conflicts:
        found = sql.fetch(
            "SELECT id FROM intake_delivery WHERE hook_id = %s AND guid = %s", list(one.key)
        )
        detail = f"refused {len(one.body)} other bytes under the same key"
        rows.append((found[0][0], OTHER_BODY, detail, one.sha256, now))
    fields = ("delivery", "kind", "detail", "sha256", "at")
    sql.insert(DeliveryAlarm, fields, rows, ignore_conflicts=True)
