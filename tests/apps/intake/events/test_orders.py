"""Any order, repetition, split and crash of the same deliveries: one state, one digest."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection, transaction

from laurels.apps.contributions.models import PullRequest
from laurels.apps.intake.services.events import Received
from laurels.apps.scoring.selectors import ledger_verify
from laurels.domain.lifecycle import dumps, join, loads
from tests.apps.intake.events.conftest import apply, states
from tests.apps.intake.events.lifecycles import LIFECYCLES, everything, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("program")]

SEQUENCES, BLOCKS = 300, 10


class Crash(Exception):
    """The process is gone."""


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is not there afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@lru_cache
def reference(engine: str) -> dict[str, Any]:
    """What the five lifecycles leave on an engine when told as they happened, one by one."""
    assert connection.vendor == engine
    with undone():
        for one in told():
            assert states(apply(one)) == ["processed"]
        return everything()


@pytest.mark.parametrize("block", range(BLOCKS))
def test_sequences_when_shuffled_repeated_and_split_then_leave_one_state(block: int) -> None:
    expected = reference(connection.vendor)
    for seed in range(block, SEQUENCES, BLOCKS):
        draw = random.Random(seed)
        deliveries = told()
        deliveries += draw.choices(deliveries, k=draw.randrange(1, 12))
        draw.shuffle(deliveries)
        with undone():
            *earlier, last = _cut(deliveries, draw)
            for batch in earlier:
                apply(*batch, is_settled=draw.random() < 0.5)
            apply(*last)
            assert everything() == expected, f"seed {seed}"


def test_reference_when_looked_at_then_holds_what_the_lifecycles_say() -> None:
    found = reference(connection.vendor)
    assert len(found["pull_requests"]) == 6
    assert len(found["signals"]) == 3
    assert len(found["disabled"]) == 2
    assert found["digest"][0] > 5
    assert all(points >= 0 for points, _ in found["points"].values())


def test_stored_folds_when_joined_with_themselves_then_do_not_change() -> None:
    apply(*told())
    for fold in PullRequest.objects.values_list("fold", flat=True):
        known = loads(bytes(fold))
        assert dumps(join(known, known)) == bytes(fold)
    assert ledger_verify().ok


@pytest.mark.parametrize("name", LIFECYCLES)
def test_lifecycle_when_it_crashes_at_every_statement_then_leaves_one_state(name: str) -> None:
    deliveries = told([name])
    with undone():
        apply(*deliveries)
        expected = everything()
    draw = random.Random(name)
    crashes = 0
    for batch in _cut(deliveries, draw):
        crashes += _crashing(lambda batch=batch: apply(*batch))  # type: ignore[misc]
    assert everything() == expected
    assert crashes > 30
    assert ledger_verify().ok


def _crashing(work: Callable[[], object]) -> int:
    """Do something again and again, gone at each of its statements in turn; return how many."""
    crashes = 0
    while True:
        left = crashes

        def count(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
            nonlocal left
            if left == 0:
                raise Crash
            left -= 1
            return execute(sql, params, many, context)

        try:
            with transaction.atomic(), connection.execute_wrapper(count):
                work()
        except Crash:
            crashes += 1
        else:
            return crashes


def _cut(deliveries: list[Received], draw: random.Random) -> list[list[Received]]:
    """Cut a sequence into one to four batches anywhere."""
    places = sorted(draw.sample(range(1, len(deliveries)), k=draw.randrange(4)))
    ends = [0, *places, len(deliveries)]
    return [deliveries[start:end] for start, end in pairwise(ends)]
