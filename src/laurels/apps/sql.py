"""Sets of rows in and out of either engine in one statement.

Django's `bulk_create` costs more than half of an import; here SQLite gets `executemany` (its
fastest road) and PostgreSQL gets arrays through `unnest` (where `executemany` is the slowest).
Table and column names come from models, never from input.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.db import connection, models

from laurels.apps.sql_arrays import array, plain, texts

Row = Sequence[Any]

_MOST_MAPPED_BYTES = 2**40
"""SQLite takes it down to what it was built for, 2 GB by default."""


@cache
def is_postgres() -> bool:
    """Tell whether the default connection speaks to PostgreSQL, which no process changes."""
    return connection.vendor == "postgresql"


def _columns(model: type[models.Model], fields: Sequence[str]) -> list[str]:
    return [_column(model, name) for name in fields]


@cache
def _column(model: type[models.Model], field: str) -> str:
    return str(model._meta.get_field(field).column)  # type: ignore[union-attr]


@cache
def _kind(model: type[models.Model], field: str) -> str:
    """Return the SQL type of a column on PostgreSQL."""
    kind = str(model._meta.get_field(field).rel_db_type(connection))  # type: ignore[union-attr]
    return "text" if kind.startswith("varchar") else kind


def _unnest(kinds: Iterable[str]) -> str:
    return f"unnest({', '.join(f'%s::{kind}[]' for kind in kinds)})"


def _values(model: type[models.Model], fields: Sequence[str]) -> str:
    if not is_postgres():
        return "VALUES (" + ", ".join(["%s"] * len(fields)) + ")"
    return f"SELECT * FROM {_unnest(_kind(model, field) for field in fields)}"


def _run(sql: str, model: type[models.Model], fields: Sequence[str], rows: Sequence[Row]) -> int:
    with connection.cursor() as cursor:
        if is_postgres():
            kinds = [_kind(model, field) for field in fields]
            cursor.execute(sql, arrays(kinds, rows))
        else:
            cursor.executemany(sql, rows)
        return cursor.rowcount


def arrays(kinds: Sequence[str], rows: Sequence[Row]) -> list[Any]:
    """Return rows as one array for each column, of these SQL types: what `unnest` takes."""
    return [array(kind, one) for kind, one in zip(kinds, zip(*rows, strict=True), strict=True)]


def insert(
    model: type[models.Model],
    fields: Sequence[str],
    rows: Sequence[Row],
    *,
    ignore_conflicts: bool = False,
) -> int:
    """Insert `rows` (values in the order of `fields`); return how many went in."""
    if not rows:
        return 0
    ending = " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
    table, columns = model._meta.db_table, ", ".join(_columns(model, fields))
    return _run(
        f"INSERT INTO {table} ({columns}) {_values(model, fields)}{ending}", model, fields, rows
    )


def upsert(
    model: type[models.Model],
    fields: Sequence[str],
    rows: Sequence[Row],
    *,
    key: Sequence[str],
    bump: str = "",
    merge: Mapping[str, str] | None = None,
    guard: str = "",
) -> int:
    """Insert `rows`, or update the fields outside `key` where any differs; return rows written.

    Rows that are already as asked are not touched. `bump` names a counter column that grows by one
    on each update. `merge` gives, for a field, the SQL expression of its new value over the old
    row (by the table's name) and the new one (`excluded`), instead of simply the new one: writers
    at the same time then end alike in any order. `guard` is an SQL condition that decides instead
    of the difference whether an existing row is written. No two rows may share the key.
    """
    if not rows:
        return 0
    table = model._meta.db_table
    columns, key_columns = _columns(model, fields), _columns(model, key)
    changing = [column for column in columns if column not in key_columns]
    differs = "IS DISTINCT FROM" if is_postgres() else "IS NOT"
    merged = {_columns(model, [field])[0]: value for field, value in (merge or {}).items()}
    new = {column: merged.get(column, f"excluded.{column}") for column in changing}
    sets = [f"{column} = {value}" for column, value in new.items()]
    if bump:
        sets.append(f"{bump} = {table}.{bump} + 1")
    where = guard or " OR ".join(
        f"{table}.{column} {differs} ({value})" for column, value in new.items()
    )
    return _run(
        f"INSERT INTO {table} ({', '.join(columns)}) {_values(model, fields)}"
        f" ON CONFLICT ({', '.join(key_columns)}) DO UPDATE SET {', '.join(sets)} WHERE {where}",
        model,
        fields,
        rows,
    )


def update(
    model: type[models.Model], fields: Sequence[str], rows: Sequence[Row], *, key: str = "id"
) -> int:
    """Set `fields` of existing rows; each row holds the values of `fields`, then its `key`."""
    if not rows:
        return 0
    table = model._meta.db_table
    columns, key_column = _columns(model, fields), _columns(model, [key])[0]
    if is_postgres():
        names = [*fields, key]
        sets = ", ".join(f"{column} = v.{column}" for column in columns)
        sql = (
            f"UPDATE {table} SET {sets} FROM {_unnest(_kind(model, name) for name in names)}"
            f" AS v({', '.join([*columns, key_column])})"
            f" WHERE {table}.{key_column} = v.{key_column}"
        )
        return _run(sql, model, names, rows)
    sets = ", ".join(f"{column} = %s" for column in columns)
    return _run(f"UPDATE {table} SET {sets} WHERE {key_column} = %s", model, [*fields, key], rows)


def in_ids(column: str, ids: Iterable[int]) -> tuple[str, list[Any]]:
    """Return a condition that `column` is among `ids`, as one parameter whatever their number."""
    if is_postgres():
        return f"{column} = ANY(%s)", [plain(ids)]
    return f"{column} IN (SELECT value FROM json_each(%s))", [json.dumps(list(ids))]


FEW = 100
"""From this many people on, a condition said twice costs more than a walk over a table."""


def also_in(column: str, ids: Collection[int]) -> tuple[str, list[Any]]:
    """Return a condition that a join implies already, for PostgreSQL to reach `column` by index.

    Without it the planner may walk a whole table for a few of its rows. For many rows it has to
    walk anyway, and would test each against the whole list. SQLite needs no telling.
    """
    if is_postgres() and len(ids) <= FEW:
        return in_ids(column, ids)
    return "1 = 1", []


def in_pairs(first: str, second: str, pairs: Sequence[tuple[int, int]]) -> tuple[str, list[Any]]:
    """Return a condition that (`first`, `second`) is among `pairs` of integers."""
    rows, parameters = pairs_of(pairs)
    return f"({first}, {second}) IN ({rows})", parameters


def pairs_of(pairs: Sequence[tuple[int, int]]) -> tuple[str, list[Any]]:
    """Return a query whose rows are `pairs` of integers, however many they are."""
    if is_postgres():
        return (
            "SELECT * FROM unnest(%s::bigint[], %s::bigint[])",
            [plain(pair[0] for pair in pairs), plain(pair[1] for pair in pairs)],
        )
    return (
        "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(%s)",
        [json.dumps(pairs)],
    )


def fetch(sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run a query and return all its rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def fetch_bytes(sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run a query whose rows hold many bytes; PostgreSQL sends them as they are.

    In text, as Django's cursor asks, each byte comes as two, and is turned twice.
    """
    if not is_postgres():
        return fetch(sql, parameters)
    from psycopg import Cursor  # comes with an extra: only where there is PostgreSQL

    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        return cursor.execute(sql, parameters, binary=True).fetchall()


def execute(sql: str, parameters: Sequence[Any] = ()) -> int:
    """Run a statement and return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.rowcount


def in_texts(column: str, values: Collection[str]) -> tuple[str, list[Any]]:
    """Return a condition that `column` is among `values`, as one parameter."""
    if is_postgres():
        return f"{column} = ANY(%s)", [texts(values)]
    return in_ids(column, values)  # type: ignore[arg-type]


@contextmanager
def snapshot() -> Iterator[None]:
    """Let every read of the block see the same state, while others go on writing.

    `transaction.atomic` would take the writer's lock on SQLite, and see what others commit
    meanwhile on PostgreSQL. SQLite maps its file meanwhile: joins over whole tables take two
    thirds of the time where no page is copied. Inside a transaction this does nothing.
    """
    if connection.in_atomic_block:
        yield
        return
    if not is_postgres():
        execute(f"PRAGMA mmap_size = {_MOST_MAPPED_BYTES}")
    execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if is_postgres() else "BEGIN")
    try:
        yield
    finally:
        execute("ROLLBACK")
        if not is_postgres():
            execute("PRAGMA mmap_size = 0")
