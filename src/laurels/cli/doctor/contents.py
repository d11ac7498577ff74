"""Looks at what is in the tables: the chains, and work that does not come to its end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from laurels.adapters.keyring import kept_key
from laurels.apps import sql
from laurels.apps.audit.services import verify as audit_verify
from laurels.apps.jobs.models import Job, JobState
from laurels.apps.people.models import Tombstone
from laurels.apps.people.tombstones import key_path
from laurels.apps.recognition.models import CertificateRequest
from laurels.apps.scoring.rulebook import NoRuleset, rulebook
from laurels.apps.scoring.selectors import checkpoints_late, dirty_count
from laurels.apps.standings.selectors import histogram_faults
from laurels.cli.doctor.findings import FAILED, OK, WARNING, Finding
from laurels.cli.lock import is_held
from laurels.cli.words import count

LATE_SECONDS = 3_600
"""A job that has been due for so long is not being done."""


def program(here: Any) -> Iterable[Finding]:
    """Whether there are rules to score by."""
    try:
        version = rulebook().program_version(here.now)
    except NoRuleset:
        return [Finding(WARNING, "no ruleset is published", "Run `laurels init`.")]
    return [Finding(OK, f"ruleset {version.name} v{version.number} is in force")]


def chain(here: Any) -> Iterable[Finding]:
    """Whether the ledger ends where its head says; `ledger verify` reads all of it."""
    sequence, head = sql.fetch("SELECT sequence, hash FROM scoring_chainhead WHERE id = 1")[0]
    last = sql.fetch("SELECT id, hash FROM scoring_ledgerentry ORDER BY id DESC LIMIT 1")
    found = last[0] if last else (0, "0" * 64)
    if found != (sequence, head):
        detail = f"the head names entry {sequence}, the last one is {found[0]}"
        return [Finding(FAILED, detail, "Run `laurels ledger verify`; restore a backup.")]
    return [Finding(OK, count(sequence, "entry", "entries"))]


def audit(here: Any) -> Iterable[Finding]:
    """Whether the audit log is whole."""
    verdict = audit_verify()
    if not verdict.ok:
        detail = f"row {verdict.first_bad} is the first bad one: {verdict.fault}"
        return [Finding(FAILED, detail, "Find out who changed it; restore a backup.")]
    return [Finding(OK, count(verdict.rows, "row"))]


def tombstones(here: Any) -> Iterable[Finding]:
    """Whether erased people are still kept out: the key of their hashes is there."""
    erased = Tombstone.objects.count()
    if not erased:
        return [Finding(OK, "nobody was erased")]
    kept_key(key_path(), may_make=False)  # raises KeyMissing, which says what to do
    return [Finding(OK, f"{count(erased, 'erased person', 'erased people')}, the key is there")]


def waiting(here: Any) -> Iterable[Finding]:
    """Whether somebody's points wait to be brought up to date."""
    people = dirty_count()
    if not people:
        return [Finding(OK, "nobody waits")]
    detail = f"{count(people, 'person waits', 'people wait')} to be settled"
    if is_held(here.settings.data_dir):
        return [Finding(OK, f"{detail}; the running server does it")]
    return [Finding(WARNING, detail, "`laurels serve` or `laurels jobs drain` settles them.")]


def jobs(here: Any) -> Iterator[Finding]:
    """Whether work in the background is done in time."""
    now, found = here.now, False
    dead = Job.objects.filter(state=JobState.DEAD).count()
    if dead:
        found = True
        hint = "See `laurels jobs list --state dead`, then `laurels jobs retry ID`."
        yield Finding(WARNING, f"{count(dead, 'job')} gave up", hint)
    abandoned = Job.objects.filter(state=JobState.RUNNING, lease_until__lt=now).count()
    if abandoned:
        found = True
        hint = "Their process died; `laurels serve` or `laurels jobs drain` takes them up."
        yield Finding(WARNING, f"{count(abandoned, 'job')} abandoned", hint)
    long_ago = now - LATE_SECONDS
    pending = Job.objects.filter(state=JobState.PENDING)
    late = pending.filter(run_after__lt=long_ago, created_at__lt=long_ago).count()
    if late:
        found = True
        hint = "Keep `laurels serve` running with LAURELS_WORKER_THREADS of at least 1."
        yield Finding(WARNING, f"{count(late, 'job')} late by more than an hour", hint)
    if not found:
        yield Finding(OK, "nothing late, abandoned or dead")


def certificates(here: Any) -> Iterable[Finding]:
    """Whether certificates that were earned are made."""
    requests = CertificateRequest.objects
    failing = requests.filter(state="queued").exclude(last_error="").order_by("-attempts", "id")
    first = failing.first()
    if first is not None:
        detail = f"{count(failing.count(), 'certificate')} cannot be made: {first.last_error}"
        return [Finding(FAILED, detail, "Mend the cause; `laurels certificate issue-pending`.")]
    refused = requests.filter(state="refused").count()
    if refused:
        hint = "The provider will never make them; see the admin pages."
        return [Finding(WARNING, f"{count(refused, 'certificate')} refused", hint)]
    waiting = requests.filter(state="queued").count()
    return [Finding(OK, f"{count(waiting, 'certificate')} waiting, none failing")]


def boards(here: Any) -> Iterable[Finding]:
    """Whether the counts that ranks are read from are those of a recount."""
    faults = histogram_faults()
    if not faults:
        return [Finding(OK, "as a recount gives them")]
    first = faults[0]
    detail = (
        f"{count(len(faults), 'count is', 'counts are')} wrong; the first is of board"
        f" {first.board}, {first.level} {first.value}: {first.stored} kept, {first.counted} counted"
    )
    return [Finding(FAILED, detail, "Ranks are wrong until a backup from before is restored.")]


def checkpoints(here: Any) -> Iterable[Finding]:
    """Whether signed heads of the ledger leave this machine, and every place takes them."""
    from django.conf import settings

    places = [place.name for place in settings.LAURELS_CHECKPOINT_PLACES]
    if not places:
        hint = "Set LAURELS_CHECKPOINT_FILE, LAURELS_CHECKPOINT_URL or LAURELS_CHECKPOINT_MAIL."
        return [Finding(OK, "no place outside is set: a ledger cut off would not show", hint)]
    late = [name for name in places if checkpoints_late(name, before=here.now - LATE_SECONDS)]
    if late:
        detail = f"not taken for over {LATE_SECONDS // 3_600} h by: {', '.join(late)}"
        return [Finding(WARNING, detail, "`laurels ledger checkpoint` says why.")]
    return [Finding(OK, f"told to: {', '.join(places)}")]
