"""Baselines in the database: replaced at once, chosen in order, held in memory, found damaged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from django.conf import LazySettings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from laurels.adapters.baseline_csv import read_baseline
from laurels.apps.audit.actors import operator
from laurels.apps.audit.models import AuditRow
from laurels.apps.metrics.models import LoadedBaseline, LoadedThresholds
from laurels.apps.metrics.selectors import (
    baseline_current,
    baseline_get,
    baseline_heads,
    baseline_verdict,
)
from laurels.apps.metrics.selectors import baselines as held
from laurels.apps.metrics.services import baseline_load, baseline_pin, baseline_unpin
from laurels.domain.metric_names import DROP_RATE, MERGE_RATE, OPENED, OSS_PUSHES
from laurels.domain.percentiles import Baseline, BaselineRefused, BaselineUnknown, Mode, Thresholds
from tests.apps.metrics.populations import baseline, texts_of

pytestmark = pytest.mark.django_db
NOW = 1_800_000_000
PUBLISHED = "population/population_cdfs_2025-09-30_v1.csv"


@pytest.fixture(autouse=True)
def nothing_held() -> Iterator[None]:
    """Begin with a process that has not read a baseline yet."""
    held._held.clear()
    yield
    held._held.clear()


def load(one: Baseline, now: int = NOW) -> Baseline:
    baseline_load(one, now=now, acting=operator())
    return one


def test_load_when_served_then_the_same_texts_and_places() -> None:
    one = load(baseline())
    assert baseline_get("first") == one
    assert baseline_current() == one
    place = baseline_current().place_number(OPENED, 500.0)
    assert place is not None
    assert (place.percentile, place.population) == (50.0, 1_000)


def test_published_when_loaded_then_every_text_as_in_the_file(shared_data: Path) -> None:
    one = load(read_baseline(shared_data / PUBLISHED, baseline_id="p", method="wave-metrics/1"))
    served = baseline_get("p")
    assert served == one
    assert served.checksum.startswith("df9bfe96")
    verdict = baseline_verdict("p")
    assert (verdict.ok, verdict.points) == (True, 10_010)
    zero = served.place_number(DROP_RATE, 0.0, Mode.INVERTED)
    everything = served.place_number(MERGE_RATE, 1.0, Mode.RAW)
    assert zero is not None and everything is not None
    assert (zero.percentile, everything.percentile) == (34.2, 99.9)


def test_load_when_done_again_then_replaced_and_others_stay() -> None:
    load(baseline("other"))
    before = load(baseline())
    done = baseline_load(baseline(step=3), now=NOW + 9, acting=operator())
    assert (done.is_new, done.is_changed) == (False, True)
    assert done.checksum_before == before.checksum
    assert baseline_get("first").thresholds[OPENED].texts == tuple(texts_of(OPENED, 3))
    assert baseline_get("other").thresholds[OPENED].texts == tuple(texts_of(OPENED))
    assert (LoadedBaseline.objects.count(), LoadedThresholds.objects.count()) == (2, 20)
    assert LoadedBaseline.objects.get(key="first").loads == 2


def test_load_when_refused_then_nothing_is_replaced() -> None:
    one = load(baseline())
    falling = [*texts_of(OPENED)[:-1], "3"]
    wrong = msgspec.structs.replace(
        one, thresholds={**one.thresholds, OPENED: Thresholds.of(OPENED, falling)}
    )
    with pytest.raises(BaselineRefused) as caught:
        load(wrong)
    assert (caught.value.code, caught.value.faults[0].metric) == ("not-monotone", OPENED)
    assert baseline_get("first") == one
    assert AuditRow.objects.count() == 1


@pytest.mark.parametrize("wrong", ["", "a b", "-a", "ä", "a/b", "x" * 81])
def test_load_when_the_id_cannot_be_typed_then_refused(wrong: str) -> None:
    with pytest.raises(BaselineRefused) as caught:
        load(baseline(wrong))
    assert caught.value.code == "id-wrong"
    assert LoadedBaseline.objects.count() == 0


def test_load_when_a_metric_is_not_required_then_taken_without_it() -> None:
    one = baseline()
    own = {name: one.thresholds[name] for name in one.thresholds if name != OSS_PUSHES}
    without = msgspec.structs.replace(one, thresholds=own)
    with pytest.raises(BaselineRefused):
        load(without)
    baseline_load(without, now=NOW, acting=operator(), required=tuple(own))
    assert baseline_get("first") == without
    assert baseline_verdict("first").ok


def test_load_when_done_then_an_audit_row_names_both_checksums() -> None:
    first, second = load(baseline()), load(baseline(step=2))
    row = AuditRow.objects.get(action="baseline:load", before__contains=first.checksum)
    assert second.checksum in row.after
    assert (row.actor, row.subject) == ("operator", "baseline:first")


def test_current_when_several_then_pinned_else_latest_end_else_latest_load(
    settings: LazySettings,
) -> None:
    load(baseline("old", end=20231231), NOW + 50)
    load(baseline("new", end=20250930), NOW)
    load(baseline("twin", end=20250930), NOW + 1)
    assert baseline_current().id == "twin"
    baseline_pin("old", now=NOW, acting=operator())
    assert baseline_current().id == "old"
    settings.LAURELS = settings.LAURELS.model_copy(update={"population_baseline_id": "new"})
    assert baseline_current().id == "new"
    assert [head.id for head in baseline_heads() if head.is_pinned] == ["new"]
    settings.LAURELS = settings.LAURELS.model_copy(update={"population_baseline_id": ""})
    assert baseline_unpin(now=NOW, acting=operator()) == "old"
    assert baseline_unpin(now=NOW, acting=operator()) is None
    assert baseline_current().id == "twin"
    actions = AuditRow.objects.filter(action__contains="pin").values_list("action", flat=True)
    assert sorted(actions) == ["baseline:pin", "baseline:unpin"]


def test_current_when_the_setting_names_none_then_no_other_takes_its_place(
    settings: LazySettings,
) -> None:
    load(baseline())
    settings.LAURELS = settings.LAURELS.model_copy(update={"population_baseline_id": "gone"})
    with pytest.raises(BaselineUnknown, match="'gone' of LAURELS_POPULATION_BASELINE_ID"):
        baseline_current()
    assert [head.is_current for head in baseline_heads()] == [False]


def test_baselines_when_none_is_loaded_then_told() -> None:
    with pytest.raises(BaselineUnknown, match="no baseline is loaded"):
        baseline_current()
    with pytest.raises(BaselineUnknown, match="there are: none"):
        baseline_get("first")
    with pytest.raises(BaselineUnknown):
        baseline_verdict("first")
    with pytest.raises(BaselineUnknown):
        baseline_pin("first", now=NOW, acting=operator())
    assert AuditRow.objects.count() == 0


def test_look_when_held_then_one_statement_and_thresholds_only_after_a_load() -> None:
    load(baseline())
    with CaptureQueriesContext(
        connection,
    ) as first:
        baseline_current()
    with CaptureQueriesContext(connection) as second:
        baseline_current()
    load(baseline(step=2))
    with CaptureQueriesContext(connection) as third:
        again = baseline_current()
    assert (len(first), len(second), len(third)) == (2, 1, 2)
    assert "texts" not in second.captured_queries[0]["sql"]
    assert again.thresholds[OPENED].numbers[1] == 2


def test_look_when_many_are_asked_for_then_memory_stays_bounded() -> None:
    for number in range(held.HELD_MOST + 2):
        load(baseline(f"b{number}"))
        assert baseline_get(f"b{number}").id == f"b{number}"
    assert list(held._held) == [f"b{number}" for number in range(2, held.HELD_MOST + 2)]


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda texts: ["9999", *texts[1:]], "not-monotone"),
        (lambda texts: texts[:-1], "points-missing"),
        (lambda texts: [*texts[:-1], "1001"], "checksum-differs"),
        (lambda texts: [*texts[:-1], "many"], "not-a-number"),
        (lambda texts: None, "checksum-differs"),
    ],
    ids=["falls", "short", "other", "words", "gone"],
)
def test_verdict_when_rows_were_changed_then_the_fault(damage, code: str) -> None:
    load(baseline())
    rows = LoadedThresholds.objects.filter(metric=OPENED)
    after = damage(texts_of(OPENED))
    if after is None:
        rows.delete()
    else:
        rows.update(texts=" ".join(after))
    verdict = baseline_verdict("first")
    assert not verdict.ok
    assert verdict.faults[0].code == code
