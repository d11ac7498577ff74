"""The program as SQL, for engines that it is not run on and for people who want to read it."""

from __future__ import annotations

from typing import Final

import ibis
import sqlglot
from sqlglot import expressions as exp

from laurels.adapters.gharchive.archive import program, raw
from laurels.adapters.gharchive.archive.faults import BuildRefused
from laurels.adapters.gharchive.archive.rows import COLUMNS
from laurels.kit.times import DAY_SECONDS

BIGQUERY: Final = "bigquery"
DIALECTS: Final = (BIGQUERY, "duckdb", "pyspark")
EVENTS: Final = "events"


def explain(dialect: str, *, start: int, end: int) -> str:
    """Give one statement that counts a window's people: rows (metric, a, b, c, people).

    Days as in `build`. For BigQuery it reads the archive's own public tables; for the others a
    table `events` of flat rows (`rows.py`), which is what a build gives them. BuildRefused for
    another dialect, and for a window that is none.
    """
    if dialect not in DIALECTS:
        known = ", ".join(DIALECTS)
        raise BuildRefused("engine-unknown", f"no SQL for {dialect!r} (there is {known})")
    if start % DAY_SECONDS or end % DAY_SECONDS or end < start:
        raise BuildRefused("window", "the window must be two days, the last not before the first")
    until = end + DAY_SECONDS
    if dialect == BIGQUERY:
        events = raw.rows_of(raw.archive_table(start, until))
    else:
        events = ibis.table(dict(COLUMNS), name=EVENTS)
    judged = program.pulls(program.pull_facts(events), start, until)
    counted = program.person_facts(events)
    population = program.people(judged, counted, start, until)
    counted_people = program.histograms(population)
    sql = str(ibis.to_sql(counted_people, dialect=dialect))
    return _parsing_json(sql) if dialect == BIGQUERY else sql


def _parsing_json(sql: str) -> str:
    """Parse JSON where Ibis casts text to it, which BigQuery refuses; broken text is null."""
    tree = sqlglot.parse_one(sql, dialect=BIGQUERY)

    def parsed(node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.Cast) and node.to.is_type(exp.DataType.Type.JSON):
            return exp.Dot(
                this=exp.to_identifier("SAFE"), expression=exp.func("PARSE_JSON", node.this)
            )
        return node

    return tree.transform(parsed).sql(dialect=BIGQUERY, pretty=True)
