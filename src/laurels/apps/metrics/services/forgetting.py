"""What was computed of an erased person, and asked about them: removed with them."""

from __future__ import annotations

from laurels.apps.metrics.models import PersonJob
from laurels.apps.metrics.services.runs import metrics_forget
from laurels.apps.people.models import Contributor
from laurels.apps.recognition.erasing import Forget, Who


def runs_seek(who: Who) -> Forget:
    """Find the person's row while their id still leads to it; see `recognition.erasing`."""
    people = [] if who.github_id is None else Contributor.objects.filter(github_id=who.github_id)
    rows = [person.pk for person in people]

    def forget(met: Who) -> None:
        for pk in rows:
            metrics_forget(pk)
        PersonJob.objects.filter(contributor__in=rows).delete()

    return forget
