"""Rates shrunk toward the population: the beta-binomial estimate, with an interval.

A person's rate is taken as drawn from a Beta(a, b) over people, and their k of n as binomial given
it; then the rate has the posterior Beta(a + k, b + n - k), whose mean (a + k) / (a + b + n) is the
estimate and whose 2.5th and 97.5th percentiles are the interval. a and b are the moment estimate:
mean m and variance V of people's rates fix them, a + b = m(1 - m)/V - 1, after the part of the
observed variance that is mere counting, m(1 - m)·E[1/n] for people with n pull requests each, is
taken out (Kleinman 1973, equal weights). Shown beside the rate, never instead of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import exp, fsum, lgamma, log, log1p, sqrt
from typing import Final

import msgspec

from laurels.domain.metric_names import OPENED, RATES
from laurels.domain.percentiles import Baseline

METHOD: Final = "beta-binomial, moment estimate"

_STRENGTH_LEAST: Final = 1e-3
_STRENGTH_MOST: Final = 1e6
_STEPS_MOST: Final = 1_200
_ACCURACY: Final = 1e-13
_Z_95: Final = 1.96


class Prior(msgspec.Struct, frozen=True):
    """Beta(a, b) over the rates of a population; both above 0."""

    a: float
    b: float

    @property
    def mean(self) -> float:
        """The population's mean rate."""
        return self.a / (self.a + self.b)

    @property
    def strength(self) -> float:
        """How many pull requests the population weighs beside a person's own."""
        return self.a + self.b


class Shrunk(msgspec.Struct, frozen=True, kw_only=True):
    """A rate drawn toward the population, with the 95 % interval (equal tails); all in [0, 1]."""

    rate: float
    low: float
    high: float
    counted: int
    of: int
    prior: Prior
    method: str = METHOD

    @property
    def sentence(self) -> str:
        """Say how it was made."""
        return (
            f"{self.counted} of {self.of}, drawn toward the population's mean of "
            f"{self.prior.mean:.1%} as if by {self.prior.strength:.1f} more pull requests "
            f"({self.method}); the true rate lies in the interval with 95 % probability."
        )


def prior_of_moments(mean: float, variance: float, mean_inverse: float) -> Prior | None:
    """Fit Beta(a, b) to people's observed rates; `mean_inverse` is the mean of 1/n over people.

    None where everybody has the same rate of 0 or 1, or everybody has one pull request: nothing can
    be learned of how people differ. Where counting alone explains the variance the prior is as
    strong as a million pull requests.
    """
    spread = mean * (1 - mean)
    if spread <= 0 or not 0 <= mean_inverse < 1:
        return None
    true = (variance - spread * mean_inverse) / (1 - mean_inverse)
    strength = spread / true - 1 if true > 0 else _STRENGTH_MOST
    strength = min(max(strength, _STRENGTH_LEAST), _STRENGTH_MOST)
    return Prior(mean * strength, (1 - mean) * strength)


def prior_of_counts(people: Iterable[tuple[int, int]]) -> Prior | None:
    """Fit to people's own (k, n), those with n ≥ 1; None where nothing can be learned."""
    pairs = [(k, n) for k, n in people if n > 0]
    if not pairs:
        return None
    return _prior([k / n for k, n in pairs], fsum(1 / n for _, n in pairs) / len(pairs))


def prior_of_baseline(baseline: Baseline, metric: str) -> Prior | None:
    """Fit to the thresholds of a rate, taking n from those of the opened pull requests.

    A baseline does not tell which n belongs to which rate; they are taken as independent. None for
    a baseline without them. ValueError for a metric that is no rate.
    """
    if metric not in RATES:
        raise ValueError(f"{metric!r} is no rate")
    rates, opened = baseline.thresholds.get(metric), baseline.thresholds.get(OPENED)
    if rates is None or opened is None:
        return None
    counts = [number for number in opened.numbers[1:] if number >= 1]
    if not counts:
        return None
    # 1,000 thresholds above the minimum stand for a thousandth of the people each.
    return _prior(rates.numbers[1:], fsum(1 / number for number in counts) / len(counts))


def shrink(counted: int, of: int, prior: Prior | None) -> Shrunk | None:
    """Shrink k of n; None for n = 0 or without a prior. ValueError unless 0 ≤ k ≤ n."""
    if not 0 <= counted <= of:
        raise ValueError(f"{counted} of {of} is no rate")
    if prior is None or not of:
        return None
    a, b = prior.a + counted, prior.b + of - counted
    return Shrunk(
        rate=a / (a + b),
        low=beta_quantile(0.025, a, b),
        high=beta_quantile(0.975, a, b),
        counted=counted,
        of=of,
        prior=prior,
    )


def beta_quantile(share: float, a: float, b: float) -> float:
    """Give the x with I_x(a, b) = share: Newton's steps, halving where one would leave the bracket.

    ValueError for a share outside (0, 1).
    """
    if not 0 < share < 1:
        raise ValueError(f"{share} is no share between 0 and 1")
    low, high, x = 0.0, 1.0, _near(share, a, b)
    for _ in range(_STEPS_MOST):
        over = beta_distribution(x, a, b) - share
        if over < 0:
            low = x
        else:
            high = x
        slope = exp(_log_density(x, a, b)) if 0 < x < 1 else 0.0
        nearer = x - over / slope if slope else low
        if not low < nearer < high:
            nearer = (low + high) / 2
        if abs(nearer - x) <= _ACCURACY * x:
            return nearer
        x = nearer
    return x


def _near(share: float, a: float, b: float) -> float:
    """Guess a quantile, well at both ends of an interval: there the normal one of these moments."""
    mean = a / (a + b)
    deviations = _Z_95 * (2 * share - 1) / 0.95
    guess = mean + deviations * sqrt(mean * (1 - mean) / (a + b + 1))
    return guess if 0 < guess < 1 else mean


def beta_distribution(x: float, a: float, b: float) -> float:
    """Give I_x(a, b), the regularised incomplete beta function, for a, b > 0.

    Source: DLMF 8.17.22, the continued fraction, evaluated by Lentz's method, on the side of the
    mean where it converges fast.
    """
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_distribution(1 - x, b, a)
    # One exponential: near 0 the density alone may be more than any binary64.
    weight = exp(_log_density(x, a, b) + log(x) + log1p(-x))
    return weight / a * _continued_fraction(x, a, b)


def _continued_fraction(x: float, a: float, b: float) -> float:
    """Evaluate 1/(1 + d1/(1 + d2/(1 + …))), the d of DLMF 8.17.23."""
    tiny = 1e-300
    value = c = 1.0
    d = 0.0
    # Near the mean about sqrt(max(a, b)) terms are needed; a million pull requests need 2,000.
    for term in range(1, 20_000):
        m = term // 2
        if term % 2:
            factor = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            factor = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 + factor * d
        d = 1 / (d if abs(d) > tiny else tiny)
        c = 1 + factor / c
        c = c if abs(c) > tiny else tiny
        value *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return 1 / value


def _log_density(x: float, a: float, b: float) -> float:
    return lgamma(a + b) - lgamma(a) - lgamma(b) + (a - 1) * log(x) + (b - 1) * log1p(-x)


def _prior(rates: Iterable[float], mean_inverse: float) -> Prior | None:
    held = list(rates)
    mean = fsum(held) / len(held)
    variance = fsum((rate - mean) ** 2 for rate in held) / len(held)
    return prior_of_moments(mean, variance, mean_inverse)
