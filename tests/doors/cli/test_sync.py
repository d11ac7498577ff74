"""`laurels sync` against the stand-in GitHub: the keys scripts rely on, limits, refusals."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import LazySettings

from laurels.config import wiring
from laurels.config.env import Settings
from laurels.kit.clock import ManualClock
from tests.doors.cli.conftest import Laurels
from tests.fakes.github import Town, town


@pytest.fixture
def hub(db: None, clock: ManualClock, settings: LazySettings) -> Iterator[Town]:
    with town() as place:
        place.clock.now = clock.now()
        token = place.hub.world.token_for(place.owner)
        ours = Settings(github_api_url=place.hub.api, github_tokens=(token,))
        client = wiring.github_client(ours, clock)
        settings.LAURELS_GITHUB = client
        yield place
        client().core.close()


def test_user_when_synced_then_the_pipelines_keys_and_requests(laurels: Laurels, hub: Town) -> None:
    hub.hub.acts.open(hub.repository, hub.contributor, "One", at=hub.clock.now - 500)
    ran = laurels("sync", "user", "carl", "--json")
    assert ran.code == 0
    assert {
        "user_id", "github_login", "window_start", "window_end", "pr_count", "metadata_ok",
        "requests",
    } <= set(ran.json)  # fmt: skip
    assert (ran.json["github_login"], ran.json["pr_count"], ran.json["requests"]) == ("carl", 1, 2)
    assert ran.json["metadata_ok"] is True


def test_repository_when_synced_then_points_and_words(laurels: Laurels, hub: Town) -> None:
    thread = hub.hub.acts.open(
        hub.repository, hub.contributor, "One", at=hub.clock.now - 9 * 86_400
    )
    hub.hub.acts.merge(thread, hub.maintainer, at=hub.clock.now - 8 * 86_400)
    ran = laurels("sync", "repo", "harbour/tide")
    assert ran.code == 0
    assert "Read 1 pull request and 0 issues of harbour/tide" in ran.out
    assert "Posted" in ran.out
    assert "Nothing new to post." in laurels("sync", "repo", "harbour/tide").out


def test_organisation_when_bounded_then_only_that_window(laurels: Laurels, hub: Town) -> None:
    hub.hub.acts.open(hub.repository, hub.contributor, "One", at=hub.clock.now - 500)
    ran = laurels("sync", "org", "harbour", "--backfill-days", 1, "--json")
    assert (ran.code, ran.json["pr_count"], ran.json["organization"]) == (0, 1, "harbour")


def test_limit_when_met_then_said_when_to_come_again(laurels: Laurels, hub: Town) -> None:
    hub.hub.faults.add("secondary")
    ran = laurels("sync", "repo", "harbour/tide")
    assert ran.code == 1
    assert "the same command goes on after" in ran.err


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("repo", "tide"), "OWNER/NAME"),
        (("repo", "harbour/none"), "harbour/none"),
        (("user", "nobody"), "nobody"),
        (("user", "carl", "--register", "some"), "--register"),
        (("repo", "harbour/tide", "--since", "2030-01-01"), "window"),
    ],
)
def test_sync_when_it_cannot_be_then_refused_naming_the_fault(
    laurels: Laurels, hub: Town, arguments: tuple[str, ...], word: str
) -> None:
    ran = laurels("sync", *arguments)
    assert (ran.code, word in ran.err) == (2, True)


def test_sync_when_there_is_no_token_then_missing_token(
    laurels: Laurels, clock: ManualClock, settings: LazySettings
) -> None:
    settings.LAURELS_GITHUB = wiring.github_client(Settings(), clock)
    ran = laurels("sync", "user", "carl")
    assert (ran.code, "missing_token" in ran.err.lower()) == (2, True)


def test_reconcile_when_a_merge_was_not_heard_of_then_told_and_mended(
    laurels: Laurels, clock: ManualClock, hub: Town
) -> None:
    thread = hub.hub.acts.open(hub.repository, hub.contributor, "One", at=hub.clock.now - 500)
    laurels("sync", "repo", "harbour/tide")
    clock.advance(60)
    hub.clock.forward(60)
    hub.hub.acts.merge(thread, hub.maintainer)
    clock.advance(60)
    hub.clock.forward(60)
    ran = laurels("reconcile", "--report", "--json")
    assert (ran.code, ran.json["merges_missed"], ran.json["is_report"]) == (0, 1, True)
    ran = laurels("reconcile", "--repo", "harbour/tide")
    assert "All of this was mended." in ran.out
    assert "1 merge had not been heard of." in ran.err
    assert "Everything here is as it is there." in laurels("reconcile").out
    assert laurels("reconcile", "--repo", "harbour/none").code == 2


def test_reconcile_when_a_limit_is_met_then_said_when_to_come_again(
    laurels: Laurels, hub: Town
) -> None:
    laurels("sync", "repo", "harbour/tide")
    hub.hub.faults.add("secondary")
    ran = laurels("reconcile")
    assert (ran.code, "try again after" in ran.err) == (1, True)
