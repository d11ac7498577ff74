"""The pages about metrics and baselines say what the code does: names, limits, bins, codes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from laurels.adapters.baseline_csv import read_baseline
from laurels.apps.metrics.models import ID_MOST
from laurels.apps.metrics.selectors.baselines import HELD_MOST
from laurels.domain.metric_names import DEFINITIONS, DROP_RATE, MERGE_RATE, NINE, number_of
from laurels.domain.metrics import WINDOW_DAYS, Code
from laurels.domain.metrics.reasons import (
    ACTIVITY_LEAST,
    MERGED_LEAST,
    OPENED_LEAST,
    READY_LEAST,
)
from laurels.domain.percentiles import POINTS, Mode, bin_of, composite
from laurels.domain.percentiles.composites import ISSUES_WEIGHT, PRS_WEIGHT, REVIEWS_WEIGHT
from laurels.domain.percentiles.faults import FAULTS_KEPT
from laurels.domain.percentiles.table import COLUMNS
from tests.meta.files import ROOT, source

LEARN = (ROOT / "docs" / "learn" / "metrics.md").read_text(encoding="utf-8")
OPERATE = (ROOT / "docs" / "operate" / "baselines.md").read_text(encoding="utf-8")
PUBLISHED = "population/population_cdfs_2025-09-30_v1.csv"
GATES = {
    "total_opened_prs": "1 opened",
    "total_merged_prs": "1 opened",
    "pr_merge_rate": f"{OPENED_LEAST} opened",
    "pr_drop_rate": f"{READY_LEAST} that are no drafts",
    "avg_merge_latency_hours": f"{MERGED_LEAST} merged",
}


def rows_of(page: str, first: str) -> list[list[str]]:
    """Return the rows of the table whose head begins with a word."""
    lines = page.splitlines()
    start = lines.index(next(line for line in lines if line.startswith(f"| {first} |"))) + 2
    found = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def codes_of(rows: list[list[str]]) -> list[str]:
    return [code for row in rows for code in re.findall(r"`([^`]+)`", row[0])]


def test_metrics_when_told_then_the_nine_in_order_with_heading_and_gate() -> None:
    rows = rows_of(LEARN, "metric")
    assert [row[0] for row in rows] == [f"`{name}`" for name in NINE]
    for row, name in zip(rows, NINE, strict=True):
        assert row[1] == DEFINITIONS[name].title
        assert row[3] == GATES.get(name, f"activity of {ACTIVITY_LEAST}")
        assert ("less is better" in row[2]) is DEFINITIONS[name].lower_is_better


def test_window_weights_and_example_when_told_then_those_of_the_code() -> None:
    assert f"{WINDOW_DAYS:,} days" in LEARN
    weights = (REVIEWS_WEIGHT, PRS_WEIGHT, ISSUES_WEIGHT)
    assert f"{weights[0]}, {weights[1]} and {weights[2]} hundredths" in LEARN
    made = composite(100, 200, 300)
    assert made is not None
    assert f"make a composite of {number_of(made)}" in LEARN
    assert f"{POINTS:,} thresholds" in LEARN


def test_bins_when_told_then_as_the_code_names_them() -> None:
    rows = rows_of(LEARN, "percentile")
    for edge, words in rows[:-1]:
        below = int(edge.removeprefix("below "))
        assert bin_of(10 * below - 1, Mode.FAIR).value == words
        assert bin_of(10 * below, Mode.FAIR).value != words
    assert rows[-1][0] == "from 99"
    fair, raw = bin_of(990, Mode.FAIR), bin_of(990, Mode.RAW)
    assert rows[-1][1] == f"{fair}; in `raw` mode {raw}"
    assert {bin_of(990, mode) for mode in Mode if mode is not Mode.RAW} == {fair}


def test_modes_when_told_then_the_published_population_gives_these_numbers(
    shared_data: Path,
) -> None:
    baseline = read_baseline(shared_data / PUBLISHED, baseline_id="p", method="wave-metrics/1")
    rows = {row[0].strip("`"): row for row in rows_of(LEARN, "mode")}
    assert set(rows) == {mode.value for mode in Mode}
    for mode in Mode:
        drop = baseline.place_number(DROP_RATE, 0.0, mode)
        merge = baseline.place_number(MERGE_RATE, 1.0, mode)
        assert drop is not None and merge is not None
        assert rows[mode.value][2:] == [str(drop.percentile), str(merge.percentile)]


def test_reasons_when_told_then_each_code_once() -> None:
    assert sorted(codes_of(rows_of(LEARN, "code"))) == sorted(code.value for code in Code)


def test_faults_when_told_then_every_code_of_the_source_once() -> None:
    made = {
        code
        for path in source("domain", "adapters", "apps")
        if path.parent.name in {"percentiles", "adapters"} or "metrics" in path.parts
        for code in re.findall(r'\bFault\(\s*"([a-z0-9-]+)"', path.read_text(encoding="utf-8"))
    }
    assert sorted(codes_of(rows_of(OPERATE, "code"))) == sorted(made)


def test_file_and_memory_when_told_then_those_of_the_code() -> None:
    assert all(f"`{column}`" in OPERATE for column in COLUMNS)
    assert f"up to {ID_MOST} letters" in OPERATE
    assert (FAULTS_KEPT, HELD_MOST) == (20, 4)
    assert "up to twenty faults" in OPERATE
    assert "Four baselines stay in memory" in OPERATE


@pytest.mark.parametrize("page", ["learn/metrics.md", "operate/baselines.md"])
def test_page_when_written_then_the_readme_leads_to_it(page: str) -> None:
    assert f"(docs/{page})" in (ROOT / "README.md").read_text(encoding="utf-8")
