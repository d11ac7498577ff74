"""Reads that belong together see one state, and hold up nobody who writes."""

from __future__ import annotations

from tests.plugins.installation import Installation

# Another connection writes while this one reads, and nobody waits.
SNAPSHOT = """
import threading
from django.db import connection
from laurels.apps import sql
from laurels.apps.scoring.models import Season
def write():
    Season.objects.create(key="meanwhile", label="Meanwhile")
    connection.close()
def seen():
    return sql.fetch("SELECT COUNT(*) FROM scoring_season")[0][0]
with sql.snapshot():
    before = seen()
    thread = threading.Thread(target=write)
    thread.start()
    thread.join()
    during = seen()
print(before, during, seen(), connection.in_atomic_block)
Season.objects.create(key="after", label="After")
print(seen())
"""
FAILING = """
from laurels.apps import sql
from laurels.apps.scoring.models import Season
try:
    with sql.snapshot():
        raise ZeroDivisionError
except ZeroDivisionError:
    Season.objects.create(key="after", label="After")
    print(sql.fetch("SELECT COUNT(*) FROM scoring_season")[0][0])
"""


def test_snapshot_when_another_writes_meanwhile_then_not_seen_until_the_end(
    migrated: Installation,
) -> None:
    done = migrated.python(SNAPSHOT)
    assert done.stdout == "0 0 1 False\n2\n"


def test_snapshot_when_its_block_fails_then_what_comes_after_is_kept(
    migrated: Installation,
) -> None:
    assert migrated.python(FAILING).stdout == "1\n"
    assert migrated.python(FAILING.replace('"after"', '"again"')).stdout == "2\n"
