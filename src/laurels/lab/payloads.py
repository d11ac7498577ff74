"""Bodies in GitHub's shape: the fields, names and nesting of full archive events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final
from zlib import crc32

from laurels.kit.times import format_instant
from laurels.lab.cast import Owner, Person, Repository

Body = dict[str, Any]

_API: Final = "https://api.github.com"
_WEB: Final = "https://github.com"
_FORK_IDS: Final = 9_300_000_000
_LABEL_IDS: Final = 9_600_000_000


def account(person: Person | Owner, at: int) -> Body:
    """Write an account as it was named at an instant."""
    login = person.login_at(at) if isinstance(person, Person) else person.login
    return {
        "login": login,
        "id": person.github_id,
        "node_id": f"U_{person.github_id:x}",
        "avatar_url": "",
        "gravatar_id": "",
        "url": f"{_API}/users/{login}",
        "html_url": f"{_WEB}/{login}",
        "type": person.kind,
        "site_admin": False,
    }


def repository_body(repository: Repository, at: int) -> Body:
    """Write a repository as it was named at an instant."""
    full_name = repository.full_name_at(at)
    return {
        "id": repository.github_id,
        "node_id": f"R_{repository.github_id:x}",
        "name": repository.name_at(at),
        "full_name": full_name,
        "private": False,
        "owner": account(repository.owner, at),
        "html_url": f"{_WEB}/{full_name}",
        "description": None,
        "fork": repository.is_fork,
        "url": f"{_API}/repos/{full_name}",
        "created_at": format_instant(repository.created_at),
        "language": repository.language,
        "archived": False,
        "disabled": False,
        "topics": list(repository.topics),
        "visibility": "public",
        "default_branch": "main",
    }


def _fork_body(repository: Repository, person: Person, at: int) -> Body:
    full_name = f"{person.login_at(at)}/{repository.name_at(at)}"
    return repository_body(repository, at) | {
        "id": _FORK_IDS + (person.github_id * 31 + repository.github_id) % 90_000_000,
        "node_id": f"R_{person.github_id:x}_{repository.github_id:x}",
        "full_name": full_name,
        "owner": account(person, at),
        "html_url": f"{_WEB}/{full_name}",
        "fork": True,
        "url": f"{_API}/repos/{full_name}",
        "topics": [],
    }


@dataclass(slots=True)
class Subject:
    """A pull request or an issue while it is lived through; the bodies show it as it is now."""

    github_id: int
    repository: Repository
    number: int
    author: Person
    title: str
    body: str
    created_at: int
    updated_at: int
    association: str
    is_pull_request: bool
    draft: bool = False
    state: str = "open"
    closed_at: int | None = None
    state_reason: str | None = None
    merged_at: int | None = None
    merged_by: Person | None = None
    labels: list[str] = field(default_factory=list)
    comments: int = 0
    review_comments: int = 0
    commits: int = 1
    additions: int = 0
    deletions: int = 0
    changed_files: int = 0
    head_sha: str = ""
    merge_sha: str | None = None

    def _shared(self) -> Body:
        at, repository = self.updated_at, self.repository
        return {
            "id": self.github_id,
            "number": self.number,
            "state": self.state,
            "locked": False,
            "title": self.title,
            "user": account(self.author, at),
            "body": self.body,
            "created_at": format_instant(self.created_at),
            "updated_at": format_instant(at),
            "closed_at": _maybe(self.closed_at),
            "assignee": None,
            "assignees": [],
            "labels": [label_body(repository, name, at) for name in self.labels],
            "milestone": None,
            "author_association": self.association,
            "active_lock_reason": None,
        }

    def issue(self) -> Body:
        """Write the issue object: an issue's own, or the issue side of a pull request."""
        full_name = self.repository.full_name_at(self.updated_at)
        kind = "pull" if self.is_pull_request else "issues"
        body = self._shared() | {
            "url": f"{_API}/repos/{full_name}/issues/{self.number}",
            "repository_url": f"{_API}/repos/{full_name}",
            "html_url": f"{_WEB}/{full_name}/{kind}/{self.number}",
            "node_id": f"I_{self.github_id:x}",
            "comments": self.comments,
            "performed_via_github_app": None,
            "state_reason": self.state_reason,
        }
        if self.is_pull_request:
            body["draft"] = self.draft
            body["pull_request"] = {
                "url": f"{_API}/repos/{full_name}/pulls/{self.number}",
                "html_url": f"{_WEB}/{full_name}/pull/{self.number}",
                "merged_at": _maybe(self.merged_at),
            }
        return body

    def pull_request(self, *, is_full: bool = True) -> Body:
        """Write the pull request; reviews and review comments carry it without merge and size."""
        at, repository = self.updated_at, self.repository
        full_name = repository.full_name_at(at)
        is_inside = self.author in repository.maintainers or self.author.kind == "Bot"
        head = (
            repository_body(repository, at)
            if is_inside
            else _fork_body(repository, self.author, at)
        )
        body = self._shared() | {
            "url": f"{_API}/repos/{full_name}/pulls/{self.number}",
            "html_url": f"{_WEB}/{full_name}/pull/{self.number}",
            "node_id": f"PR_{self.github_id:x}",
            "merged_at": _maybe(self.merged_at),
            "merge_commit_sha": self.merge_sha,
            "requested_reviewers": [],
            "requested_teams": [],
            "draft": self.draft,
            "head": {
                "label": f"{head['owner']['login']}:change-{self.number}",
                "ref": f"change-{self.number}",
                "sha": self.head_sha,
                "user": head["owner"],
                "repo": head,
            },
            "base": {
                "label": f"{repository.owner.login}:main",
                "ref": "main",
                "sha": f"{repository.github_id:040x}",
                "user": account(repository.owner, at),
                "repo": repository_body(repository, at),
            },
            "auto_merge": None,
        }
        if is_full:
            body |= {
                "merged": self.merged_at is not None,
                "mergeable": None,
                "rebaseable": None,
                "mergeable_state": "unknown",
                "merged_by": account(self.merged_by, at) if self.merged_by else None,
                "comments": self.comments,
                "review_comments": self.review_comments,
                "maintainer_can_modify": not is_inside,
                "commits": self.commits,
                "additions": self.additions,
                "deletions": self.deletions,
                "changed_files": self.changed_files,
            }
        return body


def label_body(repository: Repository, name: str, at: int) -> Body:
    """Write a label of a repository."""
    return {
        "id": _LABEL_IDS + crc32(f"{repository.github_id}:{name}".encode()),
        "url": f"{_API}/repos/{repository.full_name_at(at)}/labels/{name.replace(' ', '%20')}",
        "name": name,
        "color": "ededed",
        "default": False,
        "description": None,
    }


def comment_body(github_id: int, person: Person, at: int, text: str, association: str) -> Body:
    """Write a comment on an issue, on a pull request or on a line of it."""
    return {
        "id": github_id,
        "node_id": f"IC_{github_id:x}",
        "user": account(person, at),
        "created_at": format_instant(at),
        "updated_at": format_instant(at),
        "author_association": association,
        "body": text,
    }


def review_body(
    github_id: int,
    subject: Subject,
    person: Person,
    submitted_at: int,
    state: str,
    association: str,
) -> Body:
    """Write a review of a pull request; `state` in lower case, as archives have it."""
    full_name = subject.repository.full_name_at(subject.updated_at)
    pull_request_url = f"{_API}/repos/{full_name}/pulls/{subject.number}"
    return {
        "id": github_id,
        "node_id": f"PRR_{github_id:x}",
        "user": account(person, subject.updated_at),
        "body": "",
        "commit_id": subject.head_sha,
        "submitted_at": format_instant(submitted_at),
        "state": state,
        "author_association": association,
        "pull_request_url": pull_request_url,
    }


def event_body(kind: str, actor: Person, repository: Repository, at: int, payload: Body) -> Body:
    """Write the envelope that archives put around a payload; ids come when events are sorted."""
    login, full_name = actor.login_at(at), repository.full_name_at(at)
    event: Body = {
        "id": "",
        "type": kind,
        "actor": {
            "id": actor.github_id,
            "login": login,
            "display_login": login.removesuffix("[bot]"),
            "gravatar_id": "",
            "url": f"{_API}/users/{login}",
            "avatar_url": "",
        },
        "repo": {
            "id": repository.github_id,
            "name": full_name,
            "url": f"{_API}/repos/{full_name}",
        },
        "payload": payload,
        "public": True,
        "created_at": format_instant(at),
    }
    if repository.owner.kind == "Organization":
        event["org"] = {
            "id": repository.owner.github_id,
            "login": repository.owner.login,
            "gravatar_id": "",
            "url": f"{_API}/orgs/{repository.owner.login}",
            "avatar_url": "",
        }
    return event


def _maybe(instant: int | None) -> str | None:
    return None if instant is None else format_instant(instant)
