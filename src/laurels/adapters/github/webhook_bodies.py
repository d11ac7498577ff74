"""Bodies of webhooks, typed: the fields that Laurels takes of the events it handles.

One type serves all handled events, because GitHub gives a key the same meaning in each of them;
which keys an event must have is in `webhook_shapes`. Unknown fields never break.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from laurels.adapters.github.payloads import Account, Number, Payload, Repository


class HookRepository(Repository, gc=False):
    """The repository of a webhook; a push writes its times as numbers."""

    default_branch: str | None = None
    master_branch: str | None = None
    updated_at: datetime | int | None = None
    pushed_at: datetime | int | None = None


class Organization(msgspec.Struct, gc=False):
    """The organisation that a webhook speaks of."""

    id: Number
    login: str = ""


class Membership(msgspec.Struct, gc=False):
    """Who came to or left an organisation."""

    user: Account | None = None


class InstalledRepository(msgspec.Struct, gc=False):
    """A repository that an installation of the App may read."""

    id: Number


class Installation(msgspec.Struct, gc=False):
    """An installation of the App; only events about installations tell its account."""

    id: Number
    account: Account | None = None


class Commit(msgspec.Struct, gc=False):
    """A pushed commit."""

    id: str
    message: str = ""


class Changed(msgspec.Struct, gc=False):
    """A value that was something else before."""

    to: str | None = None


class Changes(msgspec.Struct, gc=False):
    """What an edit changed: of a member, the permission they have now."""

    permission: Changed | None = None


class WebhookBody(Payload, gc=False):
    """The body of any handled event; what its event must have is checked beforehand."""

    repository: HookRepository | None = None
    organization: Organization | None = None
    sender: Account | None = None
    installation: Installation | None = None
    member: Account | None = None
    membership: Membership | None = None
    repositories: list[InstalledRepository] = []
    repositories_added: list[InstalledRepository] = []
    repositories_removed: list[InstalledRepository] = []
    changes: Changes | None = None
    hook_id: Number | None = None
    ref: str = ""
    after: str = ""
    forced: bool = False
    deleted: bool = False
    commits: list[Commit] = []
