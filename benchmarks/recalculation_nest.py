"""OWASP Nest's nightly job at its size: 20,000 people, 273,591 facts, scores and certificates.

ours       appraise, post a hash-chained entry a point, boards, tiers, certificates; then all again
yardstick  Nest's shape: for each contributor count the facts of each kind, update the score, make
           the certificates that are missing, a transaction each
limit      hash and insert the entries of the first run and nothing else
"""

from __future__ import annotations

import secrets
from typing import Any

from benchmarks.fill import NOW, filled
from benchmarks.harness import LIMIT, OURS, YARDSTICK, Contender, Path, faster, within
from benchmarks.options import Options
from benchmarks.scratch import Scratch, digest
from benchmarks.settling import issue_certificates, settle_everybody, settle_nobody

ENGINES = ("sqlite", "postgres")
WEIGHTS = {"pr_merged": 10, "pr_opened": 5, "issue_opened": 3}
LEVELS = (("level_1", 0), ("level_2", 100), ("level_3", 250), ("level_4", 500))
_TOTALS = (
    "SELECT c.github_id, CAST(SUM(e.points) AS BIGINT) FROM scoring_ledgerentry e"
    " JOIN people_contributor c ON c.id = e.contributor_id GROUP BY c.github_id"
)


def run(scratch: Scratch, options: Options) -> list[Path]:
    """Measure first run, full run with nothing to change, and nothing marked."""
    people, facts = (150, 2_000) if options.is_quick else (20_000, 273_591)
    sha256 = filled(scratch, people, facts)
    _begin(scratch)
    limit = _Limit(scratch)
    contenders = [
        Contender(
            OURS,
            {"first": _ours, "again": _ours, "nothing marked": settle_nobody},
            lambda _: _answer_ours(),
            scratch.restore,
        ),
        Contender(
            YARDSTICK, {"first": _yardstick, "again": _yardstick}, _answer_yardstick,
            scratch.restore,
        ),
        Contender(LIMIT, {"first": limit.run}, limit.answer, scratch.restore),
    ]  # fmt: skip
    path = Path(
        "recalculation at Nest's size", scratch.engine, f"{people:,} people, {facts:,} facts",
        sha256, contenders,
        (faster("first", 12), faster("again", 100), within("nothing marked", 0.05)),
    )  # fmt: skip
    return [path.measure(options.rounds)]


def _begin(scratch: Scratch) -> None:
    from laurels.apps.audit.actors import SYSTEM
    from laurels.apps.scoring.services import program_init

    program_init("nest", now=NOW, acting=SYSTEM)
    scratch.keep()


def _ours() -> None:
    settle_everybody()
    issue_certificates()


def _answer_ours() -> dict[str, str]:
    from laurels.apps import sql

    certificates = sql.fetch(
        "SELECT p.github_id, c.tier FROM recognition_certificate c"
        " JOIN people_contributor p ON p.id = c.recipient_id"
    )
    return {"points": digest(sql.fetch(_TOTALS)), "certificates": digest(certificates)}


def _yardstick() -> None:
    from django.db import transaction

    from benchmarks.careful.models import Award, Score
    from laurels.apps.people.models import Contributor

    for contributor in Contributor.objects.filter(erased_at=None).order_by("id").iterator():
        with transaction.atomic():
            points = 0
            for kind, weight in WEIGHTS.items():
                done = contributor.contributions.filter(kind=kind, is_withdrawn=False)
                points += weight * done.exclude(repository__is_fork=True).count()
            passed = [key for key, needed in LEVELS if points >= needed and points > 0]
            Score.objects.update_or_create(
                contributor_id=contributor.pk,
                defaults={
                    "points": points, "tier": passed[-1] if passed else "", "updated_at": NOW
                },
            )  # fmt: skip
            for key in passed:
                Award.objects.get_or_create(
                    contributor_id=contributor.pk,
                    tier=key,
                    defaults={
                        "number": secrets.token_hex(6), "points": points, "issued_at": NOW
                    },
                )  # fmt: skip


def _answer_yardstick(_: str) -> dict[str, str]:
    from laurels.apps import sql

    join = "JOIN people_contributor p ON p.id = s.contributor_id"
    return {
        "points": digest(
            sql.fetch(f"SELECT p.github_id, points FROM careful_score s {join} WHERE points > 0")
        ),
        "certificates": digest(
            sql.fetch(f"SELECT p.github_id, s.tier FROM careful_award s {join}")
        ),
    }


class _Limit:
    """Hashes and inserts the entries that a first run posted, read beforehand."""

    def __init__(self, scratch: Scratch) -> None:
        from laurels.apps import sql
        from laurels.apps.scoring.services.post import ENTRY_FIELDS
        from laurels.domain.ledger import Component, Entry, EntryKind

        scratch.restore()
        _ours()
        names = (
            "sequence", "contributor_ref", "contribution_ref", "scope", "season", "project_ref",
            "component", "kind", "points", "occurred_at", "posted_at", "ruleset_hash",
            "generation", "reverses", "source", "explanation_digest",
        )  # fmt: skip
        rows = sql.fetch(
            f"SELECT contributor_id, contribution_id, id, {', '.join(names[1:])}"
            " FROM scoring_ledgerentry ORDER BY id"
        )
        self._owners = [row[:2] for row in rows]
        read = [dict(zip(names, row[2:], strict=True)) for row in rows]
        self._entries = [
            Entry(
                **one | {"component": Component(one["component"]), "kind": EntryKind(one["kind"])}
            )
            for one in read
        ]
        self._columns = [
            f"{name}_id" if name in ("contributor", "contribution") else name
            for name in ENTRY_FIELDS
        ]
        self._scratch = scratch

    def run(self) -> None:
        """Hash, then one statement (SQLite: executemany, PostgreSQL: COPY) and one commit."""
        from laurels.domain.ledger import links

        rows = [
            (e.sequence, *owner, e.contributor_ref, e.contribution_ref, e.scope, e.season,
             e.project_ref, e.component.value, e.kind.value, e.points, e.occurred_at, e.posted_at,
             e.ruleset_hash, e.generation, False, None, e.source, e.explanation_digest, None,
             link.previous_hash, link.hash)
            for link, owner in zip(links(self._entries), self._owners, strict=True)
            for e in (link.entry,)
        ]  # fmt: skip
        bulk_insert(self._scratch, "scoring_ledgerentry", self._columns, rows)

    def answer(self, _: str) -> dict[str, str]:
        from laurels.apps import sql

        return {"points": digest(sql.fetch(_TOTALS))}


def bulk_insert(scratch: Scratch, table: str, columns: list[str], rows: list[Any]) -> None:
    """Insert rows on the fastest road of the engine, in one durable transaction."""
    names = ", ".join(columns)
    bare = scratch.raw()
    if scratch.engine == "sqlite":
        places = ", ".join("?" * len(columns))
        bare.execute("BEGIN IMMEDIATE")
        bare.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)
        bare.execute("COMMIT")
    else:
        statement = f"COPY {table} ({names}) FROM STDIN"
        with bare.transaction(), bare.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    bare.close()
