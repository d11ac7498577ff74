"""Erasing a person: identity, texts and recognition go, the ledger's numbers stay.

Guarantee: in one transaction certificates are revoked and emptied, boards and snapshots forget the
person with the counts kept exact, tiers and requests are removed, facts lose the person's id and
the titles they wrote, repositories and the project under their name are renamed, and the identity
is replaced by keyed hashes that keep imports from bringing it back. No ledger or audit row is
written over: they know only random references. On SQLite the file is rewritten afterwards, so that
neither free pages nor the write-ahead log remember. Apps above take part through `erasing`.
Not guaranteed: backups made before, and on PostgreSQL the dead rows until vacuum has passed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from django.db import OperationalError, connection, transaction

from laurels.apps import sql
from laurels.apps.audit.actors import Actor
from laurels.apps.audit.services import record
from laurels.apps.contributions.services import forget as facts_forget
from laurels.apps.contributions.services import titles_redact
from laurels.apps.people.errors import ContributorNotFound
from laurels.apps.people.models import Contributor
from laurels.apps.people.services import forget as identity_forget
from laurels.apps.people.tombstones import redactor
from laurels.apps.projects.services import owner_anonymise, roles_forget
from laurels.apps.recognition import erasing
from laurels.apps.recognition.errors import AlreadyErased
from laurels.apps.recognition.models import (
    Certificate,
    CertificateRequest,
    TierChange,
    TierStanding,
)
from laurels.apps.recognition.services.revoke import ERASED
from laurels.apps.scoring.services.post import lock_chain
from laurels.apps.standings.services import standings_forget

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure touched; `ref` is all that is left of the person's identity."""

    ref: str
    certificates_revoked: int
    repositories_renamed: int
    projects_renamed: int


def person_erase(contributor_id: int, *, reason: str, now: int, acting: Actor) -> Erased:
    """Erase a person for good. Raises ContributorNotFound or AlreadyErased.

    `reason` goes into the audit chain, which is never emptied: it must name nobody.
    """
    # Before the transaction: what takes long to find must not keep other writers waiting.
    parts = erasing.seek(_who(_found(contributor_id)))
    with transaction.atomic():
        erased = _erase(contributor_id, parts, reason, now, acting)
        transaction.on_commit(_scrub)
    return erased


def _found(contributor_id: int) -> Contributor:
    person = Contributor.objects.filter(pk=contributor_id).first()
    if person is None:
        raise ContributorNotFound("There is no such contributor.")
    if person.erased_at is not None:
        raise AlreadyErased("This person was erased before.")
    return person


def _who(person: Contributor) -> erasing.Who:
    logins = {person.login, *person.aliases.values_list("login", flat=True)} - {""}
    return erasing.Who(person.github_id, frozenset(logins))


def _erase(
    contributor_id: int, parts: Sequence[erasing.Forget], reason: str, now: int, acting: Actor
) -> Erased:
    person = _found(contributor_id)
    record(
        acting=acting,
        action="person:erase",
        subject=f"contributor:{person.ref}",
        reason=reason,
        now=now,
    )
    lock_chain()
    who = _who(person)
    github_id, logins = who.github_id, who.logins
    revoked = _withdraw(person.pk, now, acting)
    standings_forget(person.pk)
    if github_id is not None:
        facts_forget(person.pk, github_id, acting=acting)
    renamed = owner_anonymise(github_id=github_id, logins=logins, now=now, acting=acting)
    roles_forget(person.pk, github_id=github_id, now=now)
    identity_forget(person.pk, now=now, acting=acting)
    titles_redact(logins, redactor().redact, acting=acting)
    for forget in parts:
        forget(who)
    return Erased(person.ref, revoked, len(renamed.repositories), len(renamed.projects))


def _withdraw(contributor_id: int, now: int, acting: Actor) -> int:
    """Remove tiers and requests, revoke what holds and empty every certificate of its words."""
    # Requests first: an issue that is being written then ends before certificates are looked at.
    CertificateRequest.objects.filter(contributor_id=contributor_id).delete()
    TierStanding.objects.filter(contributor_id=contributor_id).delete()
    TierChange.objects.filter(contributor_id=contributor_id).delete()
    own = Certificate.objects.filter(recipient_id=contributor_id)
    revoked = own.filter(state="active").update(
        state="revoked", revoked_at=now, revoked_by=acting.name
    )
    own.update(
        recipient_name="",
        recipient_login="",
        summary="{}",
        external_id="",
        revoked_reason=ERASED,
        reinstated_reason="",
    )
    return revoked


def _scrub() -> None:
    """Rewrite the SQLite file; where it is too busy, say so: the next VACUUM does it."""
    if sql.is_postgres():
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (is_busy, _, _) = cursor.fetchone()
    except OperationalError:
        is_busy = True
    if is_busy:
        log.warning("erasure_not_compacted", hint="run VACUUM when nothing else is running")
