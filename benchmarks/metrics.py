"""The metrics of a person with 100, 1,000 and 10,000 pull requests.

ours       read what is known, compute by both rules, keep the run and its records
yardstick  objects of the ORM, values and shares added up in Python, the run kept as one row

First alone, then beside the languages of a million repositories of other people, which must cost
nothing. The answer is the plain values (anybody's comments count) and the language shares.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from benchmarks.harness import OURS, YARDSTICK, Contender, Medians, Path, Target, within
from benchmarks.options import Options
from benchmarks.scratch import Scratch, log

ENGINES = ("sqlite", "postgres")
NOW = 1_790_000_000
SIZES = (100, 1_000, 10_000)
LIMIT_SECONDS = 0.015
FLAT = 1.25
_DAY = 86_400
_REPOSITORIES = 200
_FIRST_OTHER = 1_000_000
_CHUNK = 100_000
_NAMES = ("Python", "Go", "Rust", "C", "HTML", "Shell", "TypeScript")


def run(scratch: Scratch, options: Options) -> list[Path]:
    """Measure each size alone, then beside the rows of others."""
    sizes = (100, 1_000) if options.is_quick else SIZES
    others = 5_000 if options.is_quick else 1_000_000
    repeats = 1 if options.is_quick else 10
    scratch.restore("empty")
    found, sha256 = people(sizes)
    scratch.analyze()
    paths = []
    alone: dict[str, float] = {}
    for beside in (0, others):
        if beside:
            _others(beside)
            scratch.analyze()
        path = _path(scratch, found, sha256, beside, repeats, alone)
        path.measure(options.rounds)
        alone |= {phase: path.medians[phase, OURS] for phase in found}
        paths.append(path)
    return paths


def _path(
    scratch: Scratch,
    people: dict[str, Any],
    sha256: str,
    others: int,
    repeats: int,
    alone: dict[str, float],
) -> Path:
    largest = list(people)[-1]
    targets = [within(largest, LIMIT_SECONDS)]
    if others:
        before = dict(alone)

        def grown(medians: Medians) -> float:
            return medians[largest, OURS] / before[largest]

        targets.append(Target(f"{largest}: ≤ {FLAT} × alone", grown, at_most=FLAT))
    beside = f", {others:,} language rows of others" if others else ", alone"
    contenders = []
    for name, work in ((OURS, compute), (YARDSTICK, _yardstick)):
        told: dict[str, Any] = {}

        def phase(person: Any, at: str, work: Any = work, told: Any = told) -> Any:
            def repeated() -> int:
                for _ in range(repeats):
                    told[at] = work(person)
                return repeats

            return repeated

        phases = {at: phase(person, at) for at, person in people.items()}
        contenders.append(Contender(name, phases, lambda at, told=told: _answer(told[at]), _open))
    return Path(
        "metrics of a person", scratch.engine, f"{' / '.join(people)}{beside}", sha256,
        contenders, targets,
    )  # fmt: skip


def _open() -> None:
    """Connect before the clock runs, as a serving process is."""
    from django.db import connection

    connection.ensure_connection()


def compute(person: Any) -> Any:
    """Read what is known of a person, compute, and keep the run."""
    from laurels.apps.intake.selectors_metrics import person_known
    from laurels.apps.metrics.services import metrics_compute

    return metrics_compute(person, person_known(person.pk), now=NOW, triggered_by="benchmark")


def _yardstick(person: Any) -> Any:
    """Compute as it is written first, but with one statement for all languages."""
    from django.db import transaction

    from laurels.apps.intake.models_sync import RepositoryLanguages, SyncedPull
    from laurels.apps.metrics.models import MetricRun
    from laurels.domain.metrics import metrics_window

    window = metrics_window(NOW)
    pulls = list(SyncedPull.objects.filter(author=person))
    eligible = [
        one for one in pulls
        if window.start <= one.created_at < window.end and (one.comments or one.reviews)
    ]  # fmt: skip
    merged = [one for one in eligible if one.state == "merged"]
    ready = [one for one in eligible if not one.is_draft]
    dropped = [one for one in ready if one.state == "closed"]
    seconds = [one.merged_at - one.created_at for one in merged if one.merged_at]
    places = {one.repository_github_id for one in pulls}
    known = {
        row.github_id: json.loads(row.languages)
        for row in RepositoryLanguages.objects.filter(github_id__in=places)
    }
    weights: dict[str, float] = {}
    for one in pulls:
        weight = (one.additions or 0) + (one.deletions or 0) or max(one.changed_files or 0, 1)
        held = known.get(one.repository_github_id, {})
        everything = sum(held.values())
        for name, size in held.items():
            weights[name] = weights.get(name, 0.0) + weight * size / everything
    total = sum(weights.values())
    shares = [[name, round(10_000 * part / total)] for name, part in weights.items()]
    values = {
        "total_opened_prs": len(eligible),
        "total_merged_prs": len(merged),
        "pr_merge_rate": len(merged) / len(eligible),
        "pr_drop_rate": len(dropped) / len(ready),
        "avg_merge_latency_hours": sum(seconds) / (3_600 * len(seconds)),
    }
    with transaction.atomic():
        MetricRun.objects.create(
            contributor=person, computed_at=NOW, triggered_by="benchmark",
            window_start=window.start, window_end=window.end,
            languages=json.dumps(sorted(shares, key=lambda one: (-one[1], one[0]))),
            coverage=json.dumps(values), inputs_hash="",
        )  # fmt: skip
    return values, shares


def _answer(told: Any) -> dict[str, str]:
    from laurels.domain.metrics import Eligibility

    if isinstance(told, tuple):
        values, shares = told
    else:
        shares = json.loads(told.languages)
        values = {
            row.metric: row.numerator / row.denominator
            for row in told.records.filter(
                eligibility=Eligibility.BY_ANYBODY, numerator__isnull=False
            )
        }
    wanted = ("opened_prs", "merged_prs", "merge_rate", "drop_rate", "latency_hours")
    plain = sorted((k, round(float(v), 9)) for k, v in values.items() if k.endswith(wanted))
    text = repr((plain, sorted(map(tuple, shares), key=lambda one: (-one[1], one[0]))))
    return {"values and languages": hashlib.sha256(text.encode()).hexdigest()}


def people(sizes: tuple[int, ...]) -> tuple[dict[str, Any], str]:
    """Fill what a sync leaves of each person, and a population; return them by phase."""
    from django.db import transaction

    from laurels.apps import sql
    from laurels.apps.audit.actors import operator
    from laurels.apps.intake.models_sync import (
        PersonProfile,
        SyncCoverage,
        SyncedPull,
        SyncSubject,
    )
    from laurels.apps.metrics.services import baseline_load
    from laurels.apps.people.models import Contributor
    from laurels.domain.metrics import year_spans

    baseline_load(population(), now=NOW, acting=operator())
    spans = year_spans(NOW)
    hashed = hashlib.sha256()
    found = {}
    first = 0
    with transaction.atomic():
        _languages(range(1, len(sizes) * _REPOSITORIES + 1))
        for at, size in enumerate(sizes):
            person = Contributor.objects.create(
                ref=f"{at + 1:032x}", github_id=at + 1, login=f"person-{at}",
                login_key=f"person-{at}", login_seen_at=0, kind="User", is_bot=False,
                first_seen_at=0,
            )  # fmt: skip
            subject = SyncSubject.objects.create(
                kind="user", github_id=person.github_id, name=person.login, created_at=NOW
            )
            SyncCoverage.objects.create(
                subject=subject, starts_at=NOW - 1_096 * _DAY, ends_at=NOW
            )  # fmt: skip
            PersonProfile.objects.create(
                contributor=person, joined_at=1_500_000_000, window_start=spans[0].start,
                window_end=spans[-1].end, reviews=100, issues=50, read_at=NOW,
            )  # fmt: skip
            rows = [_pull(person.pk, first + n, at * _REPOSITORIES) for n in range(size)]
            hashed.update(repr(rows).encode())
            sql.insert(SyncedPull, _PULL, rows)
            first += size
            found[f"{size:,} pull requests"] = person
    return found, hashed.hexdigest()


_PULL = (
    "node_id", "author", "repository_github_id", "number", "state", "is_draft", "created_at",
    "updated_at", "closed_at", "merged_at", "additions", "deletions", "changed_files", "comments",
    "reviews", "is_attended",
)  # fmt: skip


def _pull(person: int, at: int, before: int) -> tuple[Any, ...]:
    created = NOW - (at * 7_919) % (1_090 * _DAY) - 1
    state = ("merged", "merged", "closed", "open")[at % 4]
    ended = None if state == "open" else min(created + (at * 613) % (9 * _DAY), NOW)
    return (
        f"PR_{at}", person, before + at % _REPOSITORIES + 1, at, state, at % 31 == 0, created,
        created, ended, ended if state == "merged" else None, at % 97, at % 13, 1 + at % 5, at % 3,
        at % 2, at % 5 > 0,
    )  # fmt: skip


def population() -> Any:
    from laurels.domain.metric_names import OSS_COMPOSITE, RATES, TEN
    from laurels.domain.percentiles import POINTS, Baseline, Thresholds, csv_checksum

    def texts(name: str) -> Iterator[str]:
        most = 1 if name in RATES else 100 if name == OSS_COMPOSITE else 10_000
        return (repr(most * at / (POINTS - 1)) for at in range(POINTS))

    made = Baseline(
        id="benchmark", start=20221001, end=20250930, method="benchmark", checksum="",
        thresholds={name: Thresholds.of(name, texts(name)) for name in TEN},
    )  # fmt: skip
    return Baseline(
        id=made.id, start=made.start, end=made.end, method=made.method,
        checksum=csv_checksum(made), thresholds=made.thresholds,
    )  # fmt: skip


def _languages(places: range) -> None:
    from laurels.apps import sql
    from laurels.apps.intake.models_sync import RepositoryLanguages

    rows = (
        (
            place,
            place % 1_000 + 600,
            json.dumps({_NAMES[place % 7]: place % 1_000 + 1, _NAMES[(place + 3) % 7]: 599}),
            NOW,
        )
        for place in places
    )
    while chunk := list(islice(rows, _CHUNK)):
        sql.insert(
            RepositoryLanguages, ("github_id", "total_bytes", "languages", "read_at"), chunk
        )  # fmt: skip


def _others(count: int) -> None:
    from django.db import transaction

    with transaction.atomic():
        _languages(range(_FIRST_OTHER, _FIRST_OTHER + count))
    log(f"languages of {count:,} repositories of others")
