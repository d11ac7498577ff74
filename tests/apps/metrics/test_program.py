"""Values of a person in a population beside the one that percentiles are given in."""

from __future__ import annotations

from typing import Any

import pytest

from laurels.apps.metrics.selectors import placed_in
from laurels.domain.metric_names import DROP_RATE, MERGE_RATE, OPENED, OSS_COMPOSITE, OSS_REVIEWS
from laurels.domain.metrics import Code
from laurels.domain.percentiles import LAURELS_PROGRAM, Mode, notes
from tests.apps.metrics.populations import baseline

OWN = baseline("own", method=LAURELS_PROGRAM, population=40)


def payload(name: str, value: float | None, code: str | None = None) -> dict[str, Any]:
    reason = None if code is None else {"code": code, "message": "why"}
    return {"metrics": {name: {"value": value, "reason": reason}}}


def test_place_when_ranked_then_by_the_mode_with_its_people() -> None:
    told = placed_in(payload(OPENED, 500), OWN, Mode.FAIR)
    assert (told["id"], told["method"]) == ("own", LAURELS_PROGRAM)
    assert told["metrics"] == {
        OPENED: {"percentile": 50.0, "bin": "Medium", "low": 49.9, "high": 50.0, "n": 40}
    }
    drops = placed_in(payload(DROP_RATE, 0.25), OWN, Mode.INVERTED)["metrics"][DROP_RATE]
    assert (drops["percentile"], drops["bin"]) == (75.0, "High")


@pytest.mark.parametrize(
    ("name", "value", "code", "is_placed"),
    [
        (OSS_REVIEWS, 3, None, True),
        (OSS_REVIEWS, 3, Code.NO_BASELINE.value, True),
        (MERGE_RATE, 0.5, "too-few-opened", False),
        (OSS_REVIEWS, None, None, False),
        (OSS_COMPOSITE, 40.0, None, False),
    ],
)
def test_place_when_it_cannot_be_told_then_none(
    name: str, value: float | None, code: str | None, is_placed: bool
) -> None:
    told = placed_in(payload(name, value, code), OWN, Mode.FAIR)["metrics"]
    assert (told[name] is not None) is is_placed


def test_notes_of_a_programs_own_people_then_on_every_metric_but_the_composite() -> None:
    told = notes(LAURELS_PROGRAM)
    assert OSS_COMPOSITE not in told
    assert "this program's own people" in told[OPENED] == told[OSS_REVIEWS]
