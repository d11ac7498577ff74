"""What the connection settings promise, on a real database of the run's engine."""

from __future__ import annotations

import json
import sqlite3

from tests.plugins.installation import Installation

PRAGMAS = """
import json
from django.db import connection
names = ("journal_mode", "synchronous", "secure_delete", "foreign_keys", "busy_timeout")
with connection.cursor() as cursor:
    print(json.dumps({n: cursor.execute(f"PRAGMA {n}").fetchone()[0] for n in names}))
"""
# Another process holds the write lock until told to let go.
WRITER = """
import sys
from django.contrib.auth.models import User
from django.db import transaction
with transaction.atomic():
    User.objects.create(username="writer")
    print("holding", flush=True)
    sys.stdin.readline()
"""
COUNT = "from django.contrib.auth.models import User\nprint(User.objects.count())"
WRITE = "from django.contrib.auth.models import User\nUser.objects.create(username='second')"
# Read, then write, in one transaction: with a deferred BEGIN two of these at once fail at once.
INCREMENT = """
from django.contrib.auth.models import User
from django.db import transaction
for _ in range(25):
    with transaction.atomic():
        row = User.objects.{locked}get(username="counter")
        row.first_name = str(int(row.first_name) + 1)
        row.save()
"""


def test_embedded_when_migrated_then_durable_and_forgetful(migrated: Installation) -> None:
    if migrated.engine == "postgres":
        assert not migrated.database_file.exists()
        return
    found = json.loads(migrated.python(PRAGMAS).stdout)
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "secure_delete": 1,
        "foreign_keys": 1,
        "busy_timeout": 20_000,
    }


def test_embedded_when_opened_by_another_tool_then_still_wal(migrated: Installation) -> None:
    if migrated.engine == "postgres":
        assert migrated.environ["LAURELS_DATABASE_URL"].startswith("postgresql://")
        return
    plain = sqlite3.connect(migrated.database_file)
    assert plain.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    plain.close()


def test_readers_when_a_writer_holds_the_lock_then_do_not_wait(migrated: Installation) -> None:
    writer = migrated.start_python(WRITER, stdin=-1)
    assert writer.stdout is not None
    assert writer.stdout.readline() == "holding\n"
    try:
        assert migrated.python(COUNT, timeout=120).stdout == "0\n"
    finally:
        writer.communicate("go\n", timeout=120)
    assert migrated.python(COUNT).stdout == "1\n"


def test_writers_when_another_holds_the_lock_then_wait_for_it(migrated: Installation) -> None:
    writer = migrated.start_python(WRITER, stdin=-1)
    assert writer.stdout is not None
    assert writer.stdout.readline() == "holding\n"
    second = migrated.start_python(WRITE)
    writer.communicate("go\n", timeout=120)
    _, errors = second.communicate(timeout=120)
    assert (second.returncode, errors) == (0, "")
    assert migrated.python(COUNT).stdout == "2\n"


def test_writers_when_many_read_and_write_then_none_fails_or_is_lost(
    migrated: Installation,
) -> None:
    migrated.python(
        "from django.contrib.auth.models import User\n"
        "User.objects.create(username='counter', first_name='0')"
    )
    locked = "select_for_update()." if migrated.engine == "postgres" else ""
    running = [migrated.start_python(INCREMENT.format(locked=locked)) for _ in range(3)]
    for process in running:
        _, errors = process.communicate(timeout=120)
        assert (process.returncode, errors) == (0, "")
    shown = migrated.python(
        "from django.contrib.auth.models import User\n"
        "print(User.objects.get(username='counter').first_name)"
    )
    assert shown.stdout == "75\n"
