"""A file of events into people, repositories, subjects, contributions and points, idempotent.

ours       the importer: folds in any order, explanations, hash chain, boards, tiers
yardstick  the same chain in Django, get_or_create for each object, one transaction for the file
limit      the latest of each object in memory, then executemany or COPY with ON CONFLICT of rows
           as narrow as the yardstick's

The rules pay what the preset `nest` pays, forks included. All three end with the same subjects and
the same points; the second run finds everything there.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from benchmarks import importing_limit
from benchmarks.corpus import UNTIL, Corpus, days
from benchmarks.harness import LIMIT, OURS, YARDSTICK, Contender, Medians, Path, Target, faster
from benchmarks.options import Options
from benchmarks.scratch import Scratch, digest, folder

ENGINES = ("sqlite", "postgres")
WEIGHTS = {"pr_merged": 10, "pr_opened": 5, "issue_opened": 3}
NOW = UNTIL + 86_400


def run(scratch: Scratch, options: Options) -> list[Path]:
    """Measure a first and a second run over one file."""
    copies, most = (1, 600) if options.is_quick else (3, 0)
    corpus = days(folder(), copies, most=most)
    _begin(scratch)
    limit = importing_limit.Limit(scratch, lambda: importing_limit.events(corpus.path))
    contenders = [
        _contender(OURS, scratch, lambda: _ours(corpus), _answer_ours),
        _contender(YARDSTICK, scratch, lambda: _yardstick(corpus), _answer_careful),
        _contender(LIMIT, scratch, limit.run, _answer_careful),
    ]
    times = 25 if scratch.engine == "sqlite" else 50
    path = Path(
        "import", scratch.engine, f"{corpus.events:,} events: {corpus.name}", corpus.sha256,
        contenders, (faster("first", times), faster("second", times), _not_slower()),
    )  # fmt: skip
    path.measure(options.rounds)
    rows = _rows()
    rates = [
        f"{name} {rows / path.medians['first', name]:,.0f}" for name in (OURS, YARDSTICK, LIMIT)
    ]
    path.notes.append(f"rows of the narrow tables a second ({rows:,} rows): {', '.join(rates)}")
    return [path]


def _contender(name: str, scratch: Scratch, work: Any, answer: Any) -> Contender:
    return Contender(name, {"first": work, "second": work}, lambda _: answer(), scratch.restore)


def _not_slower() -> Target:
    def measured(medians: Medians) -> float:
        return medians["second", OURS] / medians["first", OURS]

    return Target("second run ÷ first run ≤ 1", measured, at_most=1)


def _begin(scratch: Scratch) -> None:
    from laurels.apps.audit.actors import SYSTEM
    from laurels.apps.scoring.services import ruleset_publish, season_all

    scratch.restore("empty")
    season_all(now=0, acting=SYSTEM)
    ruleset_publish({"weights": WEIGHTS}, name="narrow", now=0, acting=SYSTEM)
    scratch.keep()


def _ours(corpus: Corpus) -> None:
    from laurels.apps.audit.actors import SYSTEM
    from laurels.apps.intake.services import import_gharchive
    from laurels.apps.projects.register import Register
    from laurels.kit.clock import ManualClock

    import_gharchive([corpus.path], register=Register.all(), clock=ManualClock(NOW), acting=SYSTEM)


def _answer_ours() -> dict[str, str]:
    from laurels.apps import sql

    kinds = ", ".join(f"'{kind}'" for kind in WEIGHTS)
    subject = "JOIN projects_repository r ON r.id = s.repository_id"
    author = "JOIN people_contributor a ON a.id = s.author_id"
    return _answers(
        sql.fetch(
            f"SELECT r.github_id, s.number, a.github_id, s.created_at, s.merged_at"
            f" FROM contributions_pullrequest s {subject} {author} WHERE s.is_shown"
        ),
        sql.fetch(
            f"SELECT r.github_id, s.number, a.github_id, s.created_at"
            f" FROM contributions_issue s {subject} {author} WHERE s.is_shown"
        ),
        sql.fetch(
            "SELECT s.kind, r.github_id, s.number, c.github_id, s.occurred_at, e.points"
            f" FROM contributions_contribution s {subject}"
            " JOIN scoring_ledgerentry e ON e.contribution_id = s.id"
            " JOIN people_contributor c ON c.id = e.contributor_id"
            f" WHERE s.kind IN ({kinds}) AND NOT s.is_withdrawn"
        ),
    )


def _answer_careful() -> dict[str, str]:
    from laurels.apps import sql

    subject = "JOIN careful_repository r ON r.id = s.repository_id"
    author = "JOIN careful_person a ON a.id = s.author_id"
    return _answers(
        sql.fetch(
            f"SELECT r.github_id, s.number, a.github_id, s.created_at, s.merged_at"
            f" FROM careful_pullrequest s {subject} {author}"
        ),
        sql.fetch(
            f"SELECT r.github_id, s.number, a.github_id, s.created_at"
            f" FROM careful_issue s {subject} {author}"
        ),
        sql.fetch(
            "SELECT s.kind, r.github_id, s.number, c.github_id, s.occurred_at, e.points"
            f" FROM careful_contribution s {subject}"
            " JOIN careful_entry e ON e.contribution_id = s.id"
            " JOIN careful_person c ON c.id = e.person_id"
        ),
    )


def _answers(pull_requests: list[Any], issues: list[Any], points: list[Any]) -> dict[str, str]:
    return {
        "subjects": digest([*map(repr, pull_requests), *map(repr, issues)]),
        "points": digest(points),
    }


def _rows() -> int:
    """Count the rows that the last contender left."""
    from laurels.apps import sql

    tables = ("person", "repository", "pullrequest", "issue", "contribution", "entry")
    counts = (f"(SELECT COUNT(*) FROM careful_{table})" for table in tables)
    return int(sql.fetch(f"SELECT {' + '.join(counts)}")[0][0])


def _yardstick(corpus: Corpus) -> None:
    from django.db import transaction

    with transaction.atomic():
        for event in _events(corpus):
            payload = event["payload"]
            if event["type"].startswith("PullRequest"):
                pull_request(event["repo"], payload["pull_request"])
            elif "issue" in payload and "pull_request" not in payload["issue"]:
                _issue(event["repo"], payload["issue"])


def _events(corpus: Corpus) -> Iterator[dict[str, Any]]:
    with gzip.open(corpus.path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def _person_and_repository(repo: dict[str, Any], user: dict[str, Any]) -> tuple[Any, Any]:
    from benchmarks.careful.models import Person, Repository

    person, _ = Person.objects.get_or_create(
        github_id=user["id"], defaults={"login": user["login"]}
    )
    repository, _ = Repository.objects.get_or_create(
        github_id=repo["id"], defaults={"full_name": repo["name"]}
    )
    return person, repository


def pull_request(repo: dict[str, Any], body: dict[str, Any]) -> None:
    from benchmarks.careful.models import PullRequest

    if not body.get("user"):
        return
    person, repository = _person_and_repository(repo, body["user"])
    created_at = _at(body["created_at"])
    pull_request, _ = PullRequest.objects.get_or_create(
        repository=repository,
        number=body["number"],
        defaults={"author": person, "title": body["title"], "created_at": created_at},
    )
    merged_at = _at(body["merged_at"]) if body.get("merged_at") else None
    if pull_request.title != body["title"] or (merged_at and not pull_request.merged_at):
        pull_request.title = body["title"]
        pull_request.merged_at = merged_at or pull_request.merged_at
        pull_request.save()
    _contribution(person, repository, body["number"], "pr_opened", created_at)
    if merged_at:
        _contribution(person, repository, body["number"], "pr_merged", merged_at)


def _issue(repo: dict[str, Any], body: dict[str, Any]) -> None:
    from benchmarks.careful.models import Issue

    if not body.get("user"):
        return
    person, repository = _person_and_repository(repo, body["user"])
    created_at = _at(body["created_at"])
    issue, _ = Issue.objects.get_or_create(
        repository=repository,
        number=body["number"],
        defaults={"author": person, "title": body["title"], "created_at": created_at},
    )
    if issue.title != body["title"]:
        issue.title = body["title"]
        issue.save()
    _contribution(person, repository, body["number"], "issue_opened", created_at)


def _contribution(person: Any, repository: Any, number: int, kind: str, at: int) -> None:
    from benchmarks.careful.models import Contribution, Entry

    contribution, _ = Contribution.objects.get_or_create(
        person=person, repository=repository, number=number, kind=kind,
        defaults={"occurred_at": at},
    )  # fmt: skip
    Entry.objects.get_or_create(
        contribution=contribution,
        defaults={"person": person, "points": WEIGHTS[kind], "posted_at": NOW},
    )
