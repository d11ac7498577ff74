"""Asked inside an installation by the erasure tests: `python -m tests.engines.erase_probe …`."""

from __future__ import annotations

import json
import sys
from typing import Any

from laurels.config import boot


def main(verb: str, *arguments: str) -> None:
    """Run one verb and print its answer as JSON."""
    boot.setup()
    verbs = {"conspicuous": conspicuous, "others": others, "left": left, "deliver": deliver}
    answer = verbs[verb](*arguments)
    print(json.dumps(answer))  # noqa: T201 - the test reads it


def conspicuous(count: str) -> list[dict[str, Any]]:
    """Name people whose login stands in many places: owners of repositories who earned points.

    Their logins are long and part of nobody else's, so that no byte of others looks like theirs.
    """
    from laurels.apps.contributions.models import Contribution
    from laurels.apps.people.models import Contributor
    from laurels.apps.projects.models import Project, Repository
    from laurels.apps.recognition.models import Certificate

    logins = list(Contributor.objects.values_list("login_key", flat=True))
    names = list(Repository.objects.values_list("full_name", "owner_github_id"))
    found = []
    for person in Contributor.objects.exclude(login="").order_by("pk"):
        key = person.login_key
        own = Repository.objects.filter(owner_github_id=person.github_id)
        if (
            len(key) < 7
            or not own.exists()
            or not Contribution.objects.filter(contributor=person).exists()
            or not Certificate.objects.filter(recipient=person).exists()
            or any(key in other and other != key for other in logins)
            or any(key in name.lower() and own_id != person.github_id for name, own_id in names)
        ):
            continue
        assert Project.objects.filter(owner_key=key).exists()
        found.append({"pk": person.pk, "login": person.login, "github_id": person.github_id})
        if len(found) == int(count):
            break
    return found


def others(*erased: str) -> dict[str, Any]:
    """Digest what stands of everybody else, their boards and their certificates."""
    import hashlib

    from laurels.apps import sql

    who = [int(one) for one in erased]
    told = hashlib.sha256()
    size = 0
    for query in (
        "SELECT e.contributor_id, b.kind, r.github_id, b.number, e.component, e.points,"
        " e.occurred_at, e.ruleset_hash FROM scoring_ledgerentry e"
        " JOIN contributions_contribution b ON b.id = e.contribution_id"
        " JOIN projects_repository r ON r.id = b.repository_id WHERE NOT e.is_reversal AND NOT"
        " EXISTS (SELECT 1 FROM scoring_ledgerentry x WHERE x.reverses = e.id)",
        "SELECT contributor_id, board_id, points, pending, reached_at, login"
        " FROM standings_standing",
        "SELECT recipient_id, number, tier, points, recipient_login, summary, state"
        " FROM recognition_certificate",
    ):
        rows = sorted(row for row in sql.fetch(query) if row[0] not in who)
        size += len(rows)
        told.update(json.dumps(rows).encode())
    return {"rows": size, "sha256": told.hexdigest()}


def deliver(people: str, prefix: str) -> dict[str, int]:
    """Deliver that each of these people opened a pull request elsewhere, and work it."""
    from django.conf import settings

    from laurels.apps.intake.selectors_deliveries import deliveries_counts
    from laurels.apps.intake.services.deliveries_accept import deliveries_accept
    from laurels.apps.intake.services.deliveries_drain import inbox_drain
    from laurels.apps.projects.models import Repository
    from tests.apps.intake.inbox import of_event
    from tests.fakes import archive

    known = Repository.objects.exclude(full_name="").order_by("pk").last()
    assert known is not None
    repo = archive.repository(known.github_id, known.full_name)
    for number, one in enumerate(json.loads(people), 900_000):
        author = archive.account(one["github_id"], one["login"])
        body = archive.pull_request(number, author, title=f"By {one['login']}", repo=repo)
        event = archive.pull_request_event("opened", body, author, repo=repo)
        deliveries_accept([of_event(event, guid=f"{prefix}-{number}")], now=archive.NOON)
    clock = settings.LAURELS_CLOCK
    inbox_drain(clock=clock, until=clock.now() + 60)
    counts = deliveries_counts()
    return {"processed": counts.processed, "received": counts.received}


def left(*erased: str) -> list[dict[str, Any]]:
    """Tell what the rows of erased people and their certificates are now."""
    from laurels.apps.people.models import Contributor
    from laurels.apps.recognition.models import Certificate
    from laurels.apps.standings.models import Standing

    return [
        {
            "login": person.login,
            "github_id": person.github_id,
            "is_erased": person.erased_at is not None,
            "standings": Standing.objects.filter(contributor_id=person.pk).count(),
            "certificates": [
                [one.state, one.revoked_reason, one.recipient_login, one.recipient_name]
                for one in Certificate.objects.filter(recipient=person)
            ],
        }
        for person in Contributor.objects.filter(pk__in=[int(one) for one in erased])
    ]


if __name__ == "__main__":
    main(*sys.argv[1:])
