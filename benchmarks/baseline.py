"""Thresholds of a population: eight metrics of five million people, at 0.1 per cent.

ours       whole-number histograms by the build's engine, thresholds by the domain
yardstick  percentile_disc in PostgreSQL, one statement a metric over one table
limit      numpy: sort each column, take the 1,001 places

The second phase adds one per cent more people: ours counts them alone and adds the histograms, the
others do everything again. Each starts from the same values where it keeps them (Parquet, a table,
arrays in memory), and all must come to the same 8,008 thresholds.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from benchmarks.harness import LIMIT, OURS, YARDSTICK, Contender, Path, faster
from benchmarks.options import Options
from benchmarks.scratch import Scratch
from laurels.adapters.gharchive.archive.counting import population_of
from laurels.adapters.gharchive.archive.engines import duckdb_engine
from laurels.adapters.gharchive.archive.program import HISTOGRAMS, histograms
from laurels.domain.metric_names import OSS_COMPOSITE
from laurels.domain.percentiles import POINTS, Population, thresholds_of_histogram

ENGINES = ("postgres",)
EIGHT = tuple(name for name in HISTOGRAMS if name != OSS_COMPOSITE)
WHOLE, MORE = "whole", "one per cent"
Thresholds = dict[str, Sequence[float]]


def run(scratch: Scratch, options: Options) -> list[Path]:
    """Measure the whole population, then one per cent more."""
    # No multiple of 2 or 5: percentile_disc multiplies binary fractions of a per cent by it.
    people = 20_011 if options.is_quick else 5_000_011
    drawn = {WHOLE: _people(people, 1), MORE: _people(people // 100, 2)}
    hashed = hashlib.sha256()
    for part in drawn.values():
        for name in sorted(part):
            hashed.update(part[name].tobytes())
    with ExitStack() as stack:
        contenders = [_ours(scratch, drawn, stack), _yardstick(scratch, drawn), _limit(drawn)]
        path = Path(
            "baseline", scratch.engine, f"{people:,} people × {len(EIGHT)}", hashed.hexdigest(),
            contenders, (faster(WHOLE, 10), faster(MORE, 10)),
        )  # fmt: skip
        path.measure(options.rounds)
    share = path.medians[MORE, OURS] / path.medians[WHOLE, OURS]
    path.notes.append(f"ours adds one per cent in {share:.3f} of the time of the whole")
    return [path]


def _people(count: int, seed: int) -> dict[str, Any]:
    """Draw people as skewed as GitHub's: most have one pull request and no review."""
    draw = np.random.default_rng(seed)

    def skewed(mean: float, most: int) -> Any:
        return np.minimum(np.floor(draw.lognormal(np.log(mean), 1.6, count)), most).astype("int64")

    opened = 1 + skewed(1.2, 20_000)
    merged = draw.binomial(opened, draw.beta(1.2, 0.6, count))
    ready = draw.binomial(opened, 0.97)
    timed = draw.binomial(merged, 0.99)
    return {
        "opened": opened,
        "merged": merged,
        "ready": ready,
        "dropped": draw.binomial(np.minimum(opened - merged, ready), 0.6),
        "timed": timed,
        "hours": np.where(timed > 0, skewed(9, 9_000) * timed + draw.integers(0, 9, count), 0),
        "reviews": skewed(0.6, 50_000),
        "issues": skewed(0.9, 9_000),
        "pushes": skewed(20, 90_000),
    }


def _values(part: dict[str, Any]) -> dict[str, Any]:
    """Give the eight values of people as columns of binary64, nan for none."""
    with np.errstate(invalid="ignore", divide="ignore"):
        columns = (
            part["opened"], part["merged"], part["merged"] / part["opened"],
            part["dropped"] / part["ready"], part["hours"] / part["timed"], part["reviews"],
            part["issues"], part["pushes"],
        )  # fmt: skip
    return {name: c.astype("float64") for name, c in zip(EIGHT, columns, strict=True)}


def _answer(found: Thresholds) -> dict[str, str]:
    text = repr([(name, [float(one) for one in found[name]]) for name in EIGHT])
    return {"thresholds": hashlib.sha256(text.encode()).hexdigest()}


def _ours(scratch: Scratch, drawn: dict[str, dict[str, Any]], stack: ExitStack) -> Contender:
    engine = stack.enter_context(duckdb_engine(scratch.folder, 2_048))
    tables = {}
    for name, part in drawn.items():
        file = scratch.folder / f"{name}.parquet"
        pyarrow.parquet.write_table(pa.table(part), file)
        tables[name] = engine.table([file])
    held: dict[str, Any] = {}

    def counted(name: str) -> Population:
        return population_of(engine.columns(histograms(tables[name], EIGHT)))

    def thresholds(population: Population) -> None:
        held["population"] = population
        held["found"] = {
            name: thresholds_of_histogram(population.by_value[name]) for name in EIGHT
        }  # fmt: skip

    return Contender(
        OURS,
        {
            WHOLE: lambda: thresholds(counted(WHOLE)),
            MORE: lambda: thresholds(held["population"].plus(counted(MORE))),
        },
        lambda _: _answer(held["found"]),
    )


def _yardstick(scratch: Scratch, drawn: dict[str, dict[str, Any]]) -> Contender:
    server = scratch.raw()
    columns = ", ".join(f"{name} double precision" for name in EIGHT)
    for table, name in (("bench_whole", WHOLE), ("bench_more", MORE)):
        server.execute(f"CREATE TABLE {table} ({columns})")
        _copy(server, table, _values(drawn[name]))
    found: dict[str, Sequence[float]] = {}
    fractions = [at / (POINTS - 1) for at in range(POINTS)]

    def ask() -> None:
        for name in EIGHT:
            statement = (
                f"SELECT percentile_disc(%s::double precision[]) WITHIN GROUP (ORDER BY {name})"
                " FROM bench_people"
            )
            found[name] = server.execute(statement, (fractions,)).fetchone()[0]

    def add() -> None:
        server.execute("INSERT INTO bench_people SELECT * FROM bench_more")
        ask()

    def reset() -> None:
        server.execute("DROP TABLE IF EXISTS bench_people")
        server.execute("CREATE TABLE bench_people AS TABLE bench_whole")
        server.execute("VACUUM ANALYZE bench_people")

    return Contender(YARDSTICK, {WHOLE: ask, MORE: add}, lambda _: _answer(found), reset)


def _copy(server: Any, table: str, values: dict[str, Any]) -> None:
    whole = pa.table({name: pa.array(column, from_pandas=True) for name, column in values.items()})
    options = pyarrow.csv.WriteOptions(include_header=False)
    with server.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv)") as copy:
        for batch in whole.to_batches(max_chunksize=100_000):
            text = io.BytesIO()
            pyarrow.csv.write_csv(pa.Table.from_batches([batch]), text, options)
            copy.write(text.getvalue())


def _limit(drawn: dict[str, dict[str, Any]]) -> Contender:
    parts = {name: _values(part) for name, part in drawn.items()}
    found: dict[str, Sequence[float]] = {}

    def ask(*names: str) -> None:
        for metric in EIGHT:
            column = np.concatenate([parts[name][metric] for name in names])
            column.sort()
            known = len(column) - int(np.isnan(column).sum())
            places = -(-known * np.arange(POINTS) // (POINTS - 1)) - 1
            found[metric] = column[np.maximum(places, 0)]

    return Contender(
        LIMIT, {WHOLE: lambda: ask(WHOLE), MORE: lambda: ask(WHOLE, MORE)}, lambda _: _answer(found)
    )
