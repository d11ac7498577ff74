"""The whole staircase without a database: what files must come to, under any engine and order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from laurels.adapters.gharchive import Losses, check, read
from laurels.domain.appraisal import Work, appraise
from laurels.domain.contributions import ContributionFact, contributions_of
from laurels.domain.ledger import digest, digest_line
from laurels.domain.lifecycle import (
    IssueView,
    PullRequestView,
    RepositoryFact,
    ReviewFact,
    SubjectFold,
    join,
    join_review,
    view,
)
from laurels.domain.limits import LimitItem, limit
from laurels.domain.rulesets import content_hash, preset
from laurels.kit.times import day_of, month_of

Key = tuple[int, int]


class World:
    """Everything that some files say, folded in memory."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self.folds: dict[Key, SubjectFold] = {}
        self.reviews: dict[Key, dict[int, ReviewFact]] = defaultdict(dict)
        self.attention: dict[Key, set[int]] = defaultdict(set)
        self.repositories: dict[int, RepositoryFact] = {}
        self.bots: set[int] = set()
        for source in check(list(paths)):
            for chunk in read(source, Losses()).observations():
                for _, one in chunk:
                    key = one.subject.key
                    before = self.folds.get(key)
                    self.folds[key] = one.subject if before is None else join(before, one.subject)
                    if one.review is not None:
                        known = self.reviews[key].get(one.review.review_id, one.review)
                        self.reviews[key][one.review.review_id] = join_review(known, one.review)
                    self.attention[key].update(person for person, _ in one.attention)
                    self._repository(one.repository)
                    for person in one.people:
                        if person.kind == "Bot" or person.login.endswith("[bot]"):
                            self.bots.add(person.github_id)

    def _repository(self, fact: RepositoryFact) -> None:
        """Keep the newest word on each attribute of a repository."""
        before = self.repositories.get(fact.github_id)
        if before is None:
            self.repositories[fact.github_id] = fact
            return
        old, new = sorted((before, fact), key=lambda one: one.at)
        self.repositories[fact.github_id] = RepositoryFact(
            github_id=fact.github_id,
            full_name=new.full_name,
            owner_login=new.owner_login,
            owner_github_id=_newest(old.owner_github_id, new.owner_github_id),
            is_fork=_newest(old.is_fork, new.is_fork),
            is_private=_newest(old.is_private, new.is_private),
            topics=_newest(old.topics, new.topics),
            at=new.at,
        )

    def digest(self, name: str) -> tuple[int, str]:
        """Return how many items stand under a preset once all has settled, and their digest."""
        rules = preset(name)
        items: dict[int, list[LimitItem]] = defaultdict(list)
        for key in self.folds:
            seen = view(self.folds[key])
            if seen is None:
                continue
            facts = contributions_of(seen, self.reviews[key].values(), (), self.bots.__contains__)
            is_approved = any(fact.kind == "pr_approved" for fact in facts)
            for fact in facts:
                found = appraise(self._work(seen, fact, is_approved=is_approved), rules)
                items[fact.person_id].append(
                    LimitItem(
                        kind=fact.kind.value,
                        occurred_at=fact.occurred_at,
                        repository_id=fact.repository_id,
                        number=fact.number,
                        day=day_of(fact.occurred_at),
                        month=month_of(fact.occurred_at),
                        is_eligible=found.is_eligible,
                        value_milli=found.value_milli,
                        factor_part_milli=found.factor_part_milli,
                        penalty_points=found.penalty_points,
                        is_void=found.is_void,
                        moved_by=found.moved_by,
                        moved_milli=found.moved_milli,
                    )
                )
        rules_hash = content_hash(rules)
        lines = [
            digest_line(
                limited.item.kind, limited.item.repository_id, limited.item.number, person,
                "program", component, points, limited.item.occurred_at, rules_hash,
            )
            for person, theirs in items.items()
            for limited in limit(theirs, rules)
            for component, points in (
                ("base", limited.base), ("extra", limited.extra), ("penalty", -limited.penalty),
            )
            if points and not limited.is_held
        ]  # fmt: skip
        return len(lines), digest(lines)

    def _work(
        self, seen: PullRequestView | IssueView, fact: ContributionFact, *, is_approved: bool
    ) -> Work:
        key = (seen.repository_id, seen.number)
        repository = self.repositories[seen.repository_id]
        people = {
            "kind": fact.kind.value,
            "occurred_at": fact.occurred_at,
            "opened_at": fact.opened_at,
            "closed_at": seen.closed_at,
            "state": seen.state,
            "title": seen.title,
            "labels": seen.labels,
            "association": seen.author_association,
            "is_bot": fact.person_id in self.bots,
            "is_own_repository": None
            if repository.owner_github_id is None
            else repository.owner_github_id == fact.person_id,
            "is_fork": repository.is_fork,
            "is_private": repository.is_private,
            "topics": repository.topics,
        }
        if isinstance(seen, PullRequestView):
            others = self.attention[key] - self.bots - {seen.author_id}
            people |= {
                "merged_at": seen.merged_at,
                "is_approved": is_approved,
                "additions": seen.additions,
                "deletions": seen.deletions,
                "changed_files": seen.changed_files,
                "draft": seen.draft,
                "is_self_merged": None
                if None in (seen.merged_by_id, seen.author_id)
                else seen.merged_by_id == seen.author_id,
                "is_reviewed_by_other": bool(others),
                "level_labelled_by": seen.labelled_by,
            }
        return Work(**people)


def _newest(old: object, new: object) -> object:
    return old if new is None else new
