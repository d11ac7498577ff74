"""Rates drawn toward the population, against scipy's beta distribution."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, betabinom

from laurels.domain.metric_names import DROP_RATE, MERGE_RATE, OPENED, RATES
from laurels.domain.metrics import Prior, prior_of_baseline, prior_of_counts, shrink
from laurels.domain.metrics.shrinking import beta_distribution, beta_quantile, prior_of_moments
from tests.unit.domain.percentiles.populations import baseline_of, published

shapes = st.floats(0.01, 1_000)


# Below the normal numbers scipy itself is right to two digits only.
@given(shapes, shapes, st.floats(0, 1, allow_subnormal=False))
def test_distribution_then_that_of_scipy(a: float, b: float, x: float) -> None:
    assert beta_distribution(x, a, b) == pytest.approx(float(beta.cdf(x, a, b)), abs=1e-10)


@given(shapes, shapes, st.sampled_from([0.025, 0.5, 0.975]))
def test_quantile_then_that_of_scipy(a: float, b: float, share: float) -> None:
    assert beta_quantile(share, a, b) == pytest.approx(float(beta.ppf(share, a, b)), abs=1e-9)


@pytest.mark.parametrize("share", [0, 1, -0.1, 1.5])
def test_quantile_of_no_share_then_refused(share: float) -> None:
    with pytest.raises(ValueError, match="no share between 0 and 1"):
        beta_quantile(share, 2, 3)


@given(st.integers(0, 200), st.integers(0, 200), st.floats(0.05, 50), st.floats(0.05, 50))
def test_shrunk_rate_then_the_posterior_of_scipy(k: int, more: int, a: float, b: float) -> None:
    found = shrink(k, k + more, Prior(a, b))
    if not k + more:
        assert found is None
        return
    assert found is not None
    posterior = beta(a + k, b + more)
    assert found.rate == pytest.approx(float(posterior.mean()), abs=1e-12)
    assert found.low == pytest.approx(float(posterior.ppf(0.025)), abs=1e-9)
    assert found.high == pytest.approx(float(posterior.ppf(0.975)), abs=1e-9)
    between = sorted([k / (k + more), a / (a + b)])
    assert between[0] - 1e-12 <= found.rate <= between[1] + 1e-12


def test_more_pull_requests_then_nearer_to_the_own_rate_and_surer() -> None:
    prior = Prior(2.0, 2.0)
    few, many = shrink(3, 3, prior), shrink(300, 300, prior)
    assert few is not None
    assert many is not None
    assert few.rate < many.rate < 1
    assert many.high - many.low < few.high - few.low
    assert "3 of 3" in few.sentence
    assert "50.0%" in few.sentence
    assert few.method == "beta-binomial, moment estimate"


def test_prior_of_people_drawn_from_a_beta_then_found_again() -> None:
    counts = [1 + at % 29 for at in range(60_000)]
    hits = betabinom.rvs(counts, 2.0, 3.0, random_state=20261121)
    prior = prior_of_counts(zip(hits.tolist(), counts, strict=True))
    assert prior is not None
    assert prior.mean == pytest.approx(0.4, abs=0.01)
    assert prior.strength == pytest.approx(5, rel=0.1)


def test_prior_of_the_published_population_then_weak_and_about_its_means(
    shared_data: Path,
) -> None:
    baseline = published(shared_data)
    merging = prior_of_baseline(baseline, MERGE_RATE)
    dropping = prior_of_baseline(baseline, DROP_RATE)
    assert merging is not None
    assert dropping is not None
    assert merging.mean == pytest.approx(0.632, abs=0.001)
    assert dropping.mean == pytest.approx(0.159, abs=0.001)
    assert 1 < merging.strength < 5
    assert 1 < dropping.strength < 5


@pytest.mark.parametrize(
    "people", [[], [(0, 0)], [(3, 3), (5, 5)], [(0, 4)], [(1, 1), (0, 1), (1, 1)]]
)
def test_prior_where_nothing_can_be_learned_then_none(people: list[tuple[int, int]]) -> None:
    assert prior_of_counts(people) is None


def test_prior_where_counting_explains_all_then_as_strong_as_it_gets() -> None:
    prior = prior_of_moments(0.5, 0.01, 0.25)
    assert prior is not None
    assert prior.strength == pytest.approx(1e6)


def test_prior_of_a_baseline_that_lacks_something_then_none() -> None:
    assert prior_of_baseline(baseline_of(OPENED, [1, 2]), MERGE_RATE) is None
    assert prior_of_baseline(baseline_of(MERGE_RATE, [0, 1]), MERGE_RATE) is None
    zeros = baseline_of(OPENED, [0, 0])
    thresholds = {**zeros.thresholds, **baseline_of(MERGE_RATE, [0, 1]).thresholds}
    empty = type(zeros)(
        id="x", start=1, end=2, method="m", checksum="", thresholds=thresholds
    )  # fmt: skip
    assert prior_of_baseline(empty, MERGE_RATE) is None


def test_prior_of_what_is_no_rate_then_refused() -> None:
    with pytest.raises(ValueError, match="'total_opened_prs' is no rate"):
        prior_of_baseline(baseline_of(OPENED, [1]), OPENED)
    assert OPENED not in RATES


@pytest.mark.parametrize(("counted", "of"), [(3, 2), (-1, 2)])
def test_shrink_of_no_rate_then_refused(counted: int, of: int) -> None:
    with pytest.raises(ValueError, match=f"{counted} of {of} is no rate"):
        shrink(counted, of, Prior(1, 1))


def test_shrink_without_a_prior_then_none() -> None:
    assert shrink(1, 2, None) is None
