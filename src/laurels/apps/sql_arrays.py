"""Columns of values as the text of PostgreSQL's arrays.

psycopg asks of each value what type it is; here the column has told, and a column is one join.
That asking was a third of the worker's processor time on PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

_PLAIN = frozenset({"smallint", "integer", "bigint", "boolean"})
_HEX = r'"\\x%s"'


def array(kind: str, values: Collection[Any]) -> Any:
    """Return `values` as an array's text where their SQL type is known, else as a list.

    None is NULL. The text is a parameter like any other: the statement names the array's type.
    """
    if kind in _PLAIN:
        return plain(values)
    if kind == "text":
        return texts(values)
    if kind == "bytea":
        return _bytes(values)
    return list(values)


def plain(values: Iterable[int | None]) -> str:
    """Return an array of whole numbers or truth values."""
    return f"{{{','.join(map(str, values)).replace('None', 'NULL')}}}"


def texts(values: Collection[str | None]) -> str:
    """Return an array of texts; one look at all of them tells whether any needs an escape."""
    if not values:
        return "{}"
    if None not in values:
        joined = '","'.join(values)  # type: ignore[arg-type]
        if "\\" not in joined and joined.count('"') == 2 * (len(values) - 1):
            return f'{{"{joined}"}}'
    return f"{{{','.join(map(_quoted, values))}}}"


def _quoted(value: str | None) -> str:
    if value is None:
        return "NULL"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _bytes(values: Iterable[bytes | None]) -> str:
    # One backslash is the array's, the other that of bytes in hexadecimal.
    return f"{{{','.join('NULL' if one is None else _HEX % one.hex() for one in values)}}}"
