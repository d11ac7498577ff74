"""A small program that lives through time: tell it events, let days pass, ask for points.

Events go the product's own way: a file, the importer, one settle. Due work is done by the
product's own queue. Only the clock is ours.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from laurels.apps.audit.actors import SYSTEM, operator
from laurels.apps.contributions.models import Issue, PullRequest
from laurels.apps.intake.services import ImportReport, import_gharchive
from laurels.apps.jobs.services import drain
from laurels.apps.people.models import Contributor
from laurels.apps.projects.models import Project
from laurels.apps.projects.register import Register
from laurels.apps.recognition.services import (
    Recalculated,
    Settled,
    certificates_issue_pending,
    recalculate,
    settle,
    settle_dirty,
)
from laurels.apps.scoring.models import Item, LedgerEntry
from laurels.apps.scoring.selectors import ledger_verify, totals_of
from laurels.apps.scoring.services import program_init, ruleset_publish
from laurels.apps.standings.selectors import histogram_faults
from laurels.domain.rulesets import Ruleset
from laurels.kit.clock import ManualClock
from laurels.kit.times import parse_instant
from tests.fakes import archive
from tests.fakes.archive import ALICE, BOB, Json

DAY = 86_400
START = parse_instant("2026-03-02T12:00:00Z")
"""A Monday noon, far from the ends of a month."""

_files = itertools.count()


class World:
    """One program under one set of rules, with a clock that only tests move."""

    def __init__(self, folder: Path, rules: str | Ruleset = "nest", *, now: int = START) -> None:
        self.folder = folder
        self.clock = ManualClock(now)
        if isinstance(rules, str):
            program_init(rules, now=now, acting=SYSTEM)
        else:
            program_init("nest", now=now, acting=SYSTEM)
            self.publish(rules)

    @property
    def now(self) -> int:
        """Return the present."""
        return self.clock.now()

    def publish(self, rules: Ruleset, *, project: Project | None = None, **more: Any) -> int:
        """Publish rules from now on; return the version's row."""
        made = ruleset_publish(
            rules, name="test", now=self.now, acting=operator(), project=project, **more
        )
        return int(made.pk)

    def tell(self, *events: Json, register: Register | None = None) -> ImportReport:
        """Import these events, as one file."""
        path = self.folder / f"told-{next(_files)}.json"
        archive.write_events(path, events)
        return self.read([path], register=register)

    def read(
        self, paths: Sequence[Path], *, register: Register | None = None, **more: Any
    ) -> ImportReport:
        """Import files."""
        return import_gharchive(
            paths, register=register or Register.all(), clock=self.clock, acting=SYSTEM, **more
        )

    def pass_days(self, days: float) -> None:
        """Let days pass, with the queue doing what comes due at the end of them."""
        self.clock.advance(int(days * DAY))
        self.work()

    def work(self) -> None:
        """Do everything that is due, as the threads of `serve` do."""
        done = drain(clock=self.clock, timeout=1, wait=lambda seconds: self.clock.advance(1))
        assert not done.failed, done

    def settle(self, *people: Contributor) -> Settled:
        """Settle these people, or everybody who is marked."""
        if people:
            ids = [person.pk for person in people]
            return settle(ids, acting=SYSTEM, source="test:1", now=self.now)
        return settle_dirty(acting=SYSTEM, source="test:1", now=self.now)

    def recalculate(self) -> Recalculated:
        """Appraise everybody anew, over their whole history."""
        everybody = list(Contributor.objects.filter(erased_at=None).values_list("pk", flat=True))
        return recalculate(contributor_ids=everybody, acting=SYSTEM, now=self.now)

    def issue(self) -> int:
        """Make the certificates that wait; return how many are new."""
        return certificates_issue_pending(now=self.now, acting=SYSTEM).issued

    def points(self, account: Json = ALICE) -> int:
        """Return somebody's settled points."""
        pk = person(account).pk
        return totals_of([pk])[pk].points

    def pending(self, account: Json = ALICE) -> int:
        """Return somebody's points that wait."""
        pk = person(account).pk
        return totals_of([pk])[pk].pending

    def is_whole(self) -> bool:
        """Tell whether the ledger verifies and the boards' counts are those of a recount."""
        verdict = ledger_verify()
        assert verdict.ok, verdict.first_bad
        assert histogram_faults() == []
        return True


def person(account: Json = ALICE) -> Contributor:
    """Return the contributor of an account."""
    return Contributor.objects.get(github_id=account["id"])


def pull_request(number: int) -> PullRequest:
    """Return a pull request by its number."""
    return PullRequest.objects.get(number=number)


def issue(number: int) -> Issue:
    """Return an issue by its number."""
    return Issue.objects.get(number=number)


def merged(
    number: int, *, by: Json = ALICE, opened_at: int, merged_at: int | None = None, **more: Any
) -> list[Json]:
    """Tell of a pull request that was opened, and merged a minute later unless said otherwise."""
    landed = opened_at + 60 if merged_at is None else merged_at
    repo = more.get("repo", archive.WIDGETS)
    open_body = archive.pull_request(number, by, created_at=opened_at, **more)
    body = archive.pull_request(
        number, by, created_at=opened_at, merged_at=landed, merged_by=BOB, **more
    )
    return [
        archive.pull_request_event("opened", open_body, by, opened_at, repo),
        archive.pull_request_event("closed", body, BOB, landed, repo),
    ]


def opened(number: int, *, by: Json = ALICE, opened_at: int, **more: Any) -> Json:
    """Tell of a pull request that was opened."""
    body = archive.pull_request(number, by, created_at=opened_at, **more)
    repo = more.get("repo", archive.WIDGETS)
    return archive.pull_request_event("opened", body, by, opened_at, repo)


def entries(account: Json = ALICE) -> list[tuple[str, int]]:
    """Return (kind, points) of somebody's ledger entries, in the order of the chain."""
    found = LedgerEntry.objects.filter(contributor=person(account)).order_by("pk")
    return list(found.values_list("kind", "points"))


def items(account: Json = ALICE, *, scope: int = 0) -> dict[tuple[str, int], Item]:
    """Return somebody's items on a scope by (kind, number)."""
    found = Item.objects.filter(contributor=person(account), scope=scope)
    return {(one.kind, one.number): one for one in found}
