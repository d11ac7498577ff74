"""From a stored delivery to points and a board: the worker of the inbox.

ours       claims of up to 500: facts, points, boards, settled once a claim
yardstick  one task a delivery, in Django: get_or_create for each object, the person's total anew
limit      all of it folded in memory, then each table in one statement

The yardstick's tasks are called one after the other in this process: no queue costs it anything.
The rules pay what the preset `nest` pays. All end with the same pull requests, points and totals.
On SQLite a served program is then sent 200 a second, and each delivery watched until it is worked.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import msgspec

from benchmarks import importing_limit
from benchmarks.deliveries import BEGINS, HOOK, Deliveries, deliveries
from benchmarks.harness import (
    LIMIT,
    OURS,
    YARDSTICK,
    AnswersDiffer,
    Contender,
    Path,
    Target,
    faster,
)
from benchmarks.importing import WEIGHTS, pull_request
from benchmarks.options import Options
from benchmarks.scratch import EMPTY, Scratch, digest
from benchmarks.served import Client, free_port
from benchmarks.webhook_accept import ours

ENGINES = ("sqlite", "postgres")
WORK = "work"
NOW = BEGINS + 90 * 86_400
RATE = 200
_POLL_SECONDS = 0.02
_PATIENCE_SECONDS = 60.0
_MEGABYTES = 130


def run(scratch: Scratch, options: Options) -> list[Path]:
    """Measure the worker alone; on SQLite also a server under a steady load."""
    given = deliveries(150 if options.is_quick else 4_000)
    inbox = _Inbox(scratch, given)
    inbox.fill()
    contenders = [
        Contender(OURS, {WORK: inbox.ours}, lambda _: inbox.answer_ours(), scratch.restore),
        Contender(YARDSTICK, {WORK: inbox.yardstick}, _answer_careful, scratch.restore),
        Contender(LIMIT, {WORK: inbox.limit}, _answer_careful, scratch.restore),
    ]
    path = Path(
        "webhook work", scratch.engine, given.about, given.checksum, contenders,
        (faster(WORK, 20),),
    )  # fmt: skip
    path.measure(options.rounds)
    path.notes.append(
        "deliveries a second: "
        + ", ".join(f"{name} {1 / path.medians[WORK, name]:,.0f}" for name in _ALL)
    )
    if scratch.engine == "sqlite":
        steady = _Steady(scratch, given, 40 if options.is_quick else 2_000)
        steady.run()
        path.targets = (*path.targets, *steady.targets)
        path.notes.append(steady.note)
    return [path]


_ALL = (OURS, YARDSTICK, LIMIT)


class _Inbox:
    """The same deliveries in our inbox and in the careful team's, and three ways to work them."""

    def __init__(self, scratch: Scratch, given: Deliveries) -> None:
        self._scratch, self._given = scratch, given
        self._limit = _Limit(scratch)

    def fill(self) -> None:
        """Keep a program with its repositories and full inboxes."""
        from benchmarks.careful.models import Delivery
        from laurels.apps.intake.services.deliveries_accept import deliveries_accept

        begin(self._scratch, self._given)
        arrivals = [_arrival(one) for one in self._given.items]
        for first in range(0, len(arrivals), 200):
            deliveries_accept(arrivals[first : first + 200], now=NOW)
        Delivery.objects.bulk_create(
            (
                Delivery(
                    guid=one.guid, event=one.event, action="", sha256="", body=one.body,
                    received_at="2026-01-01T00:00:00Z",
                )
                for one in self._given.items
            ),
            batch_size=50,
        )  # fmt: skip
        self._scratch.analyze()
        self._scratch.keep()

    def ours(self) -> int:
        from laurels.apps.intake.services.deliveries_work import inbox_step
        from laurels.kit.clock import ManualClock

        while inbox_step(clock=ManualClock(NOW), claimed=lambda _: None):
            pass
        return len(self._given.items)

    def answer_ours(self) -> dict[str, str]:
        from laurels.apps import sql

        subject = "JOIN projects_repository r ON r.id = s.repository_id"
        author = "JOIN people_contributor a ON a.id = s.author_id"
        kinds = ", ".join(f"'{kind}'" for kind in WEIGHTS)
        left = "SELECT COUNT(*) FROM intake_deliveryprogress WHERE state IN ('received', 'failed')"
        if sql.fetch(left)[0][0]:
            raise RuntimeError("deliveries are left")
        return _answers(
            f"SELECT r.github_id, s.number, a.github_id, s.created_at, s.merged_at"
            f" FROM contributions_pullrequest s {subject} {author} WHERE s.is_shown",
            "SELECT s.kind, r.github_id, s.number, c.github_id, s.occurred_at, e.points"
            f" FROM contributions_contribution s {subject}"
            " JOIN scoring_ledgerentry e ON e.contribution_id = s.id"
            " JOIN people_contributor c ON c.id = e.contributor_id"
            f" WHERE s.kind IN ({kinds}) AND NOT s.is_withdrawn",
            "SELECT c.github_id, s.points FROM standings_standing s"
            " JOIN people_contributor c ON c.id = s.contributor_id"
            " JOIN standings_board b ON b.id = s.board_id"
            " WHERE b.scope_kind = 'program' AND b.period_kind = 'season' AND s.points > 0",
        )

    def yardstick(self) -> int:
        from benchmarks.careful.models import Delivery

        waiting = Delivery.objects.filter(state="received").order_by("id")
        for number in waiting.values_list("id", flat=True):
            _task(number)
        return len(self._given.items)

    def limit(self) -> int:
        self._limit.run()
        return len(self._given.items)


def begin(scratch: Scratch, given: Deliveries) -> None:
    """Begin a program on an empty database, with the repositories registered."""
    from laurels.apps.audit.actors import SYSTEM
    from laurels.apps.projects.services import repository_add
    from laurels.apps.scoring.services import ruleset_publish, season_all

    scratch.restore(EMPTY)
    season_all(now=0, acting=SYSTEM)
    ruleset_publish({"weights": WEIGHTS}, name="narrow", now=0, acting=SYSTEM)
    for full_name, github_id in given.repositories:
        repository_add(full_name, github_id=github_id, now=BEGINS - 86_400, acting=SYSTEM)


def _arrival(one: Any) -> Any:
    import hashlib

    from laurels.apps.intake.arrivals import Arrival

    sha256 = hashlib.sha256(one.body).hexdigest()
    return Arrival(HOOK, one.guid, one.event, "{}", one.body, sha256, None, NOW)


def _task(number: int) -> None:
    """Work one delivery, as a task of a queue would."""
    from django.db import transaction
    from django.db.models import Sum

    from benchmarks.careful.models import Delivery, Entry, Person, Score

    with transaction.atomic():
        delivery = Delivery.objects.get(id=number)
        payload = json.loads(bytes(delivery.body))
        if delivery.event == "pull_request":
            home, body = payload["repository"], payload["pull_request"]
            pull_request({"id": home["id"], "name": home["full_name"]}, body)
            person = Person.objects.get(github_id=body["user"]["id"])
            points = Entry.objects.filter(person=person).aggregate(all=Sum("points"))["all"]
            Score.objects.update_or_create(
                contributor_id=person.pk, defaults={"points": points, "updated_at": NOW}
            )
        delivery.state = "processed"
        delivery.save(update_fields=["state"])


def _answer_careful(_: str) -> dict[str, str]:
    subject = "JOIN careful_repository r ON r.id = s.repository_id"
    return _answers(
        f"SELECT r.github_id, s.number, a.github_id, s.created_at, s.merged_at"
        f" FROM careful_pullrequest s {subject} JOIN careful_person a ON a.id = s.author_id",
        "SELECT s.kind, r.github_id, s.number, c.github_id, s.occurred_at, e.points"
        f" FROM careful_contribution s {subject}"
        " JOIN careful_entry e ON e.contribution_id = s.id"
        " JOIN careful_person c ON c.id = e.person_id",
        "SELECT c.github_id, s.points FROM careful_score s"
        " JOIN careful_person c ON c.id = s.contributor_id",
    )


def _answers(pull_requests: str, points: str, totals: str) -> dict[str, str]:
    from laurels.apps import sql

    return {
        "pull requests": digest(map(repr, sql.fetch(pull_requests))),
        "points": digest(sql.fetch(points)),
        "totals": digest((person, int(total)) for person, total in sql.fetch(totals)),
    }


class _Limit(importing_limit.Limit):
    """The limit of an import, fed from the careful team's inbox."""

    def __init__(self, scratch: Scratch) -> None:
        super().__init__(scratch, self._deliveries)
        from laurels.adapters.github.payloads import PullRequest

        home = msgspec.defstruct("Home", [("id", int), ("full_name", str)])
        told = msgspec.defstruct("Told", [("repository", home), ("pull_request", PullRequest)])
        self._decoder = msgspec.json.Decoder(told)

    def _deliveries(self) -> Iterator[Any]:
        bare = self._scratch.raw()
        wanted = "SELECT body FROM careful_delivery WHERE event = 'pull_request' ORDER BY id"
        for (body,) in bare.execute(wanted):
            told: Any = self._decoder.decode(body)
            repo = SimpleNamespace(id=told.repository.id, name=told.repository.full_name)
            payload = SimpleNamespace(pull_request=told.pull_request, issue=None)
            yield SimpleNamespace(repo=repo, payload=payload)
        bare.close()

    def finish(self, bare: Any) -> None:
        bare.execute(
            "INSERT INTO careful_score (contributor_id, points, tier, updated_at)"
            f" SELECT person_id, SUM(points), '', {NOW} FROM careful_entry WHERE TRUE"
            " GROUP BY person_id"
            " ON CONFLICT (contributor_id) DO UPDATE SET points = excluded.points"
        )
        bare.execute("UPDATE careful_delivery SET state = 'processed'")


class _Steady:
    """A served program with its worker: when is each delivery worked, and how much memory goes?"""

    def __init__(self, scratch: Scratch, given: Deliveries, count: int) -> None:
        self._scratch = scratch
        self._given = Deliveries(given.items[:count], given.repositories)
        self._seen: dict[str, float] = {}
        self._peak: float | None = None
        self._waited: list[float] = []

    def run(self) -> None:
        """Send at a steady rate and watch."""
        begin(self._scratch, self._given)
        self._scratch.close()
        port = free_port()
        server = ours(self._scratch, port, workers=1)
        server.start()
        client = Client(port, self._given.write(self._scratch.folder / "steady"), rate=RATE)
        client.begin()
        self._watch()
        load = client.end()
        self._peak = server.peak_mb
        server.stop()
        answered = zip(self._given.items, load.answered, strict=True)
        self._waited = sorted(self._seen[one.guid] - at for one, at in answered)

    def _watch(self) -> None:
        """Look every 20 ms which deliveries have come to their end."""
        bare = self._scratch.raw()
        deadline = time.perf_counter() + _PATIENCE_SECONDS
        while len(self._seen) < len(self._given.items):
            rows = bare.execute(
                "SELECT d.guid FROM intake_deliveryprogress p"
                " JOIN intake_delivery d ON d.id = p.delivery_id"
                " WHERE p.state NOT IN ('received', 'failed') ORDER BY d.id DESC LIMIT 1000"
            ).fetchall()
            now = time.perf_counter()
            for (guid,) in rows:
                self._seen.setdefault(guid, now)
            if now > deadline:
                raise AnswersDiffer(f"webhook work: {len(self._seen)} deliveries were worked")
            time.sleep(_POLL_SECONDS)
        bare.close()

    def _p99(self) -> float:
        return self._waited[len(self._waited) * 99 // 100]

    @property
    def targets(self) -> tuple[Target, ...]:
        """Return what is asked of a served program."""
        p99, peak = self._p99(), self._peak
        found = [Target(f"accept to visible at {RATE}/s: p99 ≤ 1 s", lambda _: p99, at_most=1,
                        unit="s")]  # fmt: skip
        if peak is not None:
            what = f"memory of server and worker, MB ≤ {_MEGABYTES}"
            found.append(Target(what, lambda _: peak, at_most=_MEGABYTES))
        return tuple(found)

    @property
    def note(self) -> str:
        """Tell what was seen."""
        middle = self._waited[len(self._waited) // 2]
        memory = "" if self._peak is None else f"; at most {self._peak:.0f} MB resident"
        return (
            f"served, {RATE}/s, one worker: accept to visible p50 {middle * 1000:.0f} ms,"
            f" p99 {self._p99() * 1000:.0f} ms (looked every {_POLL_SECONDS * 1000:.0f} ms){memory}"
        )
