"""The importer's own reader and fold find in a season's files what was written into them."""

from __future__ import annotations

from collections import Counter

from laurels.adapters.gharchive.faults import Losses
from laurels.adapters.gharchive.reader import read
from laurels.adapters.gharchive.sources import check
from laurels.domain.lifecycle import (
    Observation,
    PullRequestView,
    SubjectFold,
    join,
    view,
)
from laurels.lab.season import SeasonFiles


def observed(season: SeasonFiles) -> tuple[list[Observation], Counter[str], Losses]:
    losses, found, kinds = Losses(), [], Counter[str]()
    for source in check(season.paths):
        reading = read(source, losses)
        found += [one for chunk in reading.observations() for _, one in chunk]
        kinds += reading.events_by_type
    return found, kinds, losses


def test_season_files_are_read_without_losses(season: SeasonFiles) -> None:
    _, kinds, losses = observed(season)
    assert not losses
    assert dict(kinds) == season.events_by_type


def test_season_files_name_the_hours_they_cover(season: SeasonFiles) -> None:
    assert {len(source.hours) for source in check(season.paths)} == {24}


def test_season_files_fold_to_the_subjects_that_were_counted(season: SeasonFiles) -> None:
    folds: dict[tuple[int, int], SubjectFold] = {}
    reviews: dict[int, tuple[tuple[int, int], int | None]] = {}
    for one in observed(season)[0]:
        key = one.subject.key
        folds[key] = join(folds[key], one.subject) if key in folds else one.subject
        if one.review is not None:
            reviews[one.review.review_id] = (key, one.review.reviewer_id)
    views = {key: seen for key, fold in folds.items() if (seen := view(fold)) is not None}
    pull_requests = [seen for seen in views.values() if isinstance(seen, PullRequestView)]
    people = {seen.author_id for seen in views.values()}
    people |= {who for key, who in reviews.values() if who != views[key].author_id}

    assert len(pull_requests) == season.pull_requests
    assert len([seen for seen in pull_requests if seen.merged_at is not None]) == season.merged
    assert len(views) - len(pull_requests) == season.issues
    assert len(reviews) == season.reviews
    assert None not in people
    assert len(people) == season.people
