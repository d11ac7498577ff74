"""Keep what was read of a person by other means than a sync, for their metrics.

Guarantee: afterwards the person's pull requests, profile and coverage are those that a sync of the
same window would have left; handing in the same again changes nothing. Not done: no fact is written
and nothing earns, as whoever hands in has told the facts another way or wants none.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from laurels.adapters.github.client.nodes import PersonNode, PullNode
from laurels.apps.audit.actors import Actor
from laurels.apps.intake.models_sync import SubjectKind
from laurels.apps.intake.services.sync.pages import work_keep
from laurels.apps.intake.services.sync.runs import coverage_add
from laurels.apps.intake.services.sync.subjects import Found, subject_keep
from laurels.domain.metrics import metrics_window, year_spans


@transaction.atomic
def person_hand_in(
    person: PersonNode, pulls: Sequence[PullNode], *, now: int, acting: Actor
) -> int:
    """Keep a person as read at `now`, three years back; return their row.

    `pulls` are all their public pull requests of these years, and `person` has the profile's counts
    of the three spans before `now`. Raises SyncRefused for an erased person.
    """
    found = Found(
        SubjectKind.USER,
        person.database_id,
        person.login,
        now,
        person=person,
        window=(year_spans(now)[0].start, now),
    )
    subject, contributor = subject_keep(found, now=now, acting=acting)
    assert contributor is not None  # subject_keep makes one of every person
    work_keep(pulls, (contributor, person.database_id), now)
    coverage_add(subject.pk, metrics_window(now), now=now)
    return contributor
