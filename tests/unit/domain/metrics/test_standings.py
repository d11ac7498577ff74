"""What one pull request is to a metric agrees with the lists and the counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.domain.metric_names import NINE, OSS_ISSUES, OSS_REVIEWS
from laurels.domain.metrics import Eligibility, PullRequest, Role, evidence, standing
from tests.unit.domain.metrics.world import NOW, WINDOW, random_pull_requests

OTHERS, ANYBODY = Eligibility.BY_OTHERS, Eligibility.BY_ANYBODY
OF_PULLS = [name for name in NINE if name not in (OSS_REVIEWS, OSS_ISSUES)]


def pull(state: str = "open", **values: object) -> PullRequest:
    told = {"comments": 1, "reviews": 0, "others_comments": 1, "others_reviews": 0}
    return PullRequest(**{"id": 1, "created_at": NOW - 99, "state": state, **told, **values})  # type: ignore[arg-type]


@given(random_pull_requests, st.sampled_from(OF_PULLS), st.sampled_from(Eligibility))
def test_standing_when_drawn_then_the_list_that_evidence_puts_it_in(
    pulls: list[PullRequest], metric: str, rule: Eligibility
) -> None:
    lists = evidence(metric, pulls, WINDOW, rule)
    for one in pulls:
        told = standing(metric, one, WINDOW, rule)
        assert (told.role is Role.COUNTED) is (one.id in lists.counted)
        assert (told.role in (Role.COUNTED, Role.OF)) is (one.id in lists.of)
        assert told.sentence.endswith(".")
        left = {name for name, ids in lists.left_out.items() if one.id in ids}
        assert left == (
            {told.role.value} if told.role not in ("counted", "of", "not-of") else set()
        )
        if one.id in lists.of:
            assert told.is_assumed is (one.id in lists.assumed)


@pytest.mark.parametrize(
    ("metric", "one", "role", "words"),
    [
        ("pr_merge_rate", pull("closed"), Role.OF, "it is closed, so it is none of the merged"),
        ("pr_drop_rate", pull("merged"), Role.OF, "it was merged, so it is none of the closed"),
        ("pr_drop_rate", pull(is_draft=True), Role.NOT_OF, "It is a draft, and drafts are left"),
        ("pr_drop_rate", pull(is_draft=None), Role.NOT_OF, "is not known, and drafts are left"),
        ("avg_merge_latency_hours", pull("merged"), Role.NOT_OF, "How long its merge took"),
        ("avg_merge_latency_hours", pull(), Role.NOT_OF, "has not been merged"),
        ("total_merged_prs", pull(), Role.NOT_OF, "has not been merged"),
        ("total_opened_prs", pull(others_comments=0), Role.INELIGIBLE, "Nobody else"),
        ("total_opened_prs", pull(created_at=1), Role.OUTSIDE, "not opened inside the window"),
        ("total_opened_prs", pull(created_at=None), Role.UNDATED, "When it was opened"),
        ("total_opened_prs", pull(others_comments=None, others_reviews=None, comments=None),
         Role.UNDECIDED, "comment or a review is not known"),
        ("total_opened_prs", pull(others_comments=None, others_reviews=None), Role.COUNTED,
         "anybody's comment is taken"),
    ],
)  # fmt: skip
def test_standing_when_it_is_so_then_in_words(
    metric: str, one: PullRequest, role: Role, words: str
) -> None:
    told = standing(metric, one, WINDOW, OTHERS)
    assert told.role is role
    assert words in told.sentence


def test_standing_when_anybody_counts_then_says_that_nobody_did() -> None:
    told = standing("total_opened_prs", pull(comments=0), WINDOW, ANYBODY)
    assert (told.role, told.sentence) == (Role.INELIGIBLE, "It has no comment and no review.")
