"""The hash of inputs: the same for the same facts, another for any other."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.domain.metrics import Eligibility, Profile, PullRequest, inputs_hash
from laurels.domain.windows import Window
from tests.unit.domain.metrics.world import (
    WINDOW,
    profile,
    pull_requests,
    random_pull_requests,
)

FACTS: dict[str, Any] = {
    "profile": profile(3, 4),
    "coverage": (WINDOW,),
    "window": WINDOW,
    "eligibility": Eligibility.BY_OTHERS,
    "baseline_checksum": "ab" * 32,
}


@given(random_pull_requests, st.randoms())
def test_hash_in_another_order_then_the_same(given_prs: list[PullRequest], order) -> None:
    shuffled = list(given_prs)
    order.shuffle(shuffled)
    assert inputs_hash(shuffled, **FACTS) == inputs_hash(given_prs, **FACTS)


@pytest.mark.parametrize(
    "change",
    [
        {"profile": profile(3, 5)},
        {"profile": Profile(profile(3, 4).spans, is_private=True)},
        {"coverage": (Window(WINDOW.start + 1, WINDOW.end),)},
        {"window": Window(WINDOW.start, WINDOW.end + 1)},
        {"eligibility": Eligibility.BY_ANYBODY},
        {"baseline_checksum": None},
    ],
    ids=lambda change: next(iter(change)),
)
def test_hash_of_another_fact_then_another(change: dict[str, Any]) -> None:
    assert inputs_hash(pull_requests(3), **{**FACTS, **change}) != inputs_hash(
        pull_requests(3), **FACTS
    )


@pytest.mark.parametrize("field", PullRequest.__struct_fields__)
def test_hash_when_one_field_changes_then_another(field: str) -> None:
    given_prs = pull_requests(3, "merged")
    value = {"state": "closed", "is_draft": None}.get(field, 0 if "reviews" in field else 77)
    changed = [msgspec.structs.replace(given_prs[0], **{field: value}), *given_prs[1:]]
    assert inputs_hash(changed, **FACTS) != inputs_hash(given_prs, **FACTS)


def test_hash_then_the_same_on_every_machine() -> None:
    assert inputs_hash(pull_requests(2, "merged"), **FACTS) == (
        "91d9019d694392e58513075855ba7ed8f5f1b96f633fb7cd7ad8f6211338d1c4"
    )
