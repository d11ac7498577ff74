"""The demo's people signed in, and their metrics: what a sync would have read of the season.

Nobody real is compared with anybody: the population is invented as well, and says so. Most of the
people signed in once, so their pages show metrics; the others stay people who never did.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from laurels.apps.intake.services.sync.handing import person_hand_in
from laurels.apps.metrics.selectors import baseline_heads
from laurels.apps.metrics.services import baseline_load, metrics_compute
from laurels.apps.people.models import Contributor
from laurels.apps.people.selectors_access import is_banned
from laurels.apps.people.services.access import access_end
from laurels.apps.people.services.github_tokens import github_token_refused
from laurels.apps.people.services.signing_in import Grant, Identity, sign_in_complete
from laurels.cli.house import House
from laurels.kit.times import DAY_SECONDS, day_of
from laurels.lab.population import POPULATION_ID, demo_population
from laurels.lab.work import Work

EVERY_SECONDS = 28 * DAY_SECONDS
"""How far apart the computations of the past lie."""

GHOSTS = 5
"""Every so many-th person never signed in."""

_TOKEN = "a-token-of-the-demo-that-opens-nothing"
_POPULATION_DAYS = 1_096


class Measurer:
    """Measures the demo's people at the end of some stages, from the files read by then."""

    def __init__(self, now: int) -> None:
        """Begin with nothing read; `now` is the demo's present."""
        self.now = now
        self.work = Work()
        self.computed = 0
        self._last_at = 0

    def stage(self, here: House, paths: Sequence[Path], *, is_last: bool) -> None:
        """Read the files of a stage; at its end measure everybody, about every four weeks."""
        for path in paths:
            self.work.read(path)
        if not self.work.kinds or (not is_last and here.now < self._last_at + EVERY_SECONDS):
            return
        self._last_at = here.now
        population_load(here, self.now)
        people = Contributor.objects.filter(
            github_id__in=[pk for pk, kind in self.work.kinds.items() if kind == "User"],
            erased_at=None,
        )
        for contributor in people.order_by("github_id"):
            self._measure(here, contributor)

    def _measure(self, here: House, contributor: Contributor) -> None:
        github_id = contributor.github_id or 0
        person = self.work.person(github_id, contributor.login, here.now)
        pulls = self.work.pulls_of(github_id)
        row = person_hand_in(person, pulls, now=here.now, acting=here.acting)
        metrics_compute(contributor, settings.LAURELS_KNOWN_OF(row), now=here.now)
        self.computed += 1


def sign_in_most(here: House) -> int:
    """Let most of the people sign in once and out again; return how many did.

    What they would have given us as GitHub's token opens nothing, and is forgotten at once.
    """
    people = Contributor.objects.filter(
        claimed_at=None, erased_at=None, is_bot=False, kind="User", github_id__isnull=False
    )
    chosen = [
        one
        for one in people.order_by("github_id")
        if (one.github_id or 0) % GHOSTS and not is_banned(one.pk, here.now)
    ]
    for one in chosen:
        _sign_in_and_out(here, one)
    return len(chosen)


def _sign_in_and_out(here: House, person: Contributor) -> None:
    sign_in_complete(
        Identity(person.github_id or 0, person.login, "User"),
        Grant(_TOKEN),
        agent="the demo",
        bot_logins=here.settings.bot_logins,
        vault=settings.LAURELS_VAULT,
        now=here.now,
    )
    github_token_refused(person.pk, _TOKEN, now=here.now, acting=here.acting)
    access_end(person.pk, reason="logout", now=here.now, acting=here.acting)


def population_load(here: House, now: int) -> None:
    """Load the invented population of the three years before `now`, unless it is there."""
    if any(head.id == POPULATION_ID for head in baseline_heads()):
        return
    start, end = day_of(now - _POPULATION_DAYS * DAY_SECONDS), day_of(now - DAY_SECONDS)
    baseline_load(demo_population(start=start, end=end), now=here.now, acting=here.acting)
