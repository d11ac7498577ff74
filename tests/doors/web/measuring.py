"""People with computed metrics: an invented population, and what is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from laurels.adapters.github.client.nodes import Actor, PullNode
from laurels.apps.audit.actors import operator
from laurels.apps.intake.selectors_metrics import person_known
from laurels.apps.intake.services.sync.handing import person_hand_in
from laurels.apps.metrics.models import MetricRun
from laurels.apps.metrics.services import baseline_load, metrics_compute
from laurels.apps.people.models import Contributor
from laurels.domain.metrics import (
    Changed,
    Known,
    Profile,
    PullRequest,
    YearCounts,
    language_profile,
    metrics_window,
    year_spans,
)
from laurels.domain.windows import Window
from laurels.lab.population import demo_population
from tests.fakes.nodes import person_node

DAY = 86_400
LANGUAGES = {7: {"Python": 6_000, "HTML": 1_500, "Shell": 40}, 8: {"Rust": 900, "C++": 100}}


def population(now: int) -> None:
    """Load the population that everybody is compared with."""
    baseline_load(demo_population(start=20231001, end=20260930), now=now, acting=operator())


def known(
    now: int,
    *,
    merged: int = 38,
    dropped: int = 2,
    waiting: int = 2,
    drafts: int = 1,
    hours: int = 31,
    reviews: int | None = 25,
    issues: int | None = 9,
    days: int = 1_096,
    **about: Any,
) -> Known:
    """Return what was read of somebody: so many pull requests of each kind, in the last months."""
    kinds = ["merged"] * merged + ["closed"] * dropped + ["open"] * waiting + ["draft"] * drafts
    pulls = tuple(_pull(at, kind, now, hours) for at, kind in enumerate(kinds, 1))
    spans = tuple(
        YearCounts(one.start, one.end, _part(reviews, at), _part(issues, at))
        for at, one in enumerate(year_spans(now))
    )
    window = metrics_window(now)
    covered = (Window(window.end - days * DAY, window.end),) if days else ()
    changed = [Changed(7 if one.id % 3 else 8, 40 + one.id, one.id, 2) for one in pulls]
    return Known(
        pull_requests=pulls,
        profile=Profile(spans),
        coverage=covered,
        languages=language_profile(changed, LANGUAGES, covered),
        joined_at=now - 3_000 * DAY,
        **about,
    )


def measured(person: Contributor, now: int, **about: Any) -> MetricRun:
    """Compute somebody's metrics from such a knowledge of them."""
    return metrics_compute(person, known(now, **about), now=now)


def handed(person: Contributor, pulls: Sequence[PullNode], now: int) -> MetricRun:
    """Hand in what was read of somebody, and compute their metrics of it."""
    who = actor_of(person)
    row = person_hand_in(person_node(who, now), pulls, now=now, acting=operator())
    return metrics_compute(person, person_known(row), now=now)


def actor_of(person: Contributor) -> Actor:
    """Return somebody as GraphQL names them."""
    return Actor(person.login, "User", person.github_id)


def _part(count: int | None, year: int) -> int | None:
    return None if count is None else count // 3 + (year < count % 3)


def _pull(number: int, kind: str, now: int, hours: int) -> PullRequest:
    created = now - (number % 25 + 3) * DAY
    spread = hours * 3_600 * (1 + number % 5) // 3
    return PullRequest(
        number,
        created,
        "open" if kind == "draft" else kind,
        created + spread if kind == "merged" else None,
        kind == "draft",
        number % 4,
        1,
        number % 2,
        1,
    )
