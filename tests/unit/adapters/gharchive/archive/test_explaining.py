"""The program as SQL, and the archive's own tables as the same rows that files give."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlglot
from sqlglot import expressions as exp

from laurels.adapters.gharchive import check
from laurels.adapters.gharchive.archive import explain, raw
from laurels.adapters.gharchive.archive.counting import population_of
from laurels.adapters.gharchive.archive.staging import SCHEMA, stage
from laurels.kit.times import parse_date
from tests.fakes.archive import read_events, trim
from tests.unit.adapters.gharchive.archive.windows import HOUR, WINDOWS, build_days

DAY = parse_date("2015-01-01")


def tables_of(tree: exp.Expression) -> set[str]:
    names = {one.alias for one in tree.find_all(exp.CTE)}
    return {
        ".".join(part.name for part in table.parts)
        for table in tree.find_all(exp.Table)
        if table.name not in names
    }


def test_bigquery_when_compiled_then_one_query_of_that_dialect_over_the_archive() -> None:
    sql = explain("bigquery", start=parse_date("2022-12-30"), end=parse_date("2023-02-02"))
    [tree] = sqlglot.parse(sql, dialect="bigquery")
    assert isinstance(tree, exp.Query)
    assert tables_of(tree) == {
        "githubarchive.day.20221230",
        "githubarchive.day.20221231",
        "githubarchive.month.202301",
        "githubarchive.day.20230201",
        "githubarchive.day.20230202",
    }


def test_bigquery_when_payloads_are_text_then_parsed_and_never_cast() -> None:
    sql = explain("bigquery", start=DAY, end=DAY)
    assert "SAFE.PARSE_JSON(`t0`.`payload`)" in sql
    assert "AS JSON" not in sql


@pytest.mark.parametrize(
    ("first", "last", "tables"),
    [
        ("2024-02-01", "2024-02-29", [("month", "202402")]),
        ("2024-02-01", "2024-02-28", [("day", f"202402{day:02}") for day in range(1, 29)]),
        ("2024-12-01", "2025-01-31", [("month", "202412"), ("month", "202501")]),
        ("2024-12-31", "2024-12-31", [("day", "20241231")]),
    ],
)
def test_archive_tables_when_months_are_whole_then_by_month(
    first: str, last: str, tables: list[tuple[str, str]]
) -> None:
    assert raw.archive_tables(parse_date(first), parse_date(last) + 86_400) == tables


def archived(events: list[dict[str, Any]]) -> pa.Table:
    rows = [
        {
            "id": one["id"],
            "type": one["type"],
            "actor": {name: one["actor"][name] for name in ("id", "login")},
            "repo": {name: one["repo"][name] for name in ("id", "name")},
            "created_at": datetime.fromisoformat(one["created_at"]),
            "payload": json.dumps(one["payload"]),
        }
        for one in events
    ]
    return pa.Table.from_pylist(rows, schema=ibis.schema(raw.SCHEMA).to_pyarrow())


@pytest.mark.parametrize("is_trimmed", [False, True], ids=["full", "trimmed"])
@pytest.mark.parametrize("name", [HOUR[0], "kubernetes-2017/2017-07-24.json.gz"])
def test_archive_rows_when_compared_then_those_of_our_reader(
    shared_data: Path, tmp_path: Path, name: str, is_trimmed: bool
) -> None:
    events = read_events(shared_data / name)[:4_000:2]
    if is_trimmed:
        events = [trim(one) for one in events]
    path = tmp_path / "2015-01-01-12.json"
    path.write_text("\n".join(json.dumps(one) for one in events))
    stage(check([path]), tmp_path / "rows.parquet", lambda *_: None)
    wanted = pq.read_table(tmp_path / "rows.parquet")
    backend = ibis.duckdb.connect(autoinstall_known_extensions=False)
    given = backend.create_table("events", archived(events))
    found = backend.to_pyarrow(raw.rows_of(given)).cast(SCHEMA)
    backend.disconnect()
    assert found.sort_by("event_id").to_pylist() == wanted.sort_by("event_id").to_pylist()


def test_duckdb_when_explained_then_the_query_counts_what_a_build_counts(
    shared_data: Path, tmp_path: Path
) -> None:
    names, first, last = WINDOWS["an hour of everybody"]
    files = [shared_data / name for name in names]
    stage(check(files), tmp_path / "rows.parquet", lambda *_: None)
    backend = ibis.duckdb.connect(autoinstall_known_extensions=False)
    backend.read_parquet(tmp_path / "rows.parquet", table_name="events")
    sql = explain("duckdb", start=parse_date(first), end=parse_date(last))
    found = backend.con.sql(sql).to_arrow_table().to_pydict()
    backend.disconnect()
    assert population_of(found) == build_days(files, first, last).population


def test_spark_when_explained_then_sql_of_that_dialect() -> None:
    tree = sqlglot.parse_one(explain("pyspark", start=DAY, end=DAY), dialect="spark")
    assert tables_of(tree) == {"events"}
