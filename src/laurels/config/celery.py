"""Celery for the distributed mode: hints by way of Redis, and processes that heed them.

Guarantee: messages hold the number of a job or nothing at all, never work itself. Lost, repeated,
late or heeded by nobody, they change when something is done and never what: jobs and deliveries
are claimed by compare-and-set from their rows (laurels.apps.jobs, laurels.apps.intake), and what
no hint told of is found by the tick, which beat sends every `TICK_SECONDS`.
A message is acknowledged before the work; a worker that is killed leaves its lease to run out.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from celery import Celery, signals
from django.db import close_old_connections, connections
from kombu import Queue

from laurels.adapters.fleet import ALL_QUEUES, SAY_SECONDS, Fleet, FleetAway
from laurels.adapters.hints import INBOX
from laurels.apps.intake.services.deliveries_work import inbox_step
from laurels.apps.jobs.registry import DEFAULT
from laurels.apps.jobs.services import claim, hints_renew, run, schedules_tick, sweep
from laurels.apps.jobs.watch import LeaseWatch
from laurels.config.env import Settings
from laurels.kit.clock import Clock

TICK_SECONDS = 10
INBOX_SECONDS = 20
"""A worker leaves the inbox after so long and rings for itself: it must hear that it shall end."""
RUN_JOB, WORK_INBOX, TICK = "laurels.run_job", "laurels.work_inbox", "laurels.tick"
_log = structlog.get_logger(__name__)


def celery_app(settings: Settings, clock: Clock, fleet: Fleet) -> Celery:
    """Return the application with its three tasks."""
    app = Celery("laurels", broker=settings.redis_url, fixups=set(), set_as_current=False)
    app.conf.update(_configuration())
    _tasks(app, clock, fleet)
    return app


def _configuration() -> dict[str, Any]:
    tick = {"task": TICK, "schedule": float(TICK_SECONDS), "options": _hint(INBOX, TICK_SECONDS)}
    return {
        "task_queues": [Queue(name) for name in ALL_QUEUES],
        "task_create_missing_queues": False,
        "task_default_queue": DEFAULT,
        "task_ignore_result": True,
        "task_serializer": "json",
        "accept_content": ["json"],
        "timezone": "UTC",
        "broker_transport_options": {
            "global_keyprefix": "laurels:",
            "socket_connect_timeout": 2,
            "socket_timeout": 5,
        },
        # For ever: Redis may be away for longer than any number of tries.
        "broker_connection_max_retries": None,
        "broker_connection_retry_on_startup": True,
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        # One message for one free process: none waits behind work that takes long.
        "worker_disable_prefetch": True,
        "worker_prefetch_multiplier": 1,
        # Nobody commands workers through Redis, and nobody listens to what they do.
        "worker_enable_remote_control": False,
        "worker_send_task_events": False,
        "worker_hijack_root_logger": False,
        "worker_redirect_stdouts": False,
        "beat_scheduler": "celery.beat:Scheduler",  # nothing to remember: the rows know
        "beat_schedule": {"tick": tick},
        "beat_max_loop_interval": TICK_SECONDS,
    }


def _hint(queue: str, seconds: int) -> dict[str, Any]:
    """Return how a hint is sent: not tried again, and of no use after so long."""
    return {"queue": queue, "expires": seconds, "retry": False, "ignore_result": True}


def _tasks(app: Celery, clock: Clock, fleet: Fleet) -> None:
    watch = LeaseWatch(clock)

    @app.task(name=RUN_JOB)
    def run_job(job_id: int) -> None:
        """Do the job, unless another worker took it or it is not due."""
        close_old_connections()
        job = claim(now=clock.now(), job_id=job_id)
        if job is not None:
            with watch.over(job):
                run(job, clock=clock)

    @app.task(name=WORK_INBOX)
    def work_inbox() -> None:
        """Work deliveries until none is due, or for a while."""
        close_old_connections()
        _work_inbox(clock, watch)

    @app.task(name=TICK)
    def tick() -> None:
        """Find what no hint told of: schedules, leases that ran out, jobs and deliveries due."""
        close_old_connections()
        now = clock.now()
        schedules_tick(now=now)
        sweep(now=now)
        hints_renew(now=now)
        fleet.ticked(now)
        _work_inbox(clock, watch)


def _work_inbox(clock: Clock, watch: LeaseWatch) -> None:
    from laurels.apps.intake import bells

    until = clock.now() + INBOX_SECONDS
    with watch.over():
        while inbox_step(clock=clock, claimed=watch.hold) is not None:
            if clock.now() >= until:
                bells.ring()
                return


def sender(app: Celery) -> Callable[[str, int], None]:
    """Return what sends one hint; it blocks for seconds and raises where Redis is away."""

    def send(queue: str, job_id: int) -> None:
        name, arguments = (RUN_JOB, (job_id,)) if job_id else (WORK_INBOX, ())
        app.send_task(name, arguments, **_hint(queue, 3_600))

    return send


def work(
    app: Celery, fleet: Fleet, queues: Sequence[str], processes: int, ready: Callable[[], None]
) -> int:
    """Work these queues until told to end; return the exit code. `ready` is called when it begins.

    SIGTERM lets what runs come to its end; a second one, or SIGQUIT, does not.
    """
    chosen = [name for name in ALL_QUEUES if name in queues]
    name = f"{socket.gethostname()}:{os.getpid()}"
    ending = threading.Event()

    def begun(**_: Any) -> None:
        ready()
        said = threading.Thread(target=_say, args=(fleet, name, chosen, ending), daemon=True)
        said.start()

    _quiet()
    signals.worker_ready.connect(begun, weak=False)
    connections.close_all()  # processes are forked off: none may inherit a connection
    try:
        app.worker_main(
            ["--quiet", "worker", "--pool=prefork", f"--concurrency={processes}",
             f"--queues={','.join(chosen)}", "--without-gossip", "--without-mingle",
             "--without-heartbeat", f"--hostname=laurels-{os.getpid()}@%h"]
        )  # fmt: skip
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    finally:
        ending.set()
        signals.worker_ready.disconnect(begun)
    return 0


def _say(fleet: Fleet, name: str, queues: Sequence[str], ending: threading.Event) -> None:
    while True:
        try:
            if ending.is_set():
                fleet.gone(name)
                return
            fleet.here(name, queues)
        except FleetAway:
            if ending.is_set():
                return
        ending.wait(SAY_SECONDS)


def beat(app: Celery, ready: Callable[[], None]) -> int:
    """Send the tick until told to end; return the exit code."""
    _quiet()
    signals.beat_init.connect(lambda **_: ready(), weak=False)
    connections.close_all()
    try:
        app.Beat(quiet=True).run()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0


def _quiet() -> None:
    """Leave logging as it was set up: a receiver of this signal keeps Celery from doing its own."""
    signals.setup_logging.connect(_leave, weak=False)


def _leave(**_: Any) -> None:
    pass
