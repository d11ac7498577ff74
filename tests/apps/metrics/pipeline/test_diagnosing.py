"""What counts here against GitHub's own two searches."""

from __future__ import annotations

from laurels.apps.audit.actors import operator
from laurels.apps.audit.models import AuditRow
from laurels.apps.metrics.services.diagnosing import Diagnosis, person_diagnose
from laurels.apps.metrics.services.pipeline import ingest_user_github_activity
from laurels.apps.people.models import Contributor
from tests.apps.intake.sync.conftest import DAY, Hall


def diagnose(hall: Hall) -> Diagnosis:
    return person_diagnose(Contributor.objects.get(), now=hall.now(), acting=operator())


def test_diagnosis_when_all_was_read_then_both_searches_agree(hall: Hall) -> None:
    town, start = hall.town, hall.now() - 50 * DAY
    acts = town.hub.acts
    secret = town.hub.places.repository(town.owner, "secret", is_private=True)
    silent, talked, reviewed, both, hidden, old = (
        hall.pull(place, town.contributor, at)
        for place, at in (
            (town.repository, start), (town.repository, start), (town.repository, start),
            (town.repository, start), (secret, start), (town.repository, start - 1096 * DAY),
        )
    )  # fmt: skip
    for one in (talked, both, hidden, old):
        acts.comment(one, town.outsider, "Nice", at=start + 2)
    for one in (reviewed, both):
        acts.review(one, town.maintainer, "APPROVED", at=start + 3)
    ingest_user_github_activity(github_login="carl")
    before = town.hub.faults.count()
    found = diagnose(hall)
    assert town.hub.faults.count() - before == 2
    assert silent.number == 1
    assert [(row.what, row.here, row.github) for row in found.rows] == [
        ("comments", 2, 2), ("reviews alone", 1, 1),
    ]  # fmt: skip
    assert found.agrees
    told = found.as_dict()
    assert (told["here"], told["github"], told["agrees"]) == (3, 3, True)
    assert AuditRow.objects.filter(action="person:diagnose", actor="operator").count() == 1


def test_diagnosis_when_github_has_more_then_told(hall: Hall) -> None:
    ingest_user_github_activity(github_login="carl", backfill_days=2)
    one = hall.pull(hall.town.repository, hall.town.contributor, hall.now() - 9 * DAY)
    hall.town.hub.acts.comment(one, hall.town.outsider, "Nice", at=hall.now() - 8 * DAY)
    found = diagnose(hall)
    assert (found.agrees, found.rows[0].here, found.rows[0].github) == (False, 0, 1)
    assert "2 of 1,096 days" in found.coverage
