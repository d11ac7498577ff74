"""Erasing somebody who was synced: nothing of the syncs names them, and none brings them back."""

from __future__ import annotations

import pytest
from django.core import serializers
from django.db.models import Model

from laurels.apps.audit.actors import operator
from laurels.apps.intake.models_sync import (
    PersonProfile,
    RepositoryLanguages,
    SyncCoverage,
    SyncedPull,
    SyncGap,
    SyncRun,
    SyncSubject,
)
from laurels.apps.intake.services.sync.errors import SyncRefused
from laurels.apps.people.models import Contributor
from laurels.apps.people.tombstones import MASK
from laurels.apps.projects.register import Register
from laurels.apps.recognition.services import person_erase
from tests.apps.intake.sync.conftest import DAY, Hall

TABLES: tuple[type[Model], ...] = (
    SyncSubject,
    SyncRun,
    SyncGap,
    SyncedPull,
    PersonProfile,
    RepositoryLanguages,
)


def named(login: str, github_id: int) -> list[str]:
    """Return which rows of the syncs hold a login or an id."""
    rows = [(model.__name__, row) for model in TABLES for row in model._default_manager.all()]
    texts = [(name, serializers.serialize("json", [row]).lower()) for name, row in rows]
    return [name for name, text in texts if login in text or str(github_id) in text]


def test_erase_when_somebody_was_synced_then_nothing_of_it_names_them_and_no_sync_may(
    hall: Hall,
) -> None:
    town, start = hall.town, hall.now() - 50 * DAY
    own = town.hub.places.repository(town.contributor, "notes")
    for place in (town.repository, own):
        hall.pull(place, town.contributor, start, merged_at=start + DAY)
        hall.pull(place, town.outsider, start, merged_at=start + DAY)
        hall.sync("repo", place.full_name, register=Register.all())
    for login in ("carl", town.outsider.login):
        hall.sync("user", login)
    tide = SyncSubject.objects.get(name="harbour/tide")
    SyncGap.objects.create(
        subject=tide, starts_at=1, ends_at=2, reason="hidden", detail="Carl's fork", found_at=3
    )
    SyncRun.objects.filter(subject=tide).update(error="no such person: carl")
    assert set(named("carl", town.contributor.id)) == {
        "SyncSubject", "SyncRun", "SyncGap", "RepositoryLanguages",
    }  # fmt: skip
    carl = Contributor.objects.get(login="carl")
    assert SyncedPull.objects.filter(author=carl).exists()

    person_erase(carl.pk, reason="asked", now=hall.now(), acting=operator())

    assert named("carl", town.contributor.id) == []
    assert not SyncedPull.objects.filter(author=carl).exists()
    assert not PersonProfile.objects.filter(contributor=carl).exists()
    # What is of others stays, coverage and all.
    assert {one.name for one in SyncSubject.objects.all()} == {"harbour/tide", town.outsider.login}
    assert SyncCoverage.objects.filter(subject=tide).exists()
    assert SyncGap.objects.get().detail == SyncRun.objects.get(subject=tide).error == MASK
    assert PersonProfile.objects.count() == 1
    with pytest.raises(SyncRefused, match="forgotten"):
        hall.sync("user", "carl")
    # Others' work in a repository of theirs is read again, and does not bring the name back.
    read_at = RepositoryLanguages.objects.get(github_id=own.id).read_at
    town.clock.forward(DAY)
    hall.pull(own, town.outsider, hall.now() - 100)
    hall.sync("user", town.outsider.login)
    assert RepositoryLanguages.objects.get(github_id=own.id).read_at > read_at
    assert named("carl", town.contributor.id) == []
