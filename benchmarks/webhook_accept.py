"""Signed deliveries over real HTTP, each durable before its 202; 32 kept connections.

ours       SQLite: `laurels serve`, one process; PostgreSQL: two processes of it
yardstick  a Django view under gunicorn: signature, JSON, get_or_create, 202; two processes
limit      a bare socket server with group commit; as many processes as ours

All three answer from processes of their own and the client is another one, so the processor time
shown, which is that of the measuring process, says nothing here. Nobody works the inbox meanwhile.
The answer is what is stored: the set of (GUID, SHA-256 of the body).
"""

from __future__ import annotations

import os
import statistics
from pathlib import Path as File

from benchmarks.deliveries import SECRET, Deliveries, deliveries, stored
from benchmarks.harness import LIMIT, OURS, YARDSTICK, Contender, Medians, Path, Target, faster
from benchmarks.options import Options
from benchmarks.scratch import EMPTY, Scratch
from benchmarks.served import CONNECTIONS, Client, Loaded, Served, free_port, gunicorn

ENGINES = ("sqlite", "postgres")
ACCEPT = "accept"


def run(scratch: Scratch, options: Options) -> list[Path]:
    """Measure how long a number of deliveries takes to be taken."""
    given = deliveries(200 if options.is_quick else 4_000)
    file = given.write(scratch.folder / "requests")
    doors = [_Ours(scratch, given, file), _Yardstick(scratch, given, file),
             _Limit(scratch, given, file)]  # fmt: skip
    contenders = [
        Contender(door.name, {ACCEPT: door.load}, lambda _, door=door: door.answer(), door.open)
        for door in doors
    ]
    times = 8 if scratch.engine == "sqlite" else 4
    share = 0.7 if scratch.engine == "sqlite" else 0.8
    path = Path(
        "webhook accept", scratch.engine, given.about, given.checksum, contenders,
        (faster(ACCEPT, times), _share_of_limit(share)),
    )  # fmt: skip
    path.measure(options.rounds)
    path.notes += [door.note() for door in doors]
    return [path]


def _share_of_limit(share: float) -> Target:
    def measured(medians: Medians) -> float:
        return medians[ACCEPT, LIMIT] / medians[ACCEPT, OURS]

    return Target(f"{ACCEPT}: ≥ {share:g} × the speed of the limit", measured, at_least=share)


class _Door:
    """A contender: opens on an empty store, takes the load, tells what it stored."""

    name = ""
    table = ""

    def __init__(self, scratch: Scratch, given: Deliveries, file: File) -> None:
        self.scratch, self.given, self.file = scratch, given, file
        self.port = free_port()
        self.loads: list[Loaded] = []
        self._server: Served | None = None
        self._client: Client | None = None

    def open(self) -> None:
        """Start on an empty store."""
        self.scratch.restore(EMPTY)
        self._server = self.server()
        self._server.start()
        self._client = Client(self.port, self.file)

    def server(self) -> Served:
        raise NotImplementedError

    def load(self) -> int:
        """Send everything; the figure is for one delivery."""
        assert self._client is not None
        self._client.begin()
        self.loads.append(self._client.end())
        return len(self.given.items)

    def answer(self) -> dict[str, str]:
        """Stop, and tell what is stored."""
        assert self._server is not None
        self._server.stop()
        bare = self.scratch.raw()
        try:
            return {"stored": stored(bare.execute(self.rows()).fetchall())}
        finally:
            bare.close()

    def rows(self) -> str:
        """Return the statement for (GUID, body)."""
        return f"SELECT guid, body FROM {self.table}"

    @property
    def place(self) -> str:
        """Return where the store is: a file or a URL."""
        if self.scratch.engine == "sqlite":
            return str(self.scratch.file)
        return os.environ["LAURELS_DATABASE_URL"]

    def note(self) -> str:
        """Tell requests a second and how long they took, as medians of the rounds."""
        rate = statistics.median(len(self.given.items) / one.seconds for one in self.loads)
        p50 = statistics.median(one.p50 for one in self.loads) * 1000
        p99 = statistics.median(one.p99 for one in self.loads) * 1000
        refused = sum(one.statuses.get(503, 0) for one in self.loads)
        return (
            f"{self.name}: {rate:,.0f}/s over {CONNECTIONS} connections,"
            f" p50 {p50:.1f} ms, p99 {p99:.1f} ms; told {refused} times to come again"
        )


class _Ours(_Door):
    name = OURS

    def server(self) -> Served:
        return ours(self.scratch, self.port, workers=0)

    def rows(self) -> str:
        return (
            "SELECT d.guid, b.body FROM intake_delivery d"
            " JOIN intake_deliverybody b ON b.delivery_id = d.id"
        )


def ours(scratch: Scratch, port: int, *, workers: int) -> Served:
    """Return our server: one process with so many workers, or two processes without any."""
    environ = {
        "LAURELS_PORT": str(port),
        "LAURELS_GITHUB_WEBHOOK_SECRET": SECRET,
        "LAURELS_WORKER_THREADS": str(workers),
    }
    if scratch.engine == "sqlite":
        return Served(["-m", "laurels", "serve"], port, environ)
    command = ["-m", "benchmarks.webhook_ours", str(port), "2"]
    return Served(command, port, environ, workers=2)


class _Yardstick(_Door):
    name, table = YARDSTICK, "careful_delivery"

    def server(self) -> Served:
        return gunicorn("benchmarks.careful.door_site", self.port, 2, 4, BENCH_PLACE=self.place)


class _Limit(_Door):
    name, table = LIMIT, "careful_baredelivery"

    def server(self) -> Served:
        processes = "1" if self.scratch.engine == "sqlite" else "2"
        return Served(
            ["-m", "benchmarks.webhook_limit", str(self.port), self.place, processes], self.port
        )
