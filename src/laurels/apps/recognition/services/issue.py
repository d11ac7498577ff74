"""Making the certificates that were asked for.

Guarantee: a request ends with one certificate whatever is retried or run twice at once. A batch is
claimed by compare-and-set (the attempt is counted before the provider is asked, and the claim holds
ten minutes), made outside any transaction, and written by a second compare-and-set over the same
attempt, beside a unique constraint. A certificate that exists in any state, revoked included, is
never made again.
Not guaranteed: that the provider is asked once. After a crash it gets the same key again.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
import structlog
from django.conf import settings
from django.db import transaction

from laurels.apps import sql
from laurels.apps.audit.actors import Actor
from laurels.apps.audit.services import record
from laurels.apps.recognition.models import Certificate, CertificateRequest
from laurels.apps.recognition.providers import (
    Draft,
    Made,
    Provider,
    Refused,
    Retryable,
    provider_get,
)
from laurels.apps.recognition.summaries import summaries
from laurels.kit.crockford import ENTROPY_BITS, certificate_number

CLAIM_SECONDS = 600
FIRST_WAIT_SECONDS = 60
LONGEST_WAIT_SECONDS = 6 * 3_600

log = structlog.get_logger(__name__)

_CLAIM = """
UPDATE recognition_certificaterequest SET attempts = attempts + 1, next_at = %s
WHERE state = 'queued' AND next_at <= %s AND id IN (
    SELECT id FROM recognition_certificaterequest
    WHERE state = 'queued' AND next_at <= %s ORDER BY next_at, id LIMIT %s)
RETURNING id
"""
# The plus keeps the planner from the index on seasons: one season may have every certificate.
_READ = """
SELECT q.id, q.attempts, q.contributor_id, q.season_id, q.tier, q.tier_label, q.points,
       q.version_id, c.ref, c.login, c.erased_at IS NOT NULL, s.key,
       EXISTS (SELECT 1 FROM recognition_certificate e WHERE e.recipient_id = q.contributor_id
               AND +e.season_id = q.season_id AND e.tier = q.tier)
FROM recognition_certificaterequest q
JOIN people_contributor c ON c.id = q.contributor_id
JOIN scoring_season s ON s.id = q.season_id
WHERE {where} ORDER BY q.id
"""
_FIELDS = (
    "number", "recipient", "recipient_name", "recipient_login", "kind", "season", "tier",
    "tier_label", "points", "summary", "version", "issuer", "issued_at", "provider", "external_id",
    "state", "revoked_by", "revoked_reason", "reinstated_by", "reinstated_reason",
)  # fmt: skip


class _Claim(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A claimed request; `attempts` is the number of this attempt and guards the write."""

    id: int
    attempts: int
    contributor: int
    season: int
    tier: str
    tier_label: str
    points: int
    version: int
    ref: str
    login: str
    is_erased: bool
    season_key: str
    is_made: bool


@dataclass(frozen=True, slots=True)
class IssueResult:
    """What a run came to.

    `issued` are new; `already` had one, in whatever state; `queued` still wait after the run;
    `refused` will never be made; `failed` could not be made now and are tried again.
    """

    issued: int = 0
    already: int = 0
    queued: int = 0
    refused: int = 0
    failed: int = 0


@dataclass(slots=True)
class _Batch:
    made: list[tuple[_Claim, Draft, Made]] = field(default_factory=list)
    there: list[_Claim] = field(default_factory=list)
    refused: list[tuple[str, int, int]] = field(default_factory=list)
    failed: list[tuple[str, int, int]] = field(default_factory=list)


def certificates_issue_pending(
    *,
    now: int,
    acting: Actor,
    limit: int | None = None,
    provider: Provider | None = None,
    issuer: str = "",
) -> IssueResult:
    """Make the certificates that are due, at most `limit`, and say what became of them.

    `provider` and `issuer` are by default those of the settings; UnknownProvider where there is
    none of that name.
    """
    provider = provider or provider_get(settings.LAURELS.certificate_provider)
    issuer = issuer or settings.LAURELS.issuer
    issued = already = refused = failed = taken = 0
    while limit is None or taken < limit:
        size = provider.claim_size if limit is None else min(provider.claim_size, limit - taken)
        claims = _claim(size, now)
        if not claims:
            break
        taken += len(claims)
        batch = _make(claims, provider, issuer, now)
        new, known = _write(batch, provider.name, issuer, now)
        issued, already = issued + new, already + known
        refused, failed = refused + len(batch.refused), failed + len(batch.failed)
    queued = CertificateRequest.objects.filter(state="queued").count()
    result = IssueResult(issued, already, queued, refused, failed)
    if acting.is_person and taken:
        record(
            acting=acting,
            action="certificate:issue",
            subject="certificates",
            after={"issued": issued, "already": already, "refused": refused, "failed": failed},
            now=now,
        )
    return result


def _claim(size: int, now: int) -> list[_Claim]:
    """Take requests; another process that saw the same ones finds them taken."""
    with transaction.atomic():
        mine = [row[0] for row in sql.fetch(_CLAIM, [now + CLAIM_SECONDS, now, now, size])]
    if not mine:
        return []
    where, ids = sql.in_ids("q.id", mine)
    return [_Claim(*row) for row in sql.fetch(_READ.format(where=where), ids)]


def _make(claims: Sequence[_Claim], provider: Provider, issuer: str, now: int) -> _Batch:
    """Ask the provider for each; no transaction is open."""
    batch = _Batch()
    wanted = [claim for claim in claims if not (claim.is_made or claim.is_erased)]
    batch.there = [claim for claim in claims if claim.is_made]
    batch.refused = [
        ("the recipient was erased", one.id, one.attempts)
        for one in claims
        if one.is_erased and not one.is_made
    ]
    told = summaries({(claim.contributor, claim.season) for claim in wanted})
    for claim in wanted:
        draft = Draft(
            key=f"request:{claim.id}",
            number=certificate_number(secrets.randbits(ENTROPY_BITS)),
            recipient_ref=claim.ref,
            recipient_login=claim.login,
            recipient_name=claim.login,
            season=claim.season_key,
            tier=claim.tier,
            tier_label=claim.tier_label,
            points=claim.points,
            summary=told[claim.contributor, claim.season],
            issuer=issuer,
            issued_at=now,
        )
        try:
            batch.made.append((claim, draft, provider.make(draft)))
        except Refused as fault:
            batch.refused.append((str(fault)[:500], claim.id, claim.attempts))
        except Exception as fault:
            if not isinstance(fault, Retryable):
                log.exception("certificate_failed", request=claim.id)
            reason = f"{type(fault).__name__}: {fault}"[:500]
            batch.failed.append((reason, claim.id, claim.attempts))
    return batch


@transaction.atomic
def _write(batch: _Batch, provider: str, issuer: str, now: int) -> tuple[int, int]:
    """Write what a batch came to, where the claim still holds; return new and already there."""
    mine = _finish([*batch.there, *(claim for claim, _, _ in batch.made)])
    made = [one for one in batch.made if one[0].id in mine]
    there = _existing([claim for claim, _, _ in made]) if made else set()
    rows, bodies = [], dict[int, str]()
    for claim, draft, result in made:
        if (claim.contributor, claim.season, claim.tier) in there:
            continue
        body = bodies.setdefault(id(draft.summary), json.dumps(draft.summary))
        rows.append(
            (
                *(draft.number, claim.contributor, draft.recipient_name, draft.recipient_login),
                *("tier", claim.season, claim.tier, claim.tier_label, claim.points, body),
                *(claim.version, issuer, now, provider, result.external_id, "active"),
                *("", "", "", ""),
            )
        )
    sql.insert(Certificate, _FIELDS, rows)
    _postpone(batch, now)
    return len(rows), len(mine) - len(rows)


def _finish(claims: Sequence[_Claim]) -> set[int]:
    """Mark the requests done whose claim still is ours; return their ids."""
    if not claims:
        return set()
    where, parameters = sql.in_pairs("id", "attempts", [(one.id, one.attempts) for one in claims])
    rows = sql.fetch(
        "UPDATE recognition_certificaterequest SET state = 'issued', last_error = ''"
        f" WHERE state = 'queued' AND {where} RETURNING id",
        parameters,
    )
    return {row[0] for row in rows}


def _existing(claims: Sequence[_Claim]) -> set[tuple[int, int, str]]:
    """Return those of the claims' keys for which a certificate has appeared meanwhile."""
    where, ids = sql.in_ids("recipient_id", {claim.contributor for claim in claims})
    rows = sql.fetch(
        f"SELECT recipient_id, season_id, tier FROM recognition_certificate WHERE {where}", ids
    )
    return set(rows)


def _postpone(batch: _Batch, now: int) -> None:
    """Keep the reasons of those that could not be made, and when to try again."""
    statement = (
        "UPDATE recognition_certificaterequest SET state = %s, next_at = %s, last_error = %s"
        " WHERE state = 'queued' AND id = %s AND attempts = %s"
    )
    for reason, request, attempts in batch.refused:
        sql.execute(statement, ["refused", now, reason, request, attempts])
    for reason, request, attempts in batch.failed:
        wait = min(FIRST_WAIT_SECONDS * 2 ** min(attempts - 1, 20), LONGEST_WAIT_SECONDS)
        sql.execute(statement, ["queued", now + wait, reason, request, attempts])
