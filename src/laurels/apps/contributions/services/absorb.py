"""Join observed facts to what is known, a batch at a time.

Guarantee: any order, split or repetition of the same observations leaves the same rows, because
the fold is a join (laurels.domain.lifecycle) and everything else here is a function of folds,
reviews, attention and verdicts. A batch is a constant number of statements.
Not done here: scoring. The caller marks `Absorbed.people` dirty in the same transaction.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from operator import attrgetter

from laurels.apps import sql
from laurels.apps.contributions.models import Attention, Issue, PullRequest, Review
from laurels.apps.contributions.services.derive import Changed, derive
from laurels.domain.lifecycle import (
    IssueView,
    Observation,
    PullRequestView,
    ReviewFact,
    SubjectFold,
    dumps,
    join,
    join_review,
    loads,
    tied_at,
    view,
)

Key = tuple[int, int]
"""(repository row, number)."""


class ConcurrentChange(Exception):
    """Another transaction wrote one of these subjects meanwhile: roll back and absorb again."""


SUBJECT_FIELDS = (
    "repository", "number", "version", "fold", "is_shown", "author", "title", "state", "created_at",
    "closed_at", "updated_at", "changed_at", "labels", "labelled_by", "is_gone",
)  # fmt: skip
PULL_REQUEST_FIELDS = (
    *SUBJECT_FIELDS, "draft", "merged_at", "merged_by", "additions", "deletions", "changed_files",
    "association",
)  # fmt: skip
ISSUE_FIELDS = (*SUBJECT_FIELDS, "state_reason")


@dataclass(slots=True)
class Absorbed:
    """What a batch changed: people to settle, new contributions by kind, and what is in doubt.

    `tied` are the subjects of which two different things were told of one second by this batch.
    """

    people: set[int] = field(default_factory=set)
    contributions: Counter[str] = field(default_factory=Counter)
    tied: tuple[Key, ...] = ()


@dataclass(slots=True)
class _Batch:
    """Observations of a batch, joined in memory by subject."""

    folds: dict[Key, SubjectFold] = field(default_factory=dict)
    reviews: dict[Key, dict[int, ReviewFact]] = field(default_factory=dict)
    attention: dict[Key, set[int]] = field(default_factory=dict)


def absorb(
    observations: Iterable[Observation],
    *,
    repositories: Mapping[int, int],
    people: Mapping[int, int],
) -> Absorbed:
    """Join `observations`; the maps lead from GitHub ids to rows.

    Observations of repositories that are not in the map are left out, as are credits to people
    who are not (erased ones). Runs inside the caller's transaction; raises ConcurrentChange when
    that has to be tried again.
    """
    batch = _gather(observations, repositories)
    if not batch.folds:
        return Absorbed()
    known = _Known.load(list(batch.folds))
    joined = {
        key: join(stored, fold) if (stored := known.folds.get(key)) is not None else fold
        for key, fold in batch.folds.items()
    }
    people = _complete(people, joined.values())
    changed = _Writer(joined, known, people).write()
    pull_requests = known.pull_requests
    touched = _write_reviews(batch, pull_requests, people)
    touched |= _write_attention(batch, pull_requests, people)
    # A review moves points even where all it changed of the subject itself is `updated_at`.
    for key in touched:
        changed[key] = Changed(joined[key], is_material=True)
    derived = derive(changed, known.pull_requests, known.issues, people)
    tied = tuple(
        key
        for key, fold in joined.items()
        if fold.ties and _tied_before(known, key) != tied_at(fold)
    )
    return Absorbed(derived.people, derived.created, tied)


def _tied_before(known: _Known, key: Key) -> tuple[tuple[int, int], ...]:
    stored = known.folds.get(key)
    return () if stored is None else tied_at(stored)


def _gather(observations: Iterable[Observation], repositories: Mapping[int, int]) -> _Batch:
    batch = _Batch()
    folds, attention = batch.folds, batch.attention
    for observation in observations:
        fold = observation.subject
        repository = repositories.get(fold.repository_id)
        if repository is None:
            continue
        key = (repository, fold.number)
        before = folds.get(key)
        folds[key] = fold if before is None else join(before, fold)
        review = observation.review
        if review is not None:
            reviews = batch.reviews.setdefault(key, {})
            seen = reviews.get(review.review_id)
            reviews[review.review_id] = review if seen is None else join_review(seen, review)
        if observation.attention:
            attention.setdefault(key, set()).update(person for person, _ in observation.attention)
    # Rows are written in key order, so that two writers of the same rows meet in one order.
    batch.folds = dict(sorted(folds.items()))
    return batch


@dataclass(slots=True)
class _Known:
    """Stored folds and row ids of a batch's subjects."""

    folds: dict[Key, SubjectFold] = field(default_factory=dict)
    pull_requests: dict[Key, int] = field(default_factory=dict)
    issues: dict[Key, int] = field(default_factory=dict)
    versions: dict[tuple[type[PullRequest | Issue], Key], int] = field(default_factory=dict)

    @classmethod
    def load(cls, keys: list[Key]) -> _Known:
        known = cls()
        known.reload(PullRequest, keys, with_folds=True)
        known.reload(Issue, keys, with_folds=True)
        return known

    def reload(
        self, model: type[PullRequest | Issue], keys: list[Key], *, with_folds: bool = False
    ) -> None:
        """Read the row ids, and the folds where asked, of those subjects that have a row."""
        where, parameters = sql.in_pairs("repository_id", "number", keys)
        columns = "repository_id, number, id" + (", version, fold" if with_folds else "")
        rows = self.pull_requests if model is PullRequest else self.issues
        for repository, number, row, *stored in sql.fetch(
            f"SELECT {columns} FROM {model._meta.db_table} WHERE {where}", parameters
        ):
            key = (repository, number)
            rows[key] = row
            if stored:
                self.versions[model, key] = stored[0]
                fold = loads(bytes(stored[1]))
                before = self.folds.get(key)
                self.folds[key] = fold if before is None else join(before, fold)


def _complete(people: Mapping[int, int], folds: Iterable[SubjectFold]) -> dict[int, int]:
    """Add the people whom stored folds name and this batch did not."""
    named = {
        account[2]
        for fold in folds
        for account in (fold.author, fold.merged_by)
        if account is not None
    }
    completed = dict(people)
    missing = named - completed.keys()
    if missing:
        where, parameters = sql.in_ids("github_id", missing)
        completed.update(
            sql.fetch(f"SELECT github_id, id FROM people_contributor WHERE {where}", parameters)
        )
    return completed


class _Writer:
    """Writes the rows of subjects whose fold changed."""

    def __init__(
        self, joined: Mapping[Key, SubjectFold], known: _Known, people: Mapping[int, int]
    ) -> None:
        self._joined = joined
        self._known = known
        self._people = people

    def write(self) -> dict[Key, Changed]:
        """Upsert what changed; return it by subject, with whether it may move points."""
        changed: dict[Key, Changed] = {}
        pull_requests: list[tuple[object, ...]] = []
        issues: list[tuple[object, ...]] = []
        for key, fold in self._joined.items():
            before = self._known.folds.get(key)
            if before == fold:
                continue
            seen = view(fold)
            changed[key] = Changed(fold, _is_material(before, seen), seen)
            if fold.is_pull_request is False:
                issues.append(self._issue_row(key, fold, seen))
            else:
                pull_requests.append(self._pull_request_row(key, fold, seen))
        self._upsert(PullRequest, PULL_REQUEST_FIELDS, pull_requests)
        self._upsert(Issue, ISSUE_FIELDS, issues)
        return changed

    def _upsert(
        self,
        model: type[PullRequest | Issue],
        fields: tuple[str, ...],
        rows: list[tuple[object, ...]],
    ) -> None:
        """Write rows over the versions that were read, and learn the ids of new ones."""
        if not rows:
            return
        table = model._meta.db_table
        written = sql.upsert(
            model,
            fields,
            rows,
            key=("repository", "number"),
            guard=f"{table}.version = excluded.version - 1",
        )
        if written != len(rows):
            raise ConcurrentChange(f"{len(rows) - written} rows of {table} changed meanwhile")
        known = self._known.pull_requests if model is PullRequest else self._known.issues
        new = [key for row in rows if (key := (row[0], row[1])) not in known]
        if new:
            self._known.reload(model, new)  # type: ignore[arg-type]

    def _subject_row(
        self,
        model: type[PullRequest | Issue],
        key: Key,
        fold: SubjectFold,
        seen: PullRequestView | IssueView | None,
    ) -> tuple[object, ...]:
        version = 1 + self._known.versions.get((model, key), 0)
        if seen is None:
            return (*key, version, dumps(fold), False, None, "", "", None, None, fold.updated_at,
                    None, None, "[]", False)  # fmt: skip
        times = [mark[1] for mark in seen.marks] + [label[1] for label in fold.labelled]
        times += [at for at in (seen.created_at, seen.closed_at) if at is not None]
        return (
            *key,
            version,
            dumps(fold),
            True,
            self._person(seen.author_id),
            seen.title or "",
            seen.state,
            seen.created_at,
            seen.closed_at,
            seen.updated_at,
            max(times, default=None),
            None if seen.labels is None else _text(seen.labels),
            _text(seen.labelled_by),
            seen.is_gone,
        )

    def _pull_request_row(
        self, key: Key, fold: SubjectFold, seen: PullRequestView | IssueView | None
    ) -> tuple[object, ...]:
        subject = self._subject_row(PullRequest, key, fold, seen)
        if not isinstance(seen, PullRequestView):
            return (*subject, None, None, None, None, None, None, "")
        return (
            *subject,
            seen.draft,
            seen.merged_at,
            self._person(seen.merged_by_id),
            seen.additions,
            seen.deletions,
            seen.changed_files,
            seen.author_association or "",
        )

    def _issue_row(
        self, key: Key, fold: SubjectFold, seen: PullRequestView | IssueView | None
    ) -> tuple[object, ...]:
        reason = seen.state_reason if isinstance(seen, IssueView) else None
        return (*self._subject_row(Issue, key, fold, seen), reason or "")

    def _person(self, github_id: int | None) -> int | None:
        return None if github_id is None else self._people.get(github_id)


@lru_cache(maxsize=4096)
def _text(listed: tuple[object, ...]) -> str:
    """Return a list as JSON; few sets of labels stand on many subjects, most often none."""
    return json.dumps(listed)


def _material_parts(kind: type[PullRequestView | IssueView]) -> Callable[[object], object]:
    names = (one.name for one in fields(kind) if one.name not in ("updated_at", "ties"))
    return attrgetter(*names)


_MATERIAL = {kind: _material_parts(kind) for kind in (PullRequestView, IssueView)}


def _is_material(before: SubjectFold | None, seen: PullRequestView | IssueView | None) -> bool:
    """Tell whether the change can move points: a comment alone only moves `updated_at`."""
    if before is None:
        return seen is not None
    earlier = view(before)
    if earlier is None or seen is None:
        return earlier is not seen
    parts = _MATERIAL[type(seen)]
    return type(earlier) is not type(seen) or parts(earlier) != parts(seen)


def _write_reviews(
    batch: _Batch, pull_requests: Mapping[Key, int], people: Mapping[int, int]
) -> set[Key]:
    """Store reviews; return the subjects that learned something."""
    found = {
        (pull_requests[key], review.review_id): (key, review)
        for key, reviews in batch.reviews.items()
        if key in pull_requests
        for review in reviews.values()
    }
    if not found:
        return set()
    where, parameters = sql.in_ids("r.pull_request_id", {pair[0] for pair in found})
    stored = {
        (pull_request, review_id): ReviewFact(review_id, reviewer or 0, state, at, association)
        for pull_request, review_id, reviewer, state, at, association in sql.fetch(
            "SELECT r.pull_request_id, r.github_id, c.github_id, r.state, r.submitted_at,"
            " r.association FROM contributions_review r"
            f" LEFT JOIN people_contributor c ON c.id = r.reviewer_id WHERE {where}",
            parameters,
        )
    }
    rows, learned = [], set()
    for pair, (key, review) in sorted(found.items()):
        before = stored.get(pair)
        after = review if before is None else join_review(before, review)
        plain = ReviewFact(
            after.review_id,
            after.reviewer_id if after.reviewer_id in people else 0,
            after.state,
            after.submitted_at,
            after.association or "",
        )
        if plain != before:
            learned.add(key)
            reviewer = people.get(after.reviewer_id)
            rows.append((*pair, reviewer, plain.state, plain.submitted_at, plain.association))
    sql.upsert(
        Review,
        ("pull_request", "github_id", "reviewer", "state", "submitted_at", "association"),
        rows,
        key=("pull_request", "github_id"),
    )
    return learned


def _write_attention(
    batch: _Batch, pull_requests: Mapping[Key, int], people: Mapping[int, int]
) -> set[Key]:
    """Store who else looked at a pull request; return the subjects that learned something."""
    pairs = {
        (pull_requests[key], people[person]): key
        for key, persons in batch.attention.items()
        if key in pull_requests
        for person in persons
        if person in people
    }
    if not pairs:
        return set()
    where, parameters = sql.in_ids("pull_request_id", {pair[0] for pair in pairs})
    stored = set(
        sql.fetch(
            f"SELECT pull_request_id, contributor_id FROM contributions_attention WHERE {where}",
            parameters,
        )
    )
    new = sorted(pairs.keys() - stored)
    sql.insert(Attention, ("pull_request", "contributor"), new, ignore_conflicts=True)
    return {pairs[pair] for pair in new}
