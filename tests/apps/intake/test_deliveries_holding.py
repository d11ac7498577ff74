"""A killed worker's deliveries on PostgreSQL: free when its connection is, not when it works."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection

from laurels.apps import sql
from laurels.apps.audit.actors import SYSTEM
from laurels.apps.intake.models import DeliveryProgress
from laurels.apps.intake.services import deliveries_holding
from laurels.apps.intake.services.deliveries_claim import LEASE_SECONDS, claim
from laurels.apps.intake.services.deliveries_holding import key_of, let_go
from laurels.apps.intake.services.deliveries_work import inbox_step
from laurels.apps.scoring.services import program_init
from laurels.kit.clock import ManualClock
from tests.apps import factories
from tests.apps.intake.inbox import NOW, accept, merged, states
from tests.fakes import archive

pytestmark = pytest.mark.django_db


class Elsewhere:
    """Another process, of which only PostgreSQL knows whether its connection lives."""

    def __init__(self) -> None:
        self.is_seen = connection.vendor == "postgresql"
        self._connection: Any = connection.copy() if self.is_seen else None

    def hold(self) -> None:
        """Claim everything."""
        mine = claim(now=NOW)
        assert mine is not None
        let_go(mine.token)
        if self.is_seen:
            with self._connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [key_of(mine.token)])

    def die(self) -> None:
        """End without a word; PostgreSQL notices in its own time."""
        if not self.is_seen or self._connection.connection is None:
            return
        pid = self._connection.connection.info.backend_pid
        self._connection.close()
        held = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND pid = %s"
        while sql.fetch(held, [pid]):
            time.sleep(0.01)


@pytest.fixture
def elsewhere(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Elsewhere]:
    monkeypatch.setattr(deliveries_holding, "_mine", {})
    program_init("fair", now=1, acting=SYSTEM)
    repo = archive.WIDGETS
    factories.repository(repo["full_name"], github_id=repo["id"])
    connection.ensure_connection()
    other = Elsewhere()
    yield other
    other.die()


def test_claim_when_its_worker_works_elsewhere_then_left_alone_and_free_when_it_died(
    elsewhere: Elsewhere,
) -> None:
    accept(merged(1), merged(2))
    elsewhere.hold()
    assert claim(now=NOW + 1) is None
    elsewhere.die()
    free_at = NOW + 1 if elsewhere.is_seen else NOW + LEASE_SECONDS
    assert free_at == NOW + 1 or claim(now=free_at - 1) is None
    found = claim(now=free_at)
    assert found is not None and (len(found.deliveries), found.attempts) == (2, 2)


def test_claim_when_workers_die_at_it_again_then_it_waits_longer_each_time(
    elsewhere: Elsewhere,
) -> None:
    accept(merged())
    elsewhere.hold()
    elsewhere.die()
    DeliveryProgress.objects.update(attempts=3, lease_until=NOW + LEASE_SECONDS)
    free_at = NOW + 20 if elsewhere.is_seen else NOW + LEASE_SECONDS
    assert claim(now=NOW) is None
    assert claim(now=free_at - 1) is None
    assert claim(now=free_at) is not None


def locks() -> list[tuple[int]]:
    """Count the locks of this session; what other tests claimed and left is among them."""
    if connection.vendor != "postgresql":
        return []
    held = "SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
    return sql.fetch(held)


def test_step_when_done_then_holds_nothing(elsewhere: Elsewhere) -> None:
    accept(merged())
    before = locks()
    assert inbox_step(clock=ManualClock(NOW), claimed=lambda mine: None) is not None
    assert locks() == before
    assert (states(), deliveries_holding._mine) == (["processed"], {})


def test_claim_when_behind_a_pooler_then_waits_for_its_lease(
    elsewhere: Elsewhere, settings: LazySettings
) -> None:
    accept(merged())
    elsewhere.hold()
    elsewhere.die()
    changed = {"database_direct_url": "postgresql://direct/x"}
    settings.LAURELS = settings.LAURELS.model_copy(update=changed)
    assert claim(now=NOW + LEASE_SECONDS - 1) is None
    assert claim(now=NOW + LEASE_SECONDS) is not None


def test_claim_when_this_process_did_not_end_it_then_waits_for_its_lease(
    elsewhere: Elsewhere,
) -> None:
    accept(merged())
    assert claim(now=NOW) is not None
    assert claim(now=NOW + LEASE_SECONDS - 1) is None
    assert claim(now=NOW + LEASE_SECONDS) is not None
