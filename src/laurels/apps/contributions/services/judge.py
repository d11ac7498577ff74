"""Facts that people make here: verdicts, ratings and void marks.

Each writes its fact, derives the pull request's contributions again and an audit row, in one
transaction; the caller settles the people returned. The pull request is read anew under its row's
lock, and its version grows, so an import of it at the same time tries again after us, or we come
after it: neither writes over what the other learned.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, Max

from laurels.apps.audit.actors import Actor
from laurels.apps.audit.services import record
from laurels.apps.contributions.models import PullRequest, Rating, Verdict, VoidMark
from laurels.apps.contributions.services.derive import Changed, derive
from laurels.domain.lifecycle import Decision, State, check_transition, loads


class VerdictRefused(Exception):
    """This verdict may not be given; the message says why."""

    status_code = 409
    code = "verdict_refused"


class RatingRefused(Exception):
    """This rating is no rating; the message says why."""

    status_code = 422
    code = "rating_refused"


def _held(pull_request: PullRequest) -> PullRequest:
    """Lock a pull request's row until the transaction ends, and return it as it is now."""
    PullRequest.objects.filter(pk=pull_request.pk).update(version=F("version") + 1)
    return PullRequest.objects.get(pk=pull_request.pk)


def _rederive(pull_request: PullRequest) -> frozenset[int]:
    key = (pull_request.repository_id, pull_request.number)
    changed = {key: Changed(loads(bytes(pull_request.fold)), is_material=True)}
    return frozenset(derive(changed, {key: pull_request.pk}, {}).people)


def _current(pull_request: PullRequest, maintainer_id: int) -> str | None:
    """Return a maintainer's current decision."""
    return (
        Verdict.objects.filter(pull_request=pull_request, maintainer_id=maintainer_id)
        .order_by("at", "pk")
        .values_list("decision", flat=True)
        .last()
    )


def _moment(pull_request: PullRequest, now: int) -> int:
    """Return now, or the second after the latest verdict: their order is that of their times."""
    latest = Verdict.objects.filter(pull_request=pull_request).aggregate(at=Max("at"))["at"]
    return now if latest is None else max(now, latest + 1)


def _subject(pull_request: PullRequest) -> str:
    return f"pull_request:{pull_request.pk}"


@transaction.atomic
def verdict_give(
    pull_request: PullRequest, maintainer_id: int, decision: Decision, *, now: int, acting: Actor
) -> frozenset[int]:
    """Record a maintainer's verdict in place of their earlier one; return whose points may move.

    Raises VerdictRefused on one's own pull request or from a state that allows no verdict.
    """
    pull_request = _held(pull_request)
    if pull_request.author_id == maintainer_id:
        raise VerdictRefused("Nobody gives a verdict on their own pull request.")
    if not pull_request.is_shown:
        raise VerdictRefused("No event has shown this pull request yet.")
    if pull_request.lifecycle != decision.state:
        check_transition(State(pull_request.lifecycle), decision.state)
    before = _current(pull_request, maintainer_id)
    Verdict.objects.create(
        pull_request=pull_request,
        maintainer_id=maintainer_id,
        decision=decision,
        at=_moment(pull_request, now),
    )
    record(
        acting=acting,
        action="verdict:give",
        subject=_subject(pull_request),
        before={"decision": before},
        after={"decision": decision.value},
        now=now,
    )
    return _rederive(pull_request)


@transaction.atomic
def verdict_withdraw(
    pull_request: PullRequest, maintainer_id: int, *, now: int, acting: Actor
) -> frozenset[int]:
    """Take back a maintainer's current verdict; nothing happens when there is none."""
    pull_request = _held(pull_request)
    if _current(pull_request, maintainer_id) in (None, Decision.WITHDRAWN):
        return frozenset()
    Verdict.objects.create(
        pull_request=pull_request,
        maintainer_id=maintainer_id,
        decision=Decision.WITHDRAWN,
        at=_moment(pull_request, now),
    )
    record(acting=acting, action="verdict:withdraw", subject=_subject(pull_request), now=now)
    return _rederive(pull_request)


@transaction.atomic
def rating_set(
    pull_request: PullRequest, maintainer_id: int, score: int, *, now: int, acting: Actor
) -> frozenset[int]:
    """Set a maintainer's rating, 1 to 5; raises RatingRefused."""
    if not 1 <= score <= 5:
        raise RatingRefused(f"A rating is 1 to 5, not {score}.")
    pull_request = _held(pull_request)
    if pull_request.author_id == maintainer_id:
        raise RatingRefused("Nobody rates their own pull request.")
    rating, is_new = Rating.objects.get_or_create(
        pull_request=pull_request,
        maintainer_id=maintainer_id,
        defaults={"score": score, "at": now},
    )
    before = None if is_new else rating.score
    if not is_new:
        Rating.objects.filter(pk=rating.pk).update(score=score, at=now)
    record(
        acting=acting,
        action="rating:set",
        subject=_subject(pull_request),
        before={"score": before},
        after={"score": score},
        now=now,
    )
    return _rederive(pull_request)


@transaction.atomic
def void_mark(pull_request: PullRequest, *, reason: str, now: int, acting: Actor) -> frozenset[int]:
    """Decide that a pull request counts for nothing."""
    pull_request = _held(pull_request)
    VoidMark.objects.create(pull_request=pull_request, reason=reason, at=now)
    record(
        acting=acting, action="pull_request:void", subject=_subject(pull_request), reason=reason,
        now=now,
    )  # fmt: skip
    return _rederive(pull_request)


@transaction.atomic
def void_lift(pull_request: PullRequest, *, reason: str, now: int, acting: Actor) -> frozenset[int]:
    """Lift the void marks of a pull request; what it earned comes back with the next settle."""
    pull_request = _held(pull_request)
    lifted = VoidMark.objects.filter(pull_request=pull_request, lifted_at=None).update(
        lifted_at=now
    )
    if not lifted:
        return frozenset()
    record(
        acting=acting, action="pull_request:restore", subject=_subject(pull_request),
        reason=reason, now=now,
    )  # fmt: skip
    return _rederive(pull_request)
