"""What people do in the world; every act changes it and sends the webhooks GitHub would.

Each act takes the world's lock, so it may be called from any thread. `at` is when it happens
(default: now). Acts raise ValueError for what GitHub would refuse.
"""

from __future__ import annotations

import hashlib
from typing import Any

from laurels.kit.times import format_instant
from laurels.lab.github.post import Post
from laurels.lab.github.shapes import accounts, repositories, threads
from laurels.lab.github.shapes.accounts import Body, Urls
from laurels.lab.github.things import RIGHTS, Account, Comment, Hook, Repository, Review, Thread
from laurels.lab.github.world import World


class Acts:
    """The acts on threads; `places` has those on accounts and repositories."""

    def __init__(self, world: World, post: Post, urls: Urls) -> None:
        """Act in a world, telling its hooks."""
        self.world = world
        self.post = post
        self.urls = urls

    # Pull requests and issues

    def open(
        self,
        place: Repository,
        author: Account,
        title: str,
        *,
        is_pull: bool = True,
        at: int | None = None,
        **about: Any,
    ) -> Thread:
        """Open a pull request (or an issue); `about` sets further fields of the thread."""
        with self.world.lock:
            if place.is_archived or place.is_deleted:
                raise ValueError(f"{place.full_name} takes nothing new")
            at = self._at(at)
            thread = make_thread(self.world, place, author, title, is_pull, at, about)
            self._tell_thread(thread, author, "opened")
            return thread

    def edit(self, thread: Thread, actor: Account, title: str, *, at: int | None = None) -> None:
        """Give a thread another title."""
        with self.world.lock:
            before, thread.title = thread.title, title
            self._touch(thread, at)
            self._tell_thread(thread, actor, "edited", changes={"title": {"from": before}})

    def label(self, thread: Thread, actor: Account, name: str, *, at: int | None = None) -> None:
        """Put a label on a thread, or take it off where it was on."""
        with self.world.lock:
            is_on = name in thread.labels
            (thread.labels.remove if is_on else thread.labels.append)(name)
            self._touch(thread, at)
            shown = threads.label(self.urls, thread.repository, name)
            self._tell_thread(thread, actor, "unlabeled" if is_on else "labeled", label=shown)

    def push(self, thread: Thread, *, at: int | None = None, lines: int = 1) -> None:
        """Push a commit to a pull request."""
        with self.world.lock:
            before = thread.head_sha
            thread.head_sha = _sha("head", before)
            thread.commits += 1
            thread.additions += lines
            self._touch(thread, at)
            author = thread.author or thread.repository.owner
            self._tell_thread(thread, author, "synchronize", before=before, after=thread.head_sha)

    def ready(self, thread: Thread, actor: Account, *, at: int | None = None) -> None:
        """Make a pull request ready for review, or a draft again."""
        with self.world.lock:
            thread.draft = not thread.draft
            self._touch(thread, at)
            action = "converted_to_draft" if thread.draft else "ready_for_review"
            self._tell_thread(thread, actor, action)

    def close(
        self, thread: Thread, actor: Account, *, at: int | None = None, reason: str = "completed"
    ) -> None:
        """Close a thread without merging."""
        with self.world.lock:
            if thread.state != "open":
                raise ValueError("it is closed already")
            self._touch(thread, at)
            thread.state, thread.closed_at, thread.closed_by = "closed", thread.updated_at, actor
            thread.state_reason = None if thread.is_pull else reason
            self._tell_thread(thread, actor, "closed")

    def reopen(self, thread: Thread, actor: Account, *, at: int | None = None) -> None:
        """Open a closed thread again."""
        with self.world.lock:
            if thread.state != "closed" or thread.merged_at is not None:
                raise ValueError("only what is closed and not merged opens again")
            thread.state, thread.closed_at, thread.closed_by = "open", None, None
            thread.state_reason = None if thread.is_pull else "reopened"
            self._touch(thread, at)
            self._tell_thread(thread, actor, "reopened")

    def merge(self, thread: Thread, actor: Account, *, at: int | None = None) -> None:
        """Merge a pull request: `pull_request` closed, then the push to its branch."""
        with self.world.lock:
            if not thread.is_pull or thread.state != "open":
                raise ValueError("only open pull requests are merged")
            place = thread.repository
            self._touch(thread, at)
            thread.state, thread.closed_at, thread.closed_by = "closed", thread.updated_at, actor
            thread.merged_at, thread.merged_by = thread.updated_at, actor
            before, place.head_sha = place.head_sha, _sha("merge", thread.id)
            thread.merge_sha, thread.draft = place.head_sha, False
            if thread.author is not None:
                place.contributors.add(thread.author.id)
            self._tell_thread(thread, actor, "closed")
            self.tell(place, actor, "push", _push(self.urls, thread, actor, before))

    def review(
        self,
        thread: Thread,
        author: Account,
        state: str = "APPROVED",
        *,
        at: int | None = None,
        body: str = "",
    ) -> Review:
        """Submit a review; `state` is APPROVED, CHANGES_REQUESTED or COMMENTED."""
        with self.world.lock:
            self._touch(thread, at)
            number = self.world.next_id("remark")
            when, sha = thread.updated_at, thread.head_sha
            found = Review(number, thread, author, state, when, body, sha)
            thread.reviews.append(found)
            self.world.remarks[number] = found
            self._tell_review(found, author, "submitted")
            return found

    def dismiss(self, found: Review, actor: Account, *, at: int | None = None) -> None:
        """Dismiss a review."""
        with self.world.lock:
            found.state = "DISMISSED"
            self._touch(found.thread, at)
            self._tell_review(found, actor, "dismissed")

    def comment(
        self,
        thread: Thread,
        author: Account,
        text: str,
        *,
        at: int | None = None,
        path: str | None = None,
    ) -> Comment:
        """Comment on a thread; with a path, on a line of a pull request."""
        with self.world.lock:
            self._touch(thread, at)
            number = self.world.next_id("remark")
            found = Comment(number, thread, author, text, thread.updated_at, path)
            thread.comments.append(found)
            self.world.remarks[number] = found
            if path is None:
                body = {
                    "issue": threads.issue(self.urls, thread),
                    "comment": threads.comment(self.urls, found),
                }
                self.tell(thread.repository, author, "issue_comment", body, "created")
            else:
                body = {
                    "comment": threads.review_comment(self.urls, found),
                    "pull_request": threads.simple_pull_request(self.urls, thread),
                }
                self.tell(thread.repository, author, "pull_request_review_comment", body, "created")
            return found

    def delete_issue(self, thread: Thread, actor: Account, *, at: int | None = None) -> None:
        """Delete an issue; GitHub knows it no longer."""
        with self.world.lock:
            if thread.is_pull:
                raise ValueError("pull requests cannot be deleted")
            self._touch(thread, at)
            self._tell_thread(thread, actor, "deleted")
            del thread.repository.threads[thread.number]

    def transfer_issue(
        self, thread: Thread, actor: Account, target: Repository, *, at: int | None = None
    ) -> Thread:
        """Move an issue to another repository, where it gets a new id and number."""
        with self.world.lock:
            self._touch(thread, at)
            about = {"body": thread.body, "labels": list(thread.labels)}
            author = thread.author or actor
            now = thread.updated_at
            moved = make_thread(self.world, target, author, thread.title, False, now, about)
            changes = {
                "new_issue": threads.issue(self.urls, moved),
                "new_repository": repositories.repository(self.urls, target),
            }
            self._tell_thread(thread, actor, "transferred", changes=changes)
            del thread.repository.threads[thread.number]
            return moved

    # Telling

    def hooks_of(self, place: Repository) -> list[Hook]:
        """Return the hooks that hear of a repository: its own, and the App's where installed."""
        found = list(place.hooks.values())
        if self.world.app_hook is not None and self.installation_of(place) is not None:
            found.append(self.world.app_hook)
        return found

    def installation_of(self, place: Repository) -> int | None:
        """Return the installation of the App that covers a repository."""
        for installed in self.world.installations.values():
            if installed.account is place.owner and (
                installed.repositories is None or place.id in installed.repositories
            ):
                return installed.id
        return None

    def _tell_thread(self, thread: Thread, actor: Account, action: str, **more: Any) -> None:
        if thread.is_pull:
            more = {"number": thread.number, **more}
            more["pull_request"] = threads.pull_request(self.urls, thread)
        else:
            more["issue"] = threads.issue(self.urls, thread)
        event = "pull_request" if thread.is_pull else "issues"
        self.tell(thread.repository, actor, event, more, action)

    def _tell_review(self, found: Review, actor: Account, action: str) -> None:
        body = {
            "review": threads.review(self.urls, found, is_webhook=True),
            "pull_request": threads.simple_pull_request(self.urls, found.thread),
        }
        self.tell(found.thread.repository, actor, "pull_request_review", body, action)

    def tell(
        self,
        place: Repository,
        actor: Account,
        event: str,
        body: Body,
        action: str | None = None,
    ) -> None:
        """Send an event of a repository to the hooks that want it."""
        hooks = [hook for hook in self.hooks_of(place) if hook.wants(event)]
        if not hooks:
            return
        payload = self.envelope(place, actor, body, action)
        self.post.emit(hooks, event, payload)

    def envelope(
        self, place: Repository, actor: Account, body: Body, action: str | None = None
    ) -> Body:
        """Put around a body what every event of a repository carries."""
        payload: Body = {"action": action} if action else {}
        payload |= body
        payload["repository"] = repositories.repository(self.urls, place)
        if place.owner.kind == "Organization":
            payload["organization"] = accounts.organisation(self.urls, place.owner)
        payload["sender"] = accounts.account(self.urls, actor)
        installed = self.installation_of(place)
        if installed is not None:
            payload["installation"] = {"id": installed, "node_id": f"MDIz_{installed:x}"}
        return payload

    def _at(self, at: int | None) -> int:
        return self.world.now() if at is None else at

    def _touch(self, thread: Thread, at: int | None) -> None:
        thread.updated_at = max(thread.updated_at, self._at(at))
        thread.repository.updated_at = max(thread.repository.updated_at, thread.updated_at)


def make_thread(
    world: World,
    place: Repository,
    author: Account,
    title: str,
    is_pull: bool,
    at: int,
    about: dict[str, Any],
) -> Thread:
    """Put a thread into the world without telling anybody."""
    number = place.last_number = place.last_number + 1
    found = Thread(world.next_id("thread"), place, number, author, title, at, at, is_pull)
    if is_pull:
        found.head_sha = _sha("head", found.id)
        found.head_branch = f"change-{number}"
        found.base_branch = place.default_branch
        found.additions, found.deletions, found.changed_files = 12, 3, 2
    for name, value in about.items():
        setattr(found, name, value)
    place.threads[number] = found
    world.threads[found.id] = found
    world.by_author.setdefault(author.id, []).append(found)
    return found


def may(place: Repository, person: Account | None, right: str) -> bool:
    """Tell whether somebody has at least this role in a repository."""
    held = place.right_of(person)
    return held is not None and RIGHTS.index(held) >= RIGHTS.index(right)


def _push(urls: Urls, thread: Thread, actor: Account, before: str) -> Body:
    place = thread.repository
    web = f"{urls.web}/{place.full_name}"
    author = thread.author or actor
    who = {"name": author.name or author.login, "email": "", "username": author.login}
    commit = {
        "id": place.head_sha,
        "tree_id": _sha("tree", thread.id),
        "distinct": True,
        "message": f"{thread.title} (#{thread.number})",
        "timestamp": format_instant(thread.updated_at),
        "url": f"{web}/commit/{place.head_sha}",
        "author": who,
        "committer": who,
        "added": [],
        "removed": [],
        "modified": ["README.md"],
    }
    return {
        "ref": f"refs/heads/{place.default_branch}",
        "before": before,
        "after": place.head_sha,
        "pusher": {"name": actor.login, "email": ""},
        "created": False,
        "deleted": False,
        "forced": False,
        "base_ref": None,
        "compare": f"{web}/compare/{before[:12]}...{place.head_sha[:12]}",
        "commits": [commit],
        "head_commit": commit,
    }


def _sha(*parts: object) -> str:
    return hashlib.sha1(":".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()
