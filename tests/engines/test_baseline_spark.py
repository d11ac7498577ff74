"""The same program on Spark: what DuckDB counts, to the last person; where there is Java."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from laurels.adapters.gharchive.archive.engines import spark_engine
from tests.unit.adapters.gharchive.archive.windows import (
    DAYS,
    WINDOWS,
    assert_same,
    brute_days,
    build_days,
    trimmed,
)


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Start one Spark for all builds here; each finds it and leaves it running."""
    if shutil.which("java") is None:
        pytest.skip("no-java: Spark needs it")
    if find_spec("pyspark") is None:
        pytest.fail("there is Java, but no Spark: make .venv/.spark installs it")
    from pyspark.sql import SparkSession

    with spark_engine(tmp_path_factory.mktemp("spark"), 512):
        session = SparkSession.getActiveSession()
        assert session is not None
        # A few thousand rows: planning and compiling are all the work there is.
        session.conf.set("spark.sql.shuffle.partitions", "1")
        session.conf.set("spark.sql.adaptive.enabled", "false")
        session.conf.set("spark.sql.codegen.wholeStage", "false")
        yield
    assert SparkSession.getActiveSession() is None


@pytest.mark.usefixtures("spark")
@pytest.mark.parametrize(
    ("window", "is_trimmed"), [*zip(WINDOWS, (False, True), strict=True)], ids=("full", "trimmed")
)
def test_build_when_on_spark_then_as_on_duckdb_and_as_counted_the_long_way(
    shared_data: Path, tmp_path: Path, window: str, is_trimmed: bool
) -> None:
    names, first, last = WINDOWS[window]
    files = [shared_data / name for name in names]
    if is_trimmed:
        files = trimmed(files, tmp_path)
    on_spark = build_days(files, first, last, engine="pyspark")
    on_duckdb = build_days(files, first, last)
    assert on_spark.baseline == on_duckdb.baseline
    assert on_spark.population == on_duckdb.population
    assert on_spark.report.pull_requests == on_duckdb.report.pull_requests
    assert_same(on_spark, brute_days(files, first, last))


@pytest.mark.usefixtures("spark")
def test_facts_when_made_on_two_engines_then_they_go_together(
    shared_data: Path, tmp_path: Path
) -> None:
    facts = tmp_path / "facts"
    files = [shared_data / name for name in DAYS]
    build_days(files[:2], "2017-07-24", "2017-07-26", engine="pyspark", facts=facts)
    built = build_days(files[2:], "2017-07-24", "2017-07-26", engine="duckdb", facts=facts)
    again = build_days([], "2017-07-24", "2017-07-26", engine="pyspark", facts=facts)
    at_once = build_days(files, "2017-07-24", "2017-07-26").baseline
    assert built.baseline == again.baseline == at_once
