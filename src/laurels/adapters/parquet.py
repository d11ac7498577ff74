"""Tables as Parquet files, row group by row group; needs what the extra `archive` brings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any


class ParquetMissing(Exception):
    """What writes Parquet is not installed."""

    status_code = 422
    code = "parquet-missing"


def check_parquet() -> None:
    """Raise ParquetMissing where no Parquet can be written."""
    _arrow()


def write_parquet(
    path: Path, columns: Sequence[tuple[str, type]], groups: Iterable[Sequence[tuple[Any, ...]]]
) -> int:
    """Write rows in groups under typed columns (str, int, float, bool); return how many.

    Every cell may be None. Raises ParquetMissing; a file half-written is the caller's to remove.
    """
    arrow, parquet = _arrow()
    kinds = {str: arrow.string(), int: arrow.int64(), float: arrow.float64(), bool: arrow.bool_()}
    schema = arrow.schema([(name, kinds[kind]) for name, kind in columns])
    rows = 0
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for group in groups:
            by_column = list(zip(*group, strict=True)) or [() for _ in columns]
            arrays = [
                arrow.array(cells, type=field.type)
                for cells, field in zip(by_column, schema, strict=True)
            ]
            writer.write_table(arrow.Table.from_arrays(arrays, schema=schema))
            rows += len(group)
    return rows


def _arrow() -> tuple[Any, Any]:
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        raise ParquetMissing(
            "writing Parquet needs more than is installed: pip install 'laurels[archive]'"
        ) from None
