"""Acts on accounts and repositories: made, renamed, transferred, hidden, deleted, made again."""

from __future__ import annotations

from typing import Any

from laurels.lab.github.acts import Acts
from laurels.lab.github.shapes import accounts, repositories
from laurels.lab.github.shapes.accounts import Body
from laurels.lab.github.things import Account, Hook, Repository

ZEN = "Practicality beats purity."


class Places:
    """The acts that change who there is, what there is and who may do what."""

    def __init__(self, acts: Acts) -> None:
        """Act in the world that `acts` acts in."""
        self.acts = acts
        self.world = acts.world
        self.urls = acts.urls

    def account(self, login: str, kind: str = "User", **about: Any) -> Account:
        """Make an account; a freed login may be taken again, by another id."""
        with self.world.lock:
            found = Account(self.world.next_id("account"), login, kind, self.world.now(), login)
            found.emails = (f"{login}@users.example",) if kind == "User" else ()
            for name, value in about.items():
                setattr(found, name, value)
            self.world.take_login(found, login)
            self.world.accounts[found.id] = found
            return found

    def rename_account(self, account: Account, login: str) -> None:
        """Give an account another login; the old one is free at once."""
        with self.world.lock:
            before = account.login
            self.world.take_login(account, login)
            for place in self.world.living():
                if place.owner is account:
                    self.world.point(place.full_name, place)
            if account.kind == "Organization":
                body: Body = {"changes": {"login": {"from": before}}}
                self.tell_group(account, account, body, "renamed")

    def delete_account(self, account: Account) -> None:
        """Delete an account: its login is free, what it wrote has no author any more."""
        with self.world.lock:
            self.world.free_login(account)
            account.is_deleted = True

    def repository(self, owner: Account, name: str, **about: Any) -> Repository:
        """Make a repository; the name of a deleted or renamed one may be taken again."""
        with self.world.lock:
            full_name, now = f"{owner.login}/{name}", self.world.now()
            held = self.world.repository(full_name)
            if held is not None and held.full_name.lower() == full_name.lower():
                raise ValueError(f"{full_name} is there already")
            found = Repository(self.world.next_id("repository"), name, owner, now, now)
            for field, value in about.items():
                setattr(found, field, value)
            self.world.repositories[found.id] = found
            self.world.point(full_name, found)
            return found

    def rename(self, place: Repository, actor: Account, name: str) -> None:
        """Rename a repository; the old name leads to it until somebody takes it."""
        with self.world.lock:
            before, place.name = place.name, name
            self._moved(place)
            self._tell(place, actor, "renamed", {"repository": {"name": {"from": before}}})

    def transfer(self, place: Repository, actor: Account, owner: Account) -> None:
        """Give a repository to another owner."""
        with self.world.lock:
            before, place.owner = place.owner, owner
            self._moved(place)
            shown = accounts.account(self.urls, before)
            # GitHub says `organization` where one gave it away; its schema knows `user` alone.
            kind = "organization" if before.kind == "Organization" else "user"
            self._tell(place, actor, "transferred", {"owner": {"from": {kind: shown}}})

    def hide(self, place: Repository, actor: Account, *, is_private: bool = True) -> None:
        """Make a repository private, or public."""
        with self.world.lock:
            place.is_private = is_private
            place.updated_at = self.world.now()
            self._tell(place, actor, "privatized" if is_private else "publicized")

    def archive(self, place: Repository, actor: Account, *, is_archived: bool = True) -> None:
        """Archive a repository, or bring it back."""
        with self.world.lock:
            place.is_archived = is_archived
            place.updated_at = self.world.now()
            self._tell(place, actor, "archived" if is_archived else "unarchived")

    def delete(self, place: Repository, actor: Account) -> None:
        """Delete a repository; its hooks hear of it and are gone."""
        with self.world.lock:
            self._tell(place, actor, "deleted")
            place.is_deleted = True
            self.world.forget(place)
            for number in place.hooks:
                self.world.hooks.pop(number, None)

    def allow(self, place: Repository, actor: Account, person: Account, right: str | None) -> None:
        """Give somebody a role in a repository, or (None) take it away."""
        with self.world.lock:
            if right is None:
                place.rights.pop(person.id, None)
                action = "removed"
            else:
                action = "edited" if person.id in place.rights else "added"
                place.rights[person.id] = right
            body: Body = {"member": accounts.account(self.urls, person)}
            if action == "added":
                body["changes"] = {"permission": {"to": "admin" if right == "admin" else "write"}}
            if action == "edited":
                body["changes"] = {"old_permission": {"from": "read"}}
            self.acts.tell(place, actor, "member", body, action)

    def join(self, group: Account, person: Account, role: str | None = "member") -> None:
        """Let somebody into an organisation, or (None) out."""
        with self.world.lock:
            held = group.members.pop(person.id, "member")
            if role is not None:
                group.members[person.id] = role
            body: Body = {
                "membership": {
                    "url": f"{self.urls.api}/orgs/{group.login}/memberships/{person.login}",
                    "state": "active",
                    "role": role or held,
                    "organization_url": f"{self.urls.api}/orgs/{group.login}",
                    "user": accounts.account(self.urls, person),
                }
            }
            action = "member_removed" if role is None else "member_added"
            self.tell_group(group, person, body, action)

    def hook(
        self,
        place: Repository,
        url: str,
        secret: str,
        events: list[str],
        *,
        is_pinged: bool = True,
    ) -> Hook:
        """Make a hook on a repository and ping it, as GitHub does."""
        with self.world.lock:
            now = self.world.now()
            found = Hook(self.world.next_id("hook"), place, url, secret, events, now, now)
            place.hooks[found.id] = found
            self.world.hooks[found.id] = found
            if is_pinged:
                self.ping(found)
            return found

    def app_hook(self, url: str, secret: str) -> Hook:
        """Let the App hear of everything in its installations."""
        with self.world.lock:
            now = self.world.now()
            found = Hook(self.world.next_id("hook"), None, url, secret, ["*"], now, now)
            self.world.app_hook = found
            self.world.hooks[found.id] = found
            return found

    def ping(self, hook: Hook) -> None:
        """Send a ping to a hook."""
        with self.world.lock:
            shown = repositories.hook(self.urls, hook)
            payload: Body = {"zen": ZEN, "hook_id": hook.id, "hook": shown}
            if hook.repository is not None:
                place = hook.repository
                payload["repository"] = repositories.repository(self.urls, place)
                payload["sender"] = accounts.account(self.urls, place.owner)
            self.acts.post.emit([hook], "ping", payload)

    def tell_group(self, group: Account, actor: Account, body: Body, action: str) -> None:
        """Tell the App's hook (the only one that hears it here) of an organisation."""
        hook = self.world.app_hook
        if hook is None:
            return
        payload = {"action": action, **body}
        payload["organization"] = accounts.organisation(self.urls, group)
        payload["sender"] = accounts.account(self.urls, actor)
        self.acts.post.emit([hook], "organization", payload)

    def revoke(self, person: Account) -> None:
        """Take back what somebody allowed the application: tokens end, the App hears of it."""
        with self.world.lock:
            for grant in self.world.grants.values():
                if grant.account is person:
                    grant.is_revoked = True
            if self.world.app_hook is not None:
                sender = accounts.account(self.urls, person)
                payload = {"action": "revoked", "sender": sender}
                self.acts.post.emit([self.world.app_hook], "github_app_authorization", payload)

    def _moved(self, place: Repository) -> None:
        place.updated_at = self.world.now()
        self.world.point(place.full_name, place)

    def _tell(
        self, place: Repository, actor: Account, action: str, changes: Body | None = None
    ) -> None:
        body = {"changes": changes} if changes else {}
        self.acts.tell(place, actor, "repository", body, action)
