"""Who opens what, when: the plans of a whole season, played in the order of their openings."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterator
from itertools import count

from laurels.lab import names, stories
from laurels.lab.cast import WEEK_SECONDS, Cast, Person, Repository, Role
from laurels.lab.payloads import Body
from laurels.lab.stage import Stage
from laurels.lab.stories import Plan

_DAY = 86_400
_WEEKDAYS = (10, 11, 11, 10, 9, 4, 4)
_HOURS = (1, 1, 0, 0, 0, 0, 1, 2, 4, 7, 9, 9, 7, 7, 9, 9, 8, 6, 5, 5, 6, 6, 4, 2)


def play(source: random.Random, cast: Cast) -> list[Body]:
    """Play a season; gives its events from `start` up to and including `until`, oldest first."""
    stage = Stage(source, cast)
    waiting = list(_plans(source, cast))
    heapq.heapify(waiting)
    while waiting:
        plan = heapq.heappop(waiting)
        follower = plan.story(stage, plan)
        if follower is not None:
            heapq.heappush(waiting, follower)
    _passers_by(stage)
    told = sorted(
        (at, order, body) for at, order, body in stage.events if cast.start <= at <= cast.until
    )
    events = []
    for place, (_, _, body) in enumerate(told):
        body["id"] = str(60_000_000_000 + 13 * place)
        events.append(body)
    return events


def moment(source: random.Random, person: Person, start: int, until: int) -> int:
    """Draw an instant of somebody's waking hours, on working days more than at week-ends."""
    first = max(start, person.joins_at)
    days = max(1, (min(until, person.leaves_at) - first) // _DAY)
    while True:
        midnight = (first + source.randrange(days) * _DAY) // _DAY * _DAY
        # 1 January 1970 was a Thursday.
        if source.random() * max(_WEEKDAYS) < _WEEKDAYS[(midnight // _DAY + 3) % 7]:
            break
    hour = source.choices(range(24), _HOURS)[0] - person.hours_east
    return max(first, midnight + hour * 3600 + source.randrange(3600))


def _plans(source: random.Random, cast: Cast) -> Iterator[Plan]:
    """Plan every opening but the reverts, which come from what they revert."""
    order = count(1)
    authors = cast.with_role(Role.MAINTAINER, Role.REGULAR, Role.NEWCOMER)
    volume = len(cast.people) * cast.weeks
    favourites = {person.github_id: _favourites(source, cast, person) for person in authors}
    # Some work was under way when the season began: archives never start at an opening.
    earliest = cast.start - 2 * WEEK_SECONDS
    weights = [person.weight for person in authors]

    def planned(
        story: Callable[[Stage, Plan], Plan | None],
        author: Person,
        title: str,
        repository: Repository | None = None,
    ) -> Plan:
        where = repository or source.choices(*favourites[author.github_id])[0]
        at = moment(source, author, earliest, cast.until)
        return Plan(at, next(order), story, author, where, title)

    # Everybody appears at least once; the rest goes by weight.
    shares = [*authors, *source.choices(authors, weights, k=int(volume * 0.72))]
    for author in shares:
        yield planned(stories.pull_request, author, names.title(source))
    for author in source.choices(authors, [w**0.7 for w in weights], k=int(volume * 0.38)):
        yield planned(stories.issue, author, names.complaint(source))
    popular = [repository.weight for repository in cast.repositories]
    for spammer in cast.with_role(Role.SPAMMER):
        for _ in range(source.randrange(2, 6)):
            where = source.choices(cast.repositories, popular)[0]
            yield planned(stories.spam, spammer, "Update README.md", where)
    for _ in range(max(4, cast.weeks * 3)):
        where = source.choice(cast.repositories[:5])
        yield planned(stories.update, cast.updater, names.update(source), where)
    for author in source.choices(authors[:12], k=max(2, cast.weeks // 3)):
        first = planned(stories.merged_together, author, names.title(source), cast.repositories[0])
        merge_at = first.at + 2 * _DAY + source.randrange(_DAY)
        for gap in (0, 300):
            yield Plan(
                first.at + gap, next(order), stories.merged_together, author, first.repository,
                names.title(source), merge_at,
            )  # fmt: skip


def _favourites(
    source: random.Random, cast: Cast, person: Person
) -> tuple[list[Repository], list[float]]:
    """Draw where somebody works: a few repositories of the popular ones, and their own."""
    found = {r.github_id: (r, 6.0) for r in cast.repositories if person in r.maintainers}
    for repository in source.choices(
        cast.repositories, [r.weight for r in cast.repositories], k=source.randrange(1, 4)
    ):
        found.setdefault(repository.github_id, (repository, 3.0))
    return [r for r, _ in found.values()], [weight for _, weight in found.values()]


def _passers_by(stage: Stage) -> None:
    """Let people look, fork, branch and push: most of an archive is of no account to us."""
    source, cast = stage.source, stage.cast
    for _ in range(len(cast.people) * cast.weeks):
        actor = source.choice(cast.people)
        repository = source.choices(cast.repositories, [r.weight for r in cast.repositories])[0]
        at = moment(source, actor, cast.start, cast.until)
        if actor in repository.maintainers:
            stage.push(repository, actor, at, None, "Tidy up")
        else:
            kinds = ("WatchEvent", "ForkEvent", "CreateEvent")
            stage.passing(source.choices(kinds, (6, 3, 1))[0], repository, actor, at)
