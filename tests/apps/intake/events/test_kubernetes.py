"""Three days of kubernetes as webhooks, shuffled: the digest of the archive import."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.intake.services.events import Received, events_apply
from laurels.apps.recognition.services import settle_dirty
from laurels.apps.scoring.selectors import ledger_digest, ledger_verify
from laurels.apps.scoring.services import program_init
from tests.apps.intake.events.conftest import NOW, register
from tests.apps.intake.pure import World
from tests.apps.intake.raw import events
from tests.fakes.archive import Json
from tests.fakes.webhooks import from_archive

pytestmark = pytest.mark.django_db

DAYS = [f"kubernetes-2017/2017-07-{day}.json.gz" for day in (24, 25, 26)]
BATCH = 400


@pytest.fixture(scope="module")
def three_days(shared_data: Path) -> World:
    """What the archive says of the three days, without a database."""
    return World(shared_data / day for day in DAYS)


@pytest.fixture(scope="module")
def told(shared_data: Path) -> tuple[list[Json], list[Received]]:
    """The repositories of the three days, and everything that happened in them as webhooks."""
    everything = [event for day in DAYS for event in events(shared_data / day)]
    # As GitHub's own webhooks do, each names its repository as it was at that time.
    found = [hook for event in everything if (hook := from_archive(event)) is not None]
    named = {
        event["repo"]["id"]: {"id": event["repo"]["id"], "full_name": event["repo"]["name"]}
        for event in everything
    }
    return list(named.values()), found


@pytest.mark.parametrize("seed", range(2))
def test_three_days_when_told_by_shuffled_webhooks_then_the_digest_is_the_archives(
    told: tuple[list[Json], list[Received]], three_days: World, seed: int
) -> None:
    repositories, hooks = told
    program_init("fair", now=NOW, acting=SYSTEM)
    register(*repositories)
    draw = random.Random(seed)
    deliveries = [*hooks, *draw.choices(hooks, k=len(hooks) // 20)]
    draw.shuffle(deliveries)
    left = deliveries
    while left:
        size = draw.randrange(1, 2 * BATCH)
        batch, left = left[:size], left[size:]
        outcomes = events_apply(batch, acting=SYSTEM, now=NOW)
        assert {one.state for one in outcomes} == {"processed"}
        settle_dirty(acting=SYSTEM, source="delivery:1", now=NOW)
    found = ledger_digest()
    assert (found.active_items, found.sha256) == three_days.digest("fair")
    assert ledger_verify().ok
