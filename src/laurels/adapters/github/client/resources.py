"""GitHub's REST resources that the client reads, typed and tolerant: unknown fields are ignored."""

from __future__ import annotations

from datetime import datetime

import msgspec

from laurels.adapters.github.payloads import Account

ADMINISTERING = frozenset({"admin", "maintain"})


class Permissions(msgspec.Struct, gc=False):
    """What the asking token may do with a repository."""

    admin: bool = False
    maintain: bool = False
    push: bool = False
    triage: bool = False
    pull: bool = False

    @property
    def role(self) -> str:
        """Return the strongest role in GitHub's words; `none` where there is not even one."""
        ranked = (
            ("admin", self.admin),
            ("maintain", self.maintain),
            ("write", self.push),
            ("triage", self.triage),
            ("read", self.pull),
        )
        return next((name for name, has in ranked if has), "none")


class RepositoryBody(msgspec.Struct, gc=False):
    """A repository as REST shows it."""

    id: int
    node_id: str = ""
    name: str = ""
    full_name: str = ""
    owner: Account | None = None
    private: bool | None = None
    fork: bool | None = None
    archived: bool | None = None
    disabled: bool | None = None
    default_branch: str = ""
    topics: list[str] | None = None
    permissions: Permissions | None = None


class Rights(msgspec.Struct, frozen=True, gc=False):
    """A person's role in a repository: admin, maintain, write, triage, read or none."""

    role: str
    account_id: int | None = None

    @property
    def can_administer(self) -> bool:
        """Tell whether the role is enough to connect the repository."""
        return self.role in ADMINISTERING


class RightsBody(msgspec.Struct, gc=False):
    """A collaborator's permission; `role_name` tells maintain and triage apart."""

    permission: str = "none"
    role_name: str = ""
    user: Account | None = None


class HookConfig(msgspec.Struct, gc=False):
    """Where a hook sends to."""

    url: str = ""


class HookResponse(msgspec.Struct, gc=False):
    """How the last delivery of a hook went."""

    code: int | None = None
    status: str = ""
    message: str | None = None


class Hook(msgspec.Struct, gc=False):
    """A webhook of a repository."""

    id: int
    active: bool = True
    events: list[str] = []
    config: HookConfig = msgspec.field(default_factory=HookConfig)
    last_response: HookResponse | None = None


class HookDelivery(msgspec.Struct, gc=False):
    """One attempt to deliver; several attempts of one delivery share the guid."""

    id: int
    guid: str
    delivered_at: datetime
    redelivery: bool = False
    status: str = ""
    status_code: int = 0
    event: str = ""
    action: str | None = None

    @property
    def is_good(self) -> bool:
        """Tell whether our door took it."""
        return 200 <= self.status_code < 300


class Viewer(msgspec.Struct, gc=False):
    """Whose token it is."""

    id: int
    login: str
    type: str | None = None


class InstallationToken(msgspec.Struct, gc=False):
    """A token of an installation of our GitHub App, good for an hour."""

    token: str
    expires_at: datetime


class Installation(msgspec.Struct, gc=False):
    """An installation of our GitHub App."""

    id: int
    account: Account | None = None
    suspended_at: datetime | None = None
