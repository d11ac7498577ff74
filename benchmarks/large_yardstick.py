"""What a careful team writes first for points with limits: one contributor after another."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from benchmarks.fill import NOW
from benchmarks.scratch import digest

WEIGHTS = {"pr_merged": 20, "pr_approved": 10, "issue_completed": 5, "review_submitted": 4}
SIZES = ((600, 8), (200, 5), (50, 2))
FREE, RATE, FLOOR = 5, 150, 200
REVIEWS_A_DAY = 20


def people() -> int:
    """Return how many people have contributions."""
    from laurels.apps.contributions.models import Contribution

    return Contribution.objects.values("contributor").distinct().count()


def sample(stride: int) -> list[int]:
    """Return every n-th person who has contributions."""
    from laurels.apps.contributions.models import Contribution

    found = Contribution.objects.values_list("contributor", flat=True).distinct()
    return sorted(found)[stride // 2 :: stride]


def _half_even(numerator: int, divisor: int = 1000) -> int:
    whole, rest = divmod(numerator, divisor)
    return whole + (2 * rest > divisor or (2 * rest == divisor and whole % 2 == 1))


class Yardstick:
    """Values, limits and saves the contributions of one person at a time."""

    def __init__(self, chosen: list[int], month_cap: int) -> None:
        self._chosen = chosen
        self._month_cap = month_cap * 1000

    def run(self) -> None:
        """Recalculate the chosen people, a transaction each."""
        from django.db import transaction

        from laurels.apps.people.models import Contributor

        for person in self._chosen:
            with transaction.atomic():
                self._recalculate(Contributor.objects.get(pk=person))

    def _recalculate(self, person: Any) -> None:
        from benchmarks.careful.models import Line, Score

        facts = list(
            person.contributions.filter(is_withdrawn=False)
            .select_related("pull_request", "repository")
            .order_by("occurred_at", "kind", "repository__github_id", "number")
        )
        there = {
            line.contribution_id: line for line in Line.objects.filter(contributor_id=person.pk)
        }
        new, changed, total = [], [], 0
        for fact, value, after in self._limited(person, facts):
            points = _half_even(after)
            total += points
            line = there.get(fact.pk)
            if line is None:
                new.append(
                    Line(contribution_id=fact.pk, contributor_id=person.pk, value_milli=value,
                         after_milli=after, points=points)
                )  # fmt: skip
            elif (line.value_milli, line.after_milli, line.points) != (value, after, points):
                line.value_milli, line.after_milli, line.points = value, after, points
                changed.append(line)
        Line.objects.bulk_create(new)
        if changed:
            Line.objects.bulk_update(changed, ["value_milli", "after_milli", "points"])
        Score.objects.update_or_create(
            contributor_id=person.pk, defaults={"points": total, "updated_at": NOW}
        )

    def _limited(self, person: Any, facts: list[Any]) -> list[tuple[Any, int, int]]:
        from laurels.kit.times import day_of

        merges: dict[tuple[int, int], int] = defaultdict(int)
        reviews: dict[int, int] = defaultdict(int)
        months: dict[tuple[int, int], int] = defaultdict(int)
        limited = []
        for fact in facts:
            value = after = self._value(person, fact)
            day = day_of(fact.occurred_at)
            place = (fact.repository_id, day // 100)
            if value and fact.kind == "pr_merged":
                merges[place] += 1
                extra = merges[place] - FREE
                if extra > 0:
                    after = _half_even(after * max(FLOOR, 1_000_000 // (1000 + RATE * extra)))
            if fact.kind == "review_submitted":
                before = reviews[day]
                reviews[day] += after
                after = min(after, max(0, REVIEWS_A_DAY * 1000 - before))
            before = months[place]
            months[place] += after
            after = min(after, max(0, self._month_cap - before))
            limited.append((fact, value, after))
        return limited

    @staticmethod
    def _value(person: Any, fact: Any) -> int:
        points = WEIGHTS.get(fact.kind, 0)
        subject = fact.pull_request
        if person.is_bot or fact.repository.owner_github_id == person.github_id:
            return 0
        if fact.kind == "pr_merged" and subject.additions is not None:
            lines = subject.additions + (subject.deletions or 0)
            points += next((bonus for least, bonus in SIZES if lines >= least), 0)
        return points * 1000

    def answer(self) -> str:
        """Return the checksum of the totals of the chosen people."""
        from benchmarks.careful.models import Score

        rows = Score.objects.filter(points__gt=0).values_list("contributor_id", "points")
        return digest((int(person), int(points)) for person, points in rows)
