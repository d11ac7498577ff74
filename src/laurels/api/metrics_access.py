"""Whose metrics a request may read: one person's, or of many those whose it may.

Who is not known here, was erased or is banned is not found, alike. Metrics of who never signed in
are refused to whom the policy does not let look; looks of those it does are noted first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest

from laurels.api.access import NotAllowed, asker_in_full, check_scope
from laurels.api.schemas_metrics import BATCH_MOST
from laurels.apps.audit.actors import contributor as as_contributor
from laurels.apps.metrics.cache import Served
from laurels.apps.metrics.errors import MetricsMissing
from laurels.apps.metrics.selectors import (
    Tracked,
    metrics_served_many,
    readable,
    tracked_by_login,
    tracked_by_ref,
)
from laurels.apps.metrics.services import looks_note
from laurels.apps.people.errors import ContributorNotFound
from laurels.apps.people.models import Contributor
from laurels.domain.logins import checked_login
from laurels.domain.percentiles import Mode
from laurels.domain.policies import Asker, Reason

SCOPE = "read"
_HIDDEN = (
    "They never signed in here: their metrics are for teams of projects they contributed to, and"
    " for the program's people."
)


class BatchTooLong(Exception):
    """More people are asked for than are given at once."""

    status_code = 422
    code = "batch_too_long"


class BatchEmpty(Exception):
    """Nobody is asked for."""

    status_code = 422
    code = "batch_empty"


class IdInvalid(Exception):
    """A text is no id of a person."""

    status_code = 422
    code = "invalid"


@dataclass(frozen=True, slots=True)
class Batch:
    """Payloads in the order asked for, each person once; and who has none, with a code."""

    rows: tuple[Served, ...]
    missing: tuple[tuple[str, str], ...]


def person_of(request: HttpRequest, found: Tracked | None) -> Tracked:
    """Let a request read the person found; raises ContributorNotFound and NotAllowed."""
    check_scope(request, SCOPE)
    if found is None:
        raise ContributorNotFound("there is nobody here whose metrics these would be")
    if found.id not in _let(request, [found]):
        raise NotAllowed(Reason.ROLE.value, _HIDDEN)
    return found


def batch_of(
    request: HttpRequest, ids: Sequence[str], logins: Sequence[str], mode: Mode, *, now: int
) -> Batch:
    """Read the metrics of many; raises BatchTooLong, BatchEmpty, IdInvalid and LoginInvalid."""
    check_scope(request, SCOPE)
    asked = len(ids) + len(logins)
    if asked > BATCH_MOST:
        raise BatchTooLong(f"{asked} people are too many at once; {BATCH_MOST} are the most")
    if not asked:
        raise BatchEmpty("nobody is asked for: give ids, logins or both")
    refs = {one: _ref(one) for one in ids}
    for login in logins:
        checked_login(login)
    by_ref = tracked_by_ref(refs.values(), now=now) if refs else {}
    found = {one: by_ref[ref] for one, ref in refs.items() if ref in by_ref}
    if logins:
        found |= tracked_by_login(logins, now=now)
    people = {one.id: one for one in found.values()}
    let = _let(request, list(people.values()))
    served = metrics_served_many([people[pk] for pk in people if pk in let], mode)
    missing = [
        (one, _lack(found.get(one), let))
        for one in dict.fromkeys((*ids, *logins))
        if one not in found or found[one].id not in served
    ]
    return Batch(tuple(served[pk] for pk in people if pk in served), tuple(missing))


def _lack(person: Tracked | None, let: frozenset[int]) -> str:
    if person is None:
        return ContributorNotFound.code
    return MetricsMissing.code if person.id in let else Reason.ROLE.value


def _let(request: HttpRequest, people: Sequence[Tracked]) -> frozenset[int]:
    """Return whom the request may read, and note the looks at who never signed in."""
    me: Contributor = request.contributor  # type: ignore[attr-defined]
    now: int = settings.LAURELS_CLOCK.now()
    hidden = [one for one in people if not one.is_open and one.id != me.pk]
    asker = asker_in_full(request, now=now) if hidden else Asker(contributor=me.pk)
    let = readable(people, asker)
    looked = [one for one in hidden if one.id in let]
    if looked:
        looks_note(looked, now=now, acting=as_contributor(me.ref))
    return let


def _ref(text: str) -> str:
    try:
        return UUID(text).hex
    except ValueError:
        raise IdInvalid(f"{text[:60]!a} is no id: a UUID is") from None
