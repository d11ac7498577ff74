"""What is handed in of a person: as a sync would have left it, and nothing earns."""

from __future__ import annotations

import pytest

from laurels.adapters.github.client.nodes import Actor
from laurels.apps.audit.actors import operator
from laurels.apps.contributions.models import PullRequest
from laurels.apps.intake.models_sync import SyncedPull
from laurels.apps.intake.selectors_metrics import person_known
from laurels.apps.intake.services.sync import SyncRefused
from laurels.apps.intake.services.sync.handing import person_hand_in
from laurels.apps.recognition.services import person_erase
from laurels.domain.metrics import metrics_window
from tests.fakes.nodes import BEN, person_node, pull_node

pytestmark = pytest.mark.django_db
NOW = 1_790_000_000
ADA = Actor("ada", "User", 7)


def test_hand_in_when_done_then_known_as_after_a_sync_and_no_fact_is_written() -> None:
    row = person_hand_in(
        person_node(ADA, NOW),
        [pull_node(1, ADA, NOW), pull_node(2, ADA, NOW), pull_node(3, BEN, NOW)],
        now=NOW,
        acting=operator(),
    )
    known = person_known(row)
    assert [(one.state, one.others_comments) for one in known.pull_requests] == [("merged", 1)] * 2
    assert known.coverage == (metrics_window(NOW),)
    assert (known.profile.reviews(NOW), known.profile.issues(NOW)) == (12, 6)
    assert known.joined_at == NOW - 10**8
    assert [one.language for one in known.languages.shares] == ["Python"]
    assert not PullRequest.objects.exists()


def test_hand_in_when_done_again_then_the_same_and_later_what_is_newer() -> None:
    row = person_hand_in(
        person_node(ADA, NOW), [pull_node(1, ADA, NOW)], now=NOW, acting=operator()
    )
    before = person_known(row)
    assert (
        person_hand_in(person_node(ADA, NOW), [pull_node(1, ADA, NOW)], now=NOW, acting=operator())
        == row
    )
    assert person_known(row) == before
    person_hand_in(
        person_node(ADA, NOW, reviews=9),
        [pull_node(1, ADA, NOW), pull_node(2, ADA, NOW)],
        now=NOW + 60,
        acting=operator(),
    )
    assert person_known(row).profile.reviews(NOW + 60) == 27
    assert SyncedPull.objects.count() == 2


def test_hand_in_when_the_person_was_erased_then_refused_and_nothing_kept() -> None:
    row = person_hand_in(
        person_node(ADA, NOW), [pull_node(1, ADA, NOW)], now=NOW, acting=operator()
    )
    person_erase(row, reason="asked", now=NOW, acting=operator())
    with pytest.raises(SyncRefused):
        person_hand_in(person_node(ADA, NOW), [pull_node(1, ADA, NOW)], now=NOW, acting=operator())
    assert not SyncedPull.objects.exists()
