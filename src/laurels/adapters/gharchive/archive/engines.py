"""The engines that run the program: DuckDB in this process, Spark beside it; the same expressions.

An engine reads Parquet files as a table, and writes what an expression gives as Parquet or gives it
by columns. Both keep within the memory that they are given and spill to the scratch folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Protocol

import ibis

from laurels.adapters.gharchive.archive.faults import BuildRefused
from laurels.adapters.gharchive.archive.program import Table

MEMORY_MB: Final = 1_024


class Engine(Protocol):
    """What the build asks of an engine."""

    def table(self, files: Sequence[Path]) -> Table:
        """Read Parquet files (or Spark's folders of them) of one schema as one table."""

    def write(self, expression: Table, path: Path) -> None:
        """Write what an expression gives as Parquet: a file, or a folder of files."""

    def columns(self, expression: Table) -> dict[str, list[Any]]:
        """Give a result that fits in memory by its columns."""


class _Ibis:
    """An engine behind Ibis: the backends differ in nothing here but the connection."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend
        self._tables = 0

    def table(self, files: Sequence[Path]) -> Table:
        """Read Parquet files as one table of a name of its own."""
        single = [str(part) for file in files for part in _parts(file)]
        self._tables += 1
        return self._read(single, f"laurels_{self._tables}")

    def write(self, expression: Table, path: Path) -> None:
        """Write what an expression gives."""
        self._backend.to_parquet(expression, str(path))

    def columns(self, expression: Table) -> dict[str, list[Any]]:
        """Give a result that fits in memory by its columns."""
        found: dict[str, list[Any]] = self._backend.to_pyarrow(expression).to_pydict()
        return found

    def _read(self, files: list[str], name: str) -> Table:
        raise NotImplementedError


class _DuckDB(_Ibis):
    def _read(self, files: list[str], name: str) -> Table:
        return self._backend.read_parquet(files, table_name=name)


class _Spark(_Ibis):
    def _read(self, files: list[str], name: str) -> Table:
        # The backend itself takes one path only.
        self._backend._session.read.parquet(*files).createOrReplaceTempView(name)
        return self._backend.table(name)


@contextmanager
def duckdb_engine(scratch: Path, memory_mb: int) -> Iterator[Engine]:
    """Run DuckDB in this process; it never looks for extensions on the network."""
    backend = ibis.duckdb.connect(
        memory_limit=f"{memory_mb}MB",
        temp_directory=str(scratch / "spilled"),
        preserve_insertion_order=False,
        autoinstall_known_extensions=False,
    )
    try:
        yield _DuckDB(backend)
    finally:
        backend.disconnect()


@contextmanager
def spark_engine(scratch: Path, memory_mb: int) -> Iterator[Engine]:
    """Run Spark: the session there is, else a new one as `spark.master` or `SPARK_REMOTE` say.

    On a cluster the scratch folder must be one that all its machines see.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise BuildRefused("engine-missing", "Spark needs the package pyspark, and Java") from error
    given = SparkSession.getActiveSession()
    try:
        session = given or _session(SparkSession.builder, scratch, memory_mb).getOrCreate()
    except Exception as error:
        # Without Java, or with an old one, pyspark has an error of its own for each way to fail.
        raise BuildRefused("engine-missing", f"Spark does not start: {error}") from error
    try:
        yield _Spark(ibis.pyspark.connect(session))
    finally:
        if given is None:
            session.stop()


ENGINES: Final[Mapping[str, Callable[[Path, int], Any]]] = {
    "duckdb": duckdb_engine,
    "pyspark": spark_engine,
}


def _session(builder: Any, scratch: Path, memory_mb: int) -> Any:
    settings = {
        "spark.app.name": "laurels baseline build",
        "spark.driver.memory": f"{memory_mb}m",
        "spark.local.dir": str(scratch / "spark"),
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.sql.session.timeZone": "UTC",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder


def _parts(path: Path) -> list[Path]:
    return sorted(path.glob("*.parquet")) if path.is_dir() else [path]
