"""Threads that race for a token's permits, each on a connection of its own."""

from __future__ import annotations

from tests.plugins.installation import Installation

RACE = """
import threading
from django.db import connection
from laurels.apps.intake.services.sync.shared import DatabaseState

state, held, barrier = DatabaseState(), [], threading.Barrier(6)

def work():
    barrier.wait()
    held.append(state.permit_take("k" * 32, most=2, until=1_300, now=1_000))
    connection.close()

threads = [threading.Thread(target=work) for _ in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(held), sum(one is not None for one in held))
"""


def test_permits_when_threads_race_for_them_then_never_more_than_there_are(
    migrated: Installation,
) -> None:
    assert migrated.python(RACE).stdout.split() == ["6", "2"]
