"""Threads of a serving process that write to SQLite: through the gate, and never stuck at it."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.engines.hooks_places import PATIENCE_SECONDS, Begun
from tests.engines.processes import place

THREADS = """
import threading
from django.contrib.auth.models import User
from django.db import OperationalError, connection, connections, transaction
from laurels.config.gated.base import gate_of

assert connection.settings_dict["ENGINE"] == "laurels.config.gated"
gate = gate_of(str(connection.settings_dict["NAME"]))
User.objects.create(username="counter", first_name="0")

def count(times):
    for _ in range(times):
        with transaction.atomic():
            row = User.objects.get(username="counter")
            row.first_name = str(int(row.first_name) + 1)
            row.save()
            with transaction.atomic():
                User.objects.filter(username="nobody").delete()
    connection.close()

crowd = [threading.Thread(target=count, args=(25,)) for _ in range(8)]
for one in crowd: one.start()
for one in crowd: one.join()
found = [User.objects.get().first_name]

# Whoever fails, is closed inside a transaction, or hangs and is closed by another leaves the gate.
try:
    with transaction.atomic():
        raise ValueError
except ValueError:
    pass
found.append(gate._holder)
try:
    with transaction.atomic():
        connection.close()
except Exception:
    pass
found.append(gate._holder)

inside, leave = threading.Event(), threading.Event()
hung = {}
def hang():
    try:
        with transaction.atomic():
            hung["raw"] = connection.connection
            inside.set()
            leave.wait()
    except Exception:
        pass
thread = threading.Thread(target=hang)
thread.start()
inside.wait()
with connection.cursor() as cursor:
    cursor.execute("PRAGMA busy_timeout=100")
try:
    with transaction.atomic():
        found.append("was let in")
except OperationalError:
    found.append("refused")
hung["raw"].close()
with connection.cursor() as cursor:
    cursor.execute("PRAGMA busy_timeout=20000")
count(1)
leave.set()
thread.join()
found += [User.objects.get().first_name, gate._holder]
print(found)
"""
SETUP = "from laurels.config import boot\nboot.setup(serving=True)\n"


def test_gate_when_threads_write_fail_and_hang_then_every_write_counts_and_nobody_is_stuck(
    tmp_path: Path, begun: Begun
) -> None:
    with place("sqlite", tmp_path / "place", begun("sqlite")) as here:
        command = [sys.executable, "-c", SETUP + THREADS]
        out, err = here.installation.launch(command).communicate(timeout=PATIENCE_SECONDS)
    assert out.strip() == "['200', None, None, 'refused', '201', None]", err
