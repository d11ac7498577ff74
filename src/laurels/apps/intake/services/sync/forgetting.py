"""What syncs read of an erased person: removed, as a part of their erasure.

Guarantee: when an erasure has committed, no subject, profile or synced pull request is theirs, and
no message of a sync and no name of a repository has their login. Repositories under their name are
synced from the beginning when somebody syncs them again. `subject_keep` lets no later sync bring
the person back.
"""

from __future__ import annotations

from django.db import transaction

from laurels.apps.intake.models_sync import (
    PersonProfile,
    RepositoryLanguages,
    SubjectKind,
    SyncedPull,
    SyncGap,
    SyncRun,
    SyncSubject,
)
from laurels.apps.intake.services.masking import messages_mask
from laurels.apps.people.models import Contributor
from laurels.apps.recognition.erasing import Forget, Who

_MESSAGES = ((SyncSubject, "last_error"), (SyncRun, "error"), (SyncGap, "detail"))


def syncs_seek(who: Who) -> Forget:
    """Find the person's row while their id still leads to it; see `recognition.erasing`."""
    people = [] if who.github_id is None else Contributor.objects.filter(github_id=who.github_id)
    rows = [person.pk for person in people]

    @transaction.atomic
    def forget(met: Who) -> None:
        PersonProfile.objects.filter(contributor__in=rows).delete()
        SyncedPull.objects.filter(author__in=rows).delete()
        if met.github_id is not None:
            subjects = SyncSubject.objects.filter(kind=SubjectKind.USER)
            subjects.filter(github_id=met.github_id).delete()
        owned = SyncSubject.objects.filter(kind=SubjectKind.REPOSITORY)
        for login in met.logins:
            owned.filter(name__istartswith=f"{login}/").delete()
            named = RepositoryLanguages.objects.filter(full_name__istartswith=f"{login}/")
            named.update(full_name="")
        messages_mask(_MESSAGES, met.logins)

    return forget
