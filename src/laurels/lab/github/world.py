"""The world of the stand-in: who and what there is, and under which names they are found.

Names are history, as at GitHub: a renamed repository is found under its old name until somebody
takes that name, and a freed login belongs to whoever comes next. Ids are given once. Every read
and change happens under `lock` (the doors take it for each request).
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count

from laurels.lab.github.things import (
    Account,
    Comment,
    Grant,
    Hook,
    Installation,
    OAuthApp,
    Repository,
    Review,
    Sent,
    Thread,
)

# Accounts and repositories stay inside 32 bits, since GraphQL shows no other id of them; threads,
# reviews and comments are beyond, as GitHub's newer ones are.
_ACCOUNT_IDS = 2_000_000_001
_REPOSITORY_IDS = 2_100_000_001
_THREAD_IDS = 9_400_000_001
_REMARK_IDS = 9_500_000_001
_HOOK_IDS = 600_000_001
_SENT_IDS = 170_000_000_001
_OTHER_IDS = 80_000_001

Node = Account | Repository | Thread | Review | Comment


class World:
    """Accounts, repositories and what happened in them; `clock` gives instants."""

    def __init__(self, clock: Callable[[], int] = lambda: int(time.time()), salt: str = "") -> None:
        """Begin empty; tokens and GUIDs follow from the salt (by default, from chance)."""
        self.clock = clock
        self.salt = salt or secrets.token_hex(8)
        self.lock = threading.RLock()
        self.accounts: dict[int, Account] = {}
        self.repositories: dict[int, Repository] = {}
        self.threads: dict[int, Thread] = {}
        self.remarks: dict[int, Review | Comment] = {}
        self.by_author: dict[int, list[Thread]] = {}
        self.hooks: dict[int, Hook] = {}
        self.sent: dict[int, Sent] = {}
        self.grants: dict[str, Grant] = {}
        self.apps: dict[str, OAuthApp] = {}
        self.installations: dict[int, Installation] = {}
        self.app_hook: Hook | None = None
        self.app_keys: dict[str, str] = {}
        self._logins: dict[str, int] = {}
        self._names: dict[str, int] = {}
        self._ids = {
            name: count(first)
            for name, first in (
                ("account", _ACCOUNT_IDS),
                ("repository", _REPOSITORY_IDS),
                ("thread", _THREAD_IDS),
                ("remark", _REMARK_IDS),
                ("hook", _HOOK_IDS),
                ("sent", _SENT_IDS),
                ("other", _OTHER_IDS),
            )
        }

    def now(self) -> int:
        """Return the instant it is in this world."""
        return self.clock()

    def next_id(self, kind: str) -> int:
        """Give an id that was never given before."""
        return next(self._ids[kind])

    def token_text(self, prefix: str, *parts: object) -> str:
        """Make a text that looks like a token and was never made before."""
        seed = ":".join(map(str, (prefix, self.next_id("other"), self.salt, *parts)))
        return prefix + hashlib.sha256(seed.encode()).hexdigest()[:36]

    # Names

    def take_login(self, account: Account, login: str) -> None:
        """Give an account a login; raises ValueError where somebody has it."""
        held = self._logins.get(login.lower())
        if held is not None and held != account.id:
            raise ValueError(f"login {login} is taken")
        self.free_login(account)
        account.login = login
        self._logins[login.lower()] = account.id

    def free_login(self, account: Account) -> None:
        """Take an account's login away, for anybody to have."""
        if self._logins.get(account.login.lower()) == account.id:
            del self._logins[account.login.lower()]

    def account(self, login: str) -> Account | None:
        """Return who has a login now."""
        held = self._logins.get(login.lower())
        return None if held is None else self.accounts[held]

    def point(self, full_name: str, repository: Repository) -> None:
        """Let a name lead to a repository from now on; an older owner of the name loses it."""
        self._names[full_name.lower()] = repository.id

    def forget(self, repository: Repository) -> None:
        """Let no name lead to a repository any more."""
        for name in [name for name, held in self._names.items() if held == repository.id]:
            del self._names[name]

    def repository(self, full_name: str) -> Repository | None:
        """Return the repository that a name, or one it had before, leads to now."""
        held = self._names.get(full_name.lower())
        return None if held is None else self.repositories[held]

    # Reading

    def node(self, node_id: str) -> Node | None:
        """Return what a global id names, or None where that is gone."""
        prefix, _, digits = node_id.partition("_")
        try:
            number = int(digits, 16)
        except ValueError:
            return None
        found: Node | None = None
        if prefix in ("U", "O"):
            found = self.accounts.get(number)
        elif prefix == "R":
            found = self.repositories.get(number)
        elif prefix in ("PR", "I"):
            found = self.threads.get(number)
        elif prefix in ("PRR", "IC", "PRRC"):
            found = self.remarks.get(number)
        if found is None or found.node_id != node_id or _is_gone(found):
            return None
        return found

    def grant(self, token: str) -> Grant | None:
        """Return what a token stands for while it is good."""
        found = self.grants.get(token)
        if found is None or found.is_revoked:
            return None
        if found.expires_at is not None and found.expires_at <= self.now():
            return None
        return None if found.account is not None and found.account.is_deleted else found

    def may_see(self, grant: Grant | None, repository: Repository) -> bool:
        """Tell whether a token (None: nobody) may see a repository."""
        if repository.is_deleted:
            return False
        if grant is not None and grant.installation is not None:
            where = self.installations[grant.installation]
            covered = where.account is repository.owner and (
                where.repositories is None or repository.id in where.repositories
            )
            return covered or not repository.is_private
        return repository.right_of(grant.account if grant else None) is not None

    def living(self) -> Iterator[Repository]:
        """Go through the repositories that were not deleted."""
        return (found for found in self.repositories.values() if not found.is_deleted)

    def token_for(
        self,
        account: Account,
        scopes: tuple[str, ...] = ("read:user", "repo", "admin:repo_hook"),
        *,
        expires_in: int | None = None,
    ) -> str:
        """Give a token of a person without a sign-in, for tests."""
        token = self.token_text("gho_", account.id)
        ends = None if expires_in is None else self.now() + expires_in
        self.grants[token] = Grant(token, account, scopes, ends)
        return token

    def app_add(self, client_id: str, client_secret: str, **about: object) -> OAuthApp:
        """Register an application that may sign people in."""
        app = OAuthApp(client_id, client_secret)
        for name, value in about.items():
            setattr(app, name, value)
        self.apps[client_id] = app
        return app

    def register_app(self, app_id: str, public_key: str) -> None:
        """Know a GitHub App by its public key (PEM): what it signs is believed from now on."""
        self.app_keys[app_id] = public_key

    def install(self, account: Account, repositories: set[int] | None = None) -> Installation:
        """Install the App on an account."""
        found = Installation(self.next_id("other"), account, self.now(), repositories)
        self.installations[found.id] = found
        return found


def _is_gone(found: Node) -> bool:
    if isinstance(found, Account):
        return found.is_deleted
    if isinstance(found, Repository):
        return found.is_deleted
    thread = found if isinstance(found, Thread) else found.thread
    return thread.repository.is_deleted or thread.number not in thread.repository.threads
