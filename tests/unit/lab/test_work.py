from __future__ import annotations

import pytest

from laurels.adapters.github.client.observed import attended
from laurels.kit.times import parse_instant
from laurels.lab.season import SeasonFiles, write_season
from laurels.lab.work import Work
from tests.fakes.archive import read_events

UNTIL = parse_instant("2026-05-14T09:00:00Z")


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> SeasonFiles:
    folder = tmp_path_factory.mktemp("season")
    return write_season(folder, seed=5, until=UNTIL, people=20, weeks=4)


@pytest.fixture
def work(season: SeasonFiles) -> Work:
    made = Work()
    for path in season.paths:
        made.read(path)
    return made


def test_work_when_a_season_was_read_then_every_pull_request_is_somebodys(
    season: SeasonFiles, work: Work
) -> None:
    nodes = [node for github_id in work.kinds for node in work.pulls_of(github_id)]
    assert len({node.id for node in nodes}) == len(nodes) == season.pull_requests
    assert sum(node.state == "MERGED" for node in nodes) == season.merged
    assert all((node.merged_at is not None) == (node.state == "MERGED") for node in nodes)
    assert any(attended(node) for node in nodes)
    assert {attended(node) for node in nodes} <= {True, False}


def test_profile_when_counted_then_the_last_span_has_all_of_the_season(
    season: SeasonFiles, work: Work
) -> None:
    people = [work.person(pk, "somebody", UNTIL + 1) for pk in work.kinds]
    spans = [(one.first, one.second, one.third) for one in people]
    assert all(third is not None for *_, third in spans)
    assert sum(third.total_issue_contributions for *_, third in spans if third) == season.issues
    assert {one and one.total_issue_contributions for first, second, _ in spans
            for one in (first, second)} == {0}  # fmt: skip
    given = sum(third.total_pull_request_review_contributions for *_, third in spans if third)
    assert 0 < given <= season.reviews


def test_work_when_only_the_first_files_were_read_then_what_was_there_by_then(
    season: SeasonFiles, work: Work
) -> None:
    early = Work()
    for path in season.paths[: len(season.paths) // 2]:
        early.read(path)
    last = read_events(season.paths[len(season.paths) // 2 - 1])[-1]["created_at"]
    assert len(early.pulls) < len(work.pulls)
    assert all(one["created_at"] <= last for one in early.pulls.values())


def test_repository_when_shown_then_with_its_own_language_most(work: Work) -> None:
    nodes = [node for github_id in work.kinds for node in work.pulls_of(github_id)]
    for node in nodes:
        held = node.repository.languages
        assert held is not None
        sizes = {edge.node.name: edge.size for edge in held.edges or () if edge is not None}
        own = work.repositories[node.repository.database_id]["language"]
        assert max(sizes, key=lambda name: sizes[name]) == own
        assert held.total_size == sum(sizes.values())
