"""What the world of the stand-in is made of: accounts, repositories, threads, reviews, hooks.

Everything is mutable and is changed only while the world's lock is held. Instants are whole
seconds since 1970 UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

RIGHTS = ("pull", "triage", "push", "maintain", "admin")
"""The roles in a repository, weakest first."""


@dataclass(slots=True, eq=False)
class Account:
    """A person, an organisation or a robot; `members` (of an organisation) maps ids to roles."""

    id: int
    login: str
    kind: str
    created_at: int
    name: str | None = None
    emails: tuple[str, ...] = ()
    is_deleted: bool = False
    members: dict[int, str] = field(default_factory=dict)

    @property
    def node_id(self) -> str:
        """Return the global id of GraphQL."""
        return f"{'O' if self.kind == 'Organization' else 'U'}_{self.id:x}"


@dataclass(slots=True, eq=False)
class Review:
    """A review of a pull request; `state` is upper case as in GraphQL."""

    id: int
    thread: Thread
    author: Account | None
    state: str
    submitted_at: int
    body: str = ""
    commit: str = ""

    @property
    def node_id(self) -> str:
        """Return the global id of GraphQL."""
        return f"PRR_{self.id:x}"


@dataclass(slots=True, eq=False)
class Comment:
    """A comment on a thread, or (with a path) on a line of a pull request."""

    id: int
    thread: Thread
    author: Account | None
    body: str
    created_at: int
    path: str | None = None
    review: int | None = None

    @property
    def node_id(self) -> str:
        """Return the global id of GraphQL."""
        return f"{'PRRC' if self.path else 'IC'}_{self.id:x}"


@dataclass(slots=True, eq=False)
class Thread:
    """A pull request or an issue; they share a repository's numbers."""

    id: int
    repository: Repository
    number: int
    author: Account | None
    title: str
    created_at: int
    updated_at: int
    is_pull: bool
    body: str | None = None
    draft: bool = False
    state: str = "open"
    closed_at: int | None = None
    closed_by: Account | None = None
    state_reason: str | None = None
    merged_at: int | None = None
    merged_by: Account | None = None
    merge_sha: str | None = None
    head_sha: str = "0" * 40
    head_branch: str = ""
    base_branch: str = "main"
    additions: int = 0
    deletions: int = 0
    changed_files: int = 0
    commits: int = 1
    labels: list[str] = field(default_factory=list)
    assignees: list[Account] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)

    @property
    def node_id(self) -> str:
        """Return the global id of GraphQL."""
        return f"{'PR' if self.is_pull else 'I'}_{self.id:x}"


@dataclass(slots=True, eq=False)
class Sent:
    """One attempt to deliver a webhook, as the hook's list of deliveries shows it."""

    id: int
    guid: str
    hook: Hook
    event: str
    action: str | None
    body: bytes
    delivered_at: int
    is_redelivery: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    status: str = "pending"
    status_code: int = 0
    duration_seconds: float = 0.0
    answer: str = ""
    repository: int | None = None


@dataclass(slots=True, eq=False)
class Hook:
    """A webhook of a repository, or of the App where there is no repository."""

    id: int
    repository: Repository | None
    url: str
    secret: str
    events: list[str]
    created_at: int
    updated_at: int
    is_active: bool = True
    sent: list[Sent] = field(default_factory=list)

    def wants(self, event: str) -> bool:
        """Tell whether an event is sent to this hook."""
        return self.is_active and (event == "ping" or "*" in self.events or event in self.events)


@dataclass(slots=True, eq=False)
class Repository:
    """A repository; `rights` maps ids of accounts to roles beside the owner's own."""

    id: int
    name: str
    owner: Account
    created_at: int
    updated_at: int
    description: str | None = None
    is_private: bool = False
    is_fork: bool = False
    is_archived: bool = False
    is_deleted: bool = False
    default_branch: str = "main"
    languages: dict[str, int] = field(default_factory=dict)
    topics: list[str] = field(default_factory=list)
    rights: dict[int, str] = field(default_factory=dict)
    threads: dict[int, Thread] = field(default_factory=dict)
    hooks: dict[int, Hook] = field(default_factory=dict)
    last_number: int = 0
    head_sha: str = "1" * 40
    contributors: set[int] = field(default_factory=set)

    @property
    def full_name(self) -> str:
        """Return owner and name as they are now."""
        return f"{self.owner.login}/{self.name}"

    @property
    def node_id(self) -> str:
        """Return the global id of GraphQL."""
        return f"R_{self.id:x}"

    @property
    def language(self) -> str | None:
        """Return the language with the most bytes."""
        return max(self.languages, key=lambda name: self.languages[name], default=None)

    def right_of(self, account: Account | None) -> str | None:
        """Return an account's role here; everybody may read what is public."""
        if account is None:
            return None if self.is_private else "pull"
        if account is self.owner or self.owner.members.get(account.id) == "admin":
            return "admin"
        default = None if self.is_private else "pull"
        return self.rights.get(account.id, default)


@dataclass(slots=True, eq=False)
class Grant:
    """What a token stands for: an account (or an App's installation), scopes and an end."""

    token: str
    account: Account | None
    scopes: tuple[str, ...] = ()
    expires_at: int | None = None
    installation: int | None = None
    is_revoked: bool = False
    budgets: dict[str, list[int]] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Installation:
    """The App on an account: which repositories it may see (None: all of the account's)."""

    id: int
    account: Account
    created_at: int
    repositories: set[int] | None = None
    is_suspended: bool = False


@dataclass(slots=True, eq=False)
class OAuthApp:
    """An application that may sign people in; `callback` empty allows any loopback address."""

    client_id: str
    client_secret: str
    name: str = "Laurels"
    callback: str = ""
    has_expiring_tokens: bool = False
    slug: str = "laurels"
    id: int = 1
    extra: dict[str, Any] = field(default_factory=dict)
