"""Asked inside an installation by the tests of the inbox: `python -m tests.engines.hooks_probe …`.

Starting a process costs a second and these tests need hundreds: `host` and `mortals` import once
and fork, so that what is killed is a process of its own with connections of its own.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import resource
import signal
import sys
import threading
from typing import Any

from laurels.config import boot

SERVING = ("host", "mortals", "copies", "doorman")


def main(verb: str, *arguments: str) -> None:
    """Run one verb and print its answer as JSON."""
    verbs: dict[str, Any] = {
        "begin": begin,
        "calm": calm,
        "copies": copies,
        "doorman": doorman,
        "host": host,
        "mortals": mortals,
        "stored": stored,
    }
    boot.setup(serving=verb in SERVING)
    answer = verbs[verb](*arguments)
    print(json.dumps(answer))  # noqa: T201 - the test reads it


def begin() -> None:
    """Migrate, begin a program, register the repository that the deliveries are about."""
    from django.core.management import call_command

    from laurels.apps.audit.actors import SYSTEM
    from laurels.apps.scoring.services import program_init
    from tests.apps import factories
    from tests.engines.hooks_sender import REPOSITORY

    call_command("migrate", verbosity=0)
    program_init("fair", now=1, acting=SYSTEM)
    factories.repository(
        REPOSITORY["full_name"],
        github_id=REPOSITORY["id"],
        owner_github_id=REPOSITORY["owner"]["id"],
    )


def calm(pull_requests: str) -> dict[str, Any]:
    """Take the deliveries of so many pull requests undisturbed; tell what stands then."""
    from laurels.apps.intake.arrivals import Arrival
    from laurels.apps.intake.services.deliveries_accept import deliveries_accept
    from tests.engines.hooks_sender import posts

    arrivals = [
        Arrival(
            hook_id=post.hook_id,
            guid=post.guid,
            event=post.event,
            headers="{}",
            body=post.body,
            sha256=hashlib.sha256(post.body).hexdigest(),
            via=None,
            received_at=1,
        )
        for post in posts(int(pull_requests))
    ]
    deliveries_accept(arrivals, now=1)
    return stored()


def stored() -> dict[str, Any]:
    """Work what waits; tell what is in the inbox, and what it came to."""
    from dataclasses import asdict

    from django.conf import settings

    from laurels.apps import sql
    from laurels.apps.intake.models import DeliveryAlarm
    from laurels.apps.intake.selectors_deliveries import deliveries_counts
    from laurels.apps.intake.services.deliveries_claim import LEASE_SECONDS
    from laurels.apps.intake.services.deliveries_drain import inbox_drain
    from laurels.kit.clock import ManualClock
    from tests.engines.drive import state

    before = asdict(deliveries_counts())
    # Late enough for the leases that killed processes left to have run out.
    clock = ManualClock(settings.LAURELS_CLOCK.now() + 2 * LEASE_SECONDS)
    inbox_drain(clock=clock, until=clock.now() + 1)
    faulty = sql.fetch(
        "SELECT COUNT(*) FROM intake_delivery d"
        " LEFT JOIN intake_deliverybody b ON b.delivery_id = d.id"
        " LEFT JOIN intake_deliveryprogress p ON p.delivery_id = d.id"
        " WHERE b.delivery_id IS NULL OR p.delivery_id IS NULL OR LENGTH(b.body) <> d.size_bytes"
    )
    return {
        "before": before,
        "counts": asdict(deliveries_counts()),
        "guids": sorted(row[0] for row in sql.fetch("SELECT guid FROM intake_delivery")),
        "faulty": faulty[0][0],
        "alarms": list(DeliveryAlarm.objects.values_list("delivery__guid", "kind")),
        "state": state(),
    }


def host() -> None:
    """Fork a serving process at each line of the input; print its number, it prints its address."""
    from laurels.cli import house

    house.install(boot.setup)
    house.start(serving=True)
    from laurels.cli.verbs.serve import serve
    from laurels.config import asgi, urls

    assert urls.urlpatterns and asgi.application
    for _ in sys.stdin:
        child = os.fork()
        if not child:
            os._exit(serve(None, 0))
        os.write(1, b"process %d\n" % child)
        os.waitpid(child, 0)


def mortals(log: str, kills: str, answers: str) -> dict[str, int]:
    """Fork processes one after another that take deliveries and die right after an answer.

    Each has four senders at its door at once. An answer is logged by the thread that got it, past
    any buffer, and the one that logs the last answer that was drawn kills the process there.
    """
    from laurels.config.wsgi import application

    log_to = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    draw = random.Random(7)
    died = answered = 0
    while died < int(kills) or answered < int(answers):
        # From the very first answer to well into the run.
        most = draw.randint(1, 19)
        child = os.fork()
        if not child:
            _live(application, log_to, f"life-{died}", most)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), status
        assert os.WTERMSIG(status) == signal.SIGKILL, status
        died += 1
        answered += most
    return {"died": died, "answered": answered}


def copies(pull_requests: str, threads: str) -> dict[str, Any]:
    """Give every delivery to the door as often as there are threads, at once; work them too.

    Each is also delivered for another hook under the same GUID, and again under a new one. At the
    end one key comes with another body. Waits for a line of input before it begins.
    """
    from dataclasses import replace

    from django.conf import settings

    from laurels.apps.intake.services.deliveries_drain import inbox_drain
    from laurels.config.wsgi import application
    from tests.engines.hooks_sender import posts

    load = posts(int(pull_requests))
    load += [replace(post, hook_id=10) for post in load[:20]] + [
        replace(post, guid=f"{post.guid}-again") for post in load[20:40]
    ]
    answers: list[int] = []
    together = threading.Barrier(int(threads))

    def send() -> None:
        for start in range(0, len(load), 8):
            together.wait()
            answers.extend(knock(application, post) for post in load[start : start + 8])

    def work() -> None:
        clock = settings.LAURELS_CLOCK
        inbox_drain(clock=clock, until=clock.now() + 200)

    print("ready", flush=True)  # noqa: T201 - the test waits for it
    sys.stdin.readline()
    crowd = [threading.Thread(target=send) for _ in range(int(threads))]
    for thread in crowd:
        thread.start()
    work()
    for thread in crowd:
        thread.join()
    work()
    other = knock(application, replace(load[0], body=load[0].body + b" "))
    return {"answers": answers, "other_body": other}


def doorman() -> None:
    """Do what lines of input ask: knock so many times, or have no file grow beyond so many bytes.

    The door gives up after a second here instead of seven.
    """
    from laurels.hooks import inbox
    from tests.engines.hooks_sender import Post

    inbox.STORE_SECONDS, inbox._LOCK_MILLISECONDS = 1.0, 700
    from laurels.config.wsgi import application  # after that, which it is made of

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    count = 0
    for line in sys.stdin:
        what, number = line.split()
        if what == "limit":
            resource.setrlimit(resource.RLIMIT_FSIZE, (int(number), resource.RLIM_INFINITY))
            continue
        answers = {}
        for _ in range(int(number)):
            count += 1
            body = json.dumps({"number": count, "note": os.urandom(2_000).hex()}).encode()
            guid = f"knock-{count}"
            answers[guid] = knock(application, Post(guid, "ping", body, hook_id=0))
        print(json.dumps(answers), flush=True)  # noqa: T201 - the test reads it


def _live(application: Any, log_to: int, name: str, most: int) -> None:
    from tests.engines.hooks_sender import Post

    numbers = iter(range(1_000_000))
    lock = threading.Lock()
    logged: list[int] = []

    def send() -> None:
        while True:
            with lock:
                number = next(numbers)
            guid = f"{name}-{number}"
            body = json.dumps({"number": number, "note": "x" * 500}).encode()
            if knock(application, Post(guid, "ping", body, hook_id=0)) != 202:
                continue
            with lock:
                os.write(log_to, guid.encode() + b"\n")
                logged.append(number)
                if len(logged) == most:
                    os.kill(os.getpid(), signal.SIGKILL)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    os._exit(1)


def knock(application: Any, post: Any) -> int:
    """Hand one delivery to the WSGI application; return the status."""
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/webhooks/github",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(post.body)),
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.input": io.BytesIO(post.body),
    }
    for name, value in post.headers().items():
        if name.startswith("X-"):
            environ["HTTP_" + name.upper().replace("-", "_")] = value
    said: list[str] = []
    list(application(environ, lambda status, headers, fault=None: said.append(status)))
    return int(said[0].split()[0])


if __name__ == "__main__":
    main(*sys.argv[1:])
