"""A process of its own: import a season into a file, erase its busiest person, say who it was.

`python -m tests.apps.recognition.erase_in_file FILES…` in a fresh LAURELS_DATA_DIR.
"""

from __future__ import annotations

import json
import sys

from laurels.config import boot


def main(*paths: str) -> None:
    """Do it, and print the words that must be gone as JSON."""
    boot.setup()
    from django.core.management import call_command

    from laurels.apps.audit.actors import SYSTEM, operator
    from laurels.apps.intake.services import import_gharchive
    from laurels.apps.people.models import Contributor
    from laurels.apps.projects.register import Register
    from laurels.apps.recognition.services import certificates_issue_pending, person_erase
    from laurels.apps.scoring.services import program_init
    from laurels.apps.standings.models import Standing
    from laurels.kit.clock import ManualClock

    now = 1_777_000_000
    call_command("migrate", verbosity=0)
    program_init("nest", now=0, acting=SYSTEM)
    import_gharchive(paths, register=Register.all(), clock=ManualClock(now), acting=SYSTEM)
    certificates_issue_pending(now=now, acting=SYSTEM)
    row = Standing.objects.filter(board__scope_kind="program").order_by("-points").first()
    assert row is not None
    person = Contributor.objects.get(pk=row.contributor_id)
    words = [person.login, str(person.github_id), *person.aliases.values_list("login", flat=True)]
    person_erase(person.pk, reason="asked for", now=now, acting=operator())
    print(json.dumps(words))  # noqa: T201 - the test reads it


if __name__ == "__main__":
    main(*sys.argv[1:])
