"""From subjects to contributions: what is there, what is withdrawn, whose points may move."""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.conf import settings

from laurels.apps import sql
from laurels.apps.contributions.models import Contribution, PullRequest, Transition
from laurels.apps.projects.selectors import memberships_for, project_at
from laurels.domain.contributions import contributions_of
from laurels.domain.lifecycle import (
    Decision,
    IssueView,
    PullRequestView,
    ReviewFact,
    SubjectFold,
    Verdict,
    transitions,
    view,
)

Key = tuple[int, int]
Identity = tuple[int, int, str, int]
"""(repository row, number, kind, contributor row)."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A subject to derive again; `is_material` when anything that can move points changed."""

    fold: SubjectFold
    is_material: bool
    view: PullRequestView | IssueView | None = None


@dataclass(slots=True)
class Derived:
    """People whose contributions changed in any way, and what is new by kind."""

    people: set[int] = field(default_factory=set)
    created: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _Stored:
    row: int
    occurred_at: int
    opened_at: int | None
    project: int | None
    is_withdrawn: bool
    revision: int


def derive(
    changed: Mapping[Key, Changed],
    pull_requests: Mapping[Key, int],
    issues: Mapping[Key, int],
    people: Mapping[int, int] | None = None,
) -> Derived:
    """Bring the contributions of changed subjects in line with the facts; in key order.

    `people` are rows by GitHub's ids that the caller has at hand; others are looked up.
    """
    material = {
        key: (change.view if change.view is not None else view(change.fold))
        for key, change in sorted(changed.items())
        if change.is_material
    }
    if not material:
        return Derived()
    evidence = _Evidence.load(pull_requests[key] for key in material if key in pull_requests)
    _write_transitions(material, pull_requests, evidence, people or {})
    return _write_contributions(material, pull_requests, issues, evidence, people or {})


@dataclass(slots=True)
class _Evidence:
    """Reviews and verdicts by pull request row, and what is known of the people in them."""

    reviews: dict[int, list[ReviewFact]]
    verdicts: dict[int, list[Verdict]]
    bots: set[int]

    @classmethod
    def load(cls, rows: Iterable[int]) -> _Evidence:
        ids = list(rows)
        evidence = cls(defaultdict(list), defaultdict(list), set())
        where, parameters = sql.in_ids("r.pull_request_id", ids)
        for row, review_id, reviewer, state, at, association, is_bot in sql.fetch(
            "SELECT r.pull_request_id, r.github_id, c.github_id, r.state, r.submitted_at,"
            " r.association, c.is_bot FROM contributions_review r"
            f" LEFT JOIN people_contributor c ON c.id = r.reviewer_id WHERE {where}",
            parameters,
        ):
            evidence.reviews[row].append(
                ReviewFact(review_id, reviewer or 0, state, at, association or None)
            )
            if is_bot:
                evidence.bots.add(reviewer)
        where, parameters = sql.in_ids("v.pull_request_id", ids)
        for row, maintainer, decision, at in sql.fetch(
            # Erased maintainers stay apart from each other, and meet no id that GitHub gives.
            "SELECT v.pull_request_id, COALESCE(c.github_id, -c.id), v.decision, v.at"
            " FROM contributions_verdict v JOIN people_contributor c ON c.id = v.maintainer_id"
            f" WHERE {where}",
            parameters,
        ):
            evidence.verdicts[row].append(Verdict(maintainer, Decision(decision), at))
        return evidence


def _write_transitions(
    material: Mapping[Key, PullRequestView | IssueView | None],
    pull_requests: Mapping[Key, int],
    evidence: _Evidence,
    known: Mapping[int, int],
) -> None:
    """Replace the transition log of these pull requests by the replay of their facts."""
    replayed = {
        pull_requests[key]: transitions(
            seen,
            evidence.verdicts.get(pull_requests[key], ()),
            commits_dismiss=settings.LAURELS.new_commits_dismiss,
        )
        for key, seen in material.items()
        if isinstance(seen, PullRequestView)
    }
    if not replayed:
        return
    actors = _rows_of({step.actor_id for steps in replayed.values() for step in steps}, known)
    where, parameters = sql.in_ids("pull_request_id", replayed)
    sql.execute(f"DELETE FROM contributions_transition WHERE {where}", parameters)
    sql.insert(
        Transition,
        ("pull_request", "position", "from_state", "to_state", "at", "actor", "source"),
        [
            (row, position, step.from_state or "", step.to_state, step.at,
             actors.get(step.actor_id), step.source)
            for row, steps in replayed.items()
            for position, step in enumerate(steps)
        ],
    )  # fmt: skip
    sql.update(
        PullRequest,
        ("lifecycle",),
        [(steps[-1].to_state if steps else "", row) for row, steps in replayed.items()],
    )


def _rows_of(github_ids: Iterable[int | None], known: Mapping[int, int]) -> dict[int | None, int]:
    found: dict[int | None, int] = {}
    unknown = []
    for one in github_ids:
        if one:
            row = known.get(one)
            if row is None:
                unknown.append(one)
            else:
                found[one] = row
    if unknown:
        where, ids = sql.in_ids("github_id", unknown)
        found.update(sql.fetch(f"SELECT github_id, id FROM people_contributor WHERE {where}", ids))
    return found


def _write_contributions(
    material: Mapping[Key, PullRequestView | IssueView | None],
    pull_requests: Mapping[Key, int],
    issues: Mapping[Key, int],
    evidence: _Evidence,
    known: Mapping[int, int],
) -> Derived:
    desired = {
        key: contributions_of(
            seen,
            evidence.reviews.get(pull_requests.get(key, 0), ()),
            evidence.verdicts.get(pull_requests.get(key, 0), ()),
            evidence.bots.__contains__,
            commits_dismiss=settings.LAURELS.new_commits_dismiss,
        )
        for key, seen in material.items()
        if seen is not None
    }
    people = _rows_of({fact.person_id for facts in desired.values() for fact in facts}, known)
    memberships = memberships_for({key[0] for key in desired})
    stored, frozen = _stored(list(material))
    derived = Derived()
    inserts: list[tuple[object, ...]] = []
    updates: list[tuple[object, ...]] = []
    for key, facts in desired.items():
        seen = material[key]
        for fact in facts:
            # An unknown opening is judged by the rules of the earliest time that is known.
            opened_at = fact.opened_at
            if opened_at is None and seen is not None:
                opened_at = seen.first_seen_at
            contributor = people.get(fact.person_id)
            if contributor is None:
                continue
            identity = (*key, fact.kind.value, contributor)
            project = project_at(memberships.get(key[0], ()), opened_at)
            before = stored.pop(identity, None)
            derived.people.add(contributor)
            if before is None:
                derived.created[fact.kind.value] += 1
                inserts.append(
                    (secrets.token_hex(16), fact.kind.value, key[0], key[1], contributor, project,
                     pull_requests.get(key), issues.get(key), fact.occurred_at, opened_at,
                     False, 1)
                )  # fmt: skip
            else:
                updates.append(
                    (fact.occurred_at, opened_at, project, False, before.revision + 1,
                     before.row)
                )  # fmt: skip
    for identity, before in stored.items():
        if not before.is_withdrawn and identity[3] not in frozen:
            derived.people.add(identity[3])
            updates.append(
                (before.occurred_at, before.opened_at, before.project, True, before.revision + 1,
                 before.row)
            )  # fmt: skip
    sql.insert(
        Contribution,
        ("ref", "kind", "repository", "number", "contributor", "project", "pull_request", "issue",
         "occurred_at", "opened_at", "is_withdrawn", "revision"),
        inserts,
    )  # fmt: skip
    sql.update(
        Contribution,
        ("occurred_at", "opened_at", "project", "is_withdrawn", "revision"),
        updates,
    )
    return derived


def _stored(keys: list[Key]) -> tuple[dict[Identity, _Stored], set[int]]:
    """Read the contributions of these subjects, and who of their people is erased (frozen)."""
    where, parameters = sql.in_pairs("b.repository_id", "b.number", keys)
    stored, frozen = {}, set()
    for repository, number, kind, contributor, erased_at, *rest in sql.fetch(
        "SELECT b.repository_id, b.number, b.kind, b.contributor_id, c.erased_at, b.id,"
        " b.occurred_at, b.opened_at, b.project_id, b.is_withdrawn, b.revision"
        " FROM contributions_contribution b JOIN people_contributor c ON c.id = b.contributor_id"
        f" WHERE {where}",
        parameters,
    ):
        stored[repository, number, kind, contributor] = _Stored(*rest)
        if erased_at is not None:
            frozen.add(contributor)
    return stored, frozen
