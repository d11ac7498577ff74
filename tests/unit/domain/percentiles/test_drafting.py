"""Judging a baseline row by row and as a whole: every fault names metric and percentile."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from laurels.domain.metric_names import LATENCY, MERGE_RATE, OPENED, RATES, TEN
from laurels.domain.percentiles import (
    POINTS,
    Baseline,
    BaselineRefused,
    Draft,
    Fault,
    Row,
    Thresholds,
    faults_of,
)
from laurels.domain.percentiles.faults import FAULTS_KEPT, tenths_text


def rows() -> Iterator[Row]:
    line = 1
    for name in TEN:
        for at in range(POINTS):
            line += 1
            threshold = f"{at / 1000}" if name in RATES else f"{at}.5"
            yield Row(name, tenths_text(at), threshold, "2022-10-01", "2025-09-30", line)


def finished(given: list[Row]) -> Baseline:
    draft = Draft()
    for row in given:
        draft.add(row)
    return draft.finish(baseline_id="b", method="test", checksum="0" * 64, population=9)


def changed(wanted_metric: str, at: int, **fields: str) -> list[Row]:
    wanted = (wanted_metric, tenths_text(at))
    return [
        msgspec.structs.replace(row, **fields) if (row.metric, row.percentile) == wanted else row
        for row in rows()
    ]


def refused(given: list[Row]) -> BaselineRefused:
    with pytest.raises(BaselineRefused) as caught:
        finished(given)
    return caught.value


def test_sound_rows_in_any_order_then_one_baseline() -> None:
    made = finished(list(rows())[::-1])
    assert made == finished(list(rows()))
    assert (made.start, made.end, made.population) == (20221001, 20250930, 9)
    assert made.thresholds[OPENED].texts[567] == "567.5"
    assert faults_of(made) == ()


@pytest.mark.parametrize(
    ("fields", "code", "said"),
    [
        ({"metric": "stars"}, "metric-unknown", "'stars' is no metric"),
        ({"percentile": "50.05"}, "percentile-wrong", "'50.05' is no percentile"),
        ({"percentile": "100.1"}, "percentile-wrong", "'100.1' is no percentile"),
        ({"percentile": "-0.1"}, "percentile-wrong", "'-0.1' is no percentile"),
        ({"percentile": "half"}, "percentile-wrong", "'half' is no percentile"),
        ({"threshold": "many"}, "not-a-number", "the threshold 'many' is no finite number"),
        ({"threshold": "nan"}, "not-a-number", "the threshold 'nan' is no finite number"),
        ({"threshold": "1e999"}, "not-a-number", "the threshold '1e999' is no finite number"),
        ({"threshold": ""}, "not-a-number", "the threshold '' is no finite number"),
        ({"threshold": "9" * 99}, "not-a-number", "...' is no finite number"),
        ({"start": "2022-13-01"}, "date-wrong", "'2022-13-01' is no date"),
        ({"end": "2025-W40-2"}, "date-wrong", "'2025-W40-2' is no date"),
        ({"end": "20250930"}, "date-wrong", "'20250930' is no date"),
        ({"end": "2025-09-29"}, "dates-differ", "2022-10-01 to 2025-09-29 are not the dates"),
        ({"percentile": "40.0"}, "point-doubled", "the percentile 40.0 is told twice"),
        ({"threshold": "399.5"}, "not-monotone", "399.5 is below 499.5"),
    ],
)
def test_row_with_a_fault_then_refused_naming_line_and_fault(
    fields: dict[str, str], code: str, said: str
) -> None:
    fault = refused(changed(OPENED, 500, **fields))
    assert (fault.code, fault.status_code) == (code, 422)
    assert said in str(fault)
    assert str(fault).startswith("line 502")


def test_rate_above_one_then_refused_naming_metric_and_percentile() -> None:
    fault = refused(changed(MERGE_RATE, 1_000, threshold="1.001"))
    assert fault.code == "rate-outside"
    assert str(fault).endswith("pr_merge_rate at 100.0: the rate 1.001 is not in [0, 1]")


def test_threshold_below_zero_then_refused() -> None:
    fault = refused(changed(LATENCY, 0, threshold="-0.5"))
    assert (fault.code, fault.faults[0].metric) == ("below-zero", LATENCY)


def test_missing_metric_then_named() -> None:
    fault = refused([row for row in rows() if row.metric != LATENCY])
    assert fault.code == "metric-missing"
    assert str(fault) == "avg_merge_latency_hours: the metric is missing"


def test_thousand_points_then_the_missing_one_is_named() -> None:
    fault = refused([row for row in rows() if (row.metric, row.percentile) != (OPENED, "12.3")])
    assert fault.code == "points-missing"
    assert str(fault) == "total_opened_prs at 12.3: 1,000 points instead of 1,001"


def test_reversed_dates_then_refused() -> None:
    turned = [msgspec.structs.replace(row, end="2022-09-30") for row in rows()]
    assert refused(turned).code == "dates-reversed"


def test_no_rows_then_refused() -> None:
    fault = refused([])
    assert (fault.code, str(fault)) == ("empty", "no row of a baseline was found")


def test_faults_beyond_twenty_then_no_more_kept() -> None:
    draft = Draft()
    for row in rows():
        draft.add(msgspec.structs.replace(row, threshold="?"))
    assert draft.is_hopeless
    assert draft.rows == 10_010
    with pytest.raises(BaselineRefused, match=r"\(and 19 more\)") as caught:
        draft.finish(baseline_id="b", method="test", checksum="")
    assert len(caught.value.faults) == FAULTS_KEPT


@pytest.mark.parametrize("text", ["50", "50.0", "50.00", "050.0"])
def test_percentile_as_databases_write_it_then_understood(text: str) -> None:
    assert finished(changed(OPENED, 500, percentile=text)) == finished(list(rows()))


def test_fault_of_the_reader_then_told_first() -> None:
    draft = Draft()
    draft.fault(Fault("not-csv", "no CSV", line=4))
    with pytest.raises(BaselineRefused, match="line 4: no CSV"):
        draft.finish(baseline_id="b", method="test", checksum="")


def test_held_baseline_when_damaged_then_faults_are_found() -> None:
    sound = finished(list(rows()))
    texts = list(sound.thresholds[OPENED].texts)
    texts[7], texts[8] = texts[8], texts[7]
    damaged = {
        **sound.thresholds,
        OPENED: Thresholds.of(OPENED, texts),
        LATENCY: Thresholds.of(LATENCY, ["1.0"] * 1_002),
    }
    found = faults_of(msgspec.structs.replace(sound, thresholds=damaged, end=20221001))
    assert [(fault.code, fault.metric) for fault in found] == [
        ("not-monotone", OPENED),
        ("points-missing", LATENCY),
    ]
    assert found[0].percentile_tenths == 8


def test_baseline_of_a_few_metrics_when_only_those_are_required_then_sound() -> None:
    sound = finished(list(rows()))
    few = msgspec.structs.replace(sound, thresholds={OPENED: sound.thresholds[OPENED]})
    assert faults_of(few, [OPENED]) == ()
    assert len(faults_of(few)) == 9
