"""Where stories happen: subjects change and every change leaves an event with what it shows."""

from __future__ import annotations

import random
from collections.abc import Sequence

from laurels.lab.cast import Cast, Person, Repository
from laurels.lab.payloads import (
    Body,
    Subject,
    account,
    comment_body,
    event_body,
    label_body,
    review_body,
)

_SUBJECT_IDS = 9_400_000_000
_REMARK_IDS = 9_500_000_000


class Stage:
    """Opens subjects, changes them and collects the events, in the order they are told."""

    def __init__(self, source: random.Random, cast: Cast) -> None:
        """Begin with nothing open and every repository some hundred numbers old."""
        self.source = source
        self.cast = cast
        self.events: list[tuple[int, int, Body]] = []
        self._numbers = {
            repository.github_id: source.randrange(20, 900) for repository in cast.repositories
        }
        self._subjects = 0
        self._remarks = 0
        self._first_merges: dict[tuple[int, int], int] = {}

    def later(self, at: int, hours: float) -> int:
        """Give an instant some hours on, by an exponential wait of that mean."""
        return at + 20 + int(self.source.expovariate(1 / hours) * 3600)

    def chance(self, share: float) -> bool:
        """Tell whether something happens that happens so often."""
        return self.source.random() < share

    def emit(
        self, kind: str, actor: Person, repository: Repository, at: int, payload: Body
    ) -> None:
        """Add an event; like GitHub's, it may be a second younger than what it shows."""
        seen_at = at + self.chance(0.3)
        body = event_body(kind, actor, repository, seen_at, payload)
        self.events.append((seen_at, len(self.events), body))

    def open(
        self,
        at: int,
        author: Person,
        repository: Repository,
        title: str,
        body: str,
        *,
        is_pull_request: bool,
        lines: tuple[int, int, int] = (0, 0, 0),
        draft: bool = False,
    ) -> Subject:
        """Open a subject under the repository's next number."""
        number = self._numbers[repository.github_id] = self._numbers[repository.github_id] + 1
        self._subjects += 1
        subject = Subject(
            github_id=_SUBJECT_IDS + 7 * self._subjects,
            repository=repository,
            number=number,
            author=author,
            title=title,
            body=body,
            created_at=at,
            updated_at=at,
            association=self.association(author, repository, at),
            is_pull_request=is_pull_request,
            draft=draft,
        )
        if is_pull_request:
            subject.additions, subject.deletions, subject.changed_files = lines
            subject.head_sha = self._sha()
        self.show(subject, author, at, "opened")
        return subject

    def association(self, person: Person, repository: Repository, at: int) -> str:
        """Give GitHub's word for what somebody is to a repository."""
        if person.github_id == repository.owner.github_id:
            return "OWNER"
        if person in repository.maintainers:
            return "MEMBER" if repository.owner.kind == "Organization" else "COLLABORATOR"
        merged_at = self._first_merges.get((repository.github_id, person.github_id))
        return "CONTRIBUTOR" if merged_at is not None and merged_at < at else "NONE"

    def show(self, subject: Subject, actor: Person, at: int, action: str, **more: Body) -> None:
        """Leave the event of an action on a subject, with the subject as it is after it."""
        subject.updated_at = at
        if subject.is_pull_request:
            payload: Body = {"number": subject.number, "pull_request": subject.pull_request()}
            kind = "PullRequestEvent"
        else:
            payload, kind = {"issue": subject.issue()}, "IssuesEvent"
        self.emit(kind, actor, subject.repository, at, {"action": action} | payload | more)

    def label(self, subject: Subject, actor: Person, at: int, names: Sequence[str]) -> None:
        """Set labels in one second, an event each, as one click on GitHub does."""
        for name in names:
            if name not in subject.labels:
                subject.labels.append(name)
                body = label_body(subject.repository, name, at)
                self.show(subject, actor, at, "labeled", label=body)

    def unlabel(self, subject: Subject, actor: Person, at: int, name: str) -> None:
        """Take a label away."""
        subject.labels.remove(name)
        body = label_body(subject.repository, name, at)
        self.show(subject, actor, at, "unlabeled", label=body)

    def comment(self, subject: Subject, actor: Person, at: int, text: str) -> None:
        """Comment on a subject."""
        subject.comments += 1
        subject.updated_at = at
        association = self.association(actor, subject.repository, at)
        payload = {
            "action": "created",
            "issue": subject.issue(),
            "comment": comment_body(self._remark(), actor, at, text, association),
        }
        self.emit("IssueCommentEvent", actor, subject.repository, at, payload)

    def review(self, subject: Subject, actor: Person, at: int, state: str, lines: int = 0) -> int:
        """Submit a review with so many comments on lines; gives the review's id."""
        review_id = self._remark()
        subject.updated_at = at
        self._review(subject, actor, at, at, "created", review_id, state)
        for _ in range(lines):
            subject.review_comments += 1
            association = self.association(actor, subject.repository, at)
            comment = comment_body(self._remark(), actor, at, "Here too?", association)
            payload = {
                "action": "created",
                "comment": comment | {"pull_request_review_id": review_id, "path": "README.md"},
                "pull_request": subject.pull_request(is_full=False),
            }
            self.emit("PullRequestReviewCommentEvent", actor, subject.repository, at, payload)
        return review_id

    def dismiss(
        self, subject: Subject, actor: Person, at: int, review: tuple[int, Person, int]
    ) -> None:
        """Dismiss a review (id, reviewer, submitted_at): it stays, but says nothing any more."""
        review_id, reviewer, submitted_at = review
        subject.updated_at = at
        self._review(
            subject, actor, at, submitted_at, "dismissed", review_id, "dismissed", reviewer
        )

    def push_commits(self, subject: Subject, at: int) -> None:
        """Add commits to a pull request."""
        subject.commits += 1
        subject.additions += self.source.randrange(1, 40)
        subject.deletions += self.source.randrange(0, 15)
        subject.head_sha = self._sha()
        self.show(subject, subject.author, at, "synchronize")

    def close(self, subject: Subject, actor: Person, at: int, reason: str | None = None) -> None:
        """Close without merging."""
        subject.state, subject.closed_at, subject.state_reason = "closed", at, reason
        self.show(subject, actor, at, "closed")

    def reopen(self, subject: Subject, actor: Person, at: int) -> None:
        """Open again."""
        subject.state, subject.closed_at = "open", None
        subject.state_reason = None if subject.is_pull_request else "reopened"
        self.show(subject, actor, at, "reopened")

    def merge(self, subject: Subject, actor: Person, at: int) -> None:
        """Merge, and push the merge to the default branch."""
        subject.state, subject.closed_at, subject.draft = "closed", at, False
        subject.merged_at, subject.merged_by, subject.merge_sha = at, actor, self._sha()
        self.show(subject, actor, at, "closed")
        key = (subject.repository.github_id, subject.author.github_id)
        self._first_merges[key] = min(at, self._first_merges.get(key, at))
        message = f"{subject.title} (#{subject.number})"
        self.push(subject.repository, actor, at, subject.merge_sha, message)

    def push(
        self, repository: Repository, actor: Person, at: int, sha: str | None, message: str
    ) -> None:
        """Push one commit to the default branch."""
        sha = sha or self._sha()
        author = {"email": f"{actor.github_id}@example.org", "name": actor.login_at(at)}
        payload = {
            "repository_id": repository.github_id,
            "push_id": self._remark(),
            "size": 1,
            "distinct_size": 1,
            "ref": "refs/heads/main",
            "head": sha,
            "before": self._sha(),
            "commits": [{"sha": sha, "author": author, "message": message, "distinct": True}],
        }
        self.emit("PushEvent", actor, repository, at, payload)

    def passing(self, kind: str, repository: Repository, actor: Person, at: int) -> None:
        """Let something happen that earns nothing: a star, a fork, a branch."""
        payloads: dict[str, Body] = {
            "WatchEvent": {"action": "started"},
            "ForkEvent": {
                "forkee": {
                    "id": self._remark(),
                    "full_name": f"{actor.login_at(at)}/{repository.name_at(at)}",
                    "owner": account(actor, at),
                    "fork": True,
                }
            },
            "CreateEvent": {"ref": "draft", "ref_type": "branch", "master_branch": "main"},
        }
        self.emit(kind, actor, repository, at, payloads[kind])

    def _review(
        self,
        subject: Subject,
        actor: Person,
        at: int,
        submitted_at: int,
        action: str,
        review_id: int,
        state: str,
        reviewer: Person | None = None,
    ) -> None:
        by = reviewer or actor
        association = self.association(by, subject.repository, submitted_at)
        payload = {
            "action": action,
            "review": review_body(review_id, subject, by, submitted_at, state, association),
            "pull_request": subject.pull_request(is_full=False),
        }
        self.emit("PullRequestReviewEvent", actor, subject.repository, at, payload)

    def _remark(self) -> int:
        self._remarks += 1
        return _REMARK_IDS + 3 * self._remarks

    def _sha(self) -> str:
        return f"{self.source.getrandbits(160):040x}"
