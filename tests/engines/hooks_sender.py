"""A sender of signed deliveries that, unlike GitHub, repeats what was not answered."""

from __future__ import annotations

import hmac
import http.client
import json
import random
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.fakes import archive
from tests.fakes.webhooks import from_archive

SECRET = b"a-secret-for-tests"
REPOSITORY = archive.repository(4_001, "acme/widgets")
PEOPLE = [archive.account(700 + number) for number in range(24)]


@dataclass(frozen=True)
class Post:
    """One delivery ready to be sent."""

    guid: str
    event: str
    body: bytes
    hook_id: int = 9

    def headers(self, secret: bytes = SECRET) -> dict[str, str]:
        """Return GitHub's headers, signed."""
        return {
            "Content-Type": "application/json",
            "User-Agent": "GitHub-Hookshot/044aadd",
            "X-GitHub-Hook-ID": str(self.hook_id),
            "X-GitHub-Event": self.event,
            "X-GitHub-Delivery": self.guid,
            "X-Hub-Signature-256": "sha256=" + hmac.digest(secret, self.body, "sha256").hex(),
        }


def posts(pull_requests: int, prefix: str = "d") -> list[Post]:
    """Return the deliveries of so many pull requests: opened, reviewed, merged, in drawn order."""
    made = []
    at = archive.NOON
    for number in range(1, pull_requests + 1):
        author, reviewer = PEOPLE[number % 24], PEOPLE[(number + 7) % 24]
        opened = archive.pull_request(number, author, created_at=at, repo=REPOSITORY)
        done = archive.pull_request(
            number, author, created_at=at, merged_at=at + 900, merged_by=reviewer, repo=REPOSITORY
        )
        made += [
            archive.pull_request_event("opened", opened, author, at, REPOSITORY),
            archive.review_event(
                opened, "approved", reviewer, at + 500, review_id=number, repo=REPOSITORY
            ),
            archive.pull_request_event("closed", done, reviewer, at + 900, REPOSITORY),
        ]
        at += 3_600
    random.Random(1).shuffle(made)
    found = []
    for number, event in enumerate(made):
        received = from_archive(event, {REPOSITORY["id"]: REPOSITORY})
        assert received is not None
        body = json.loads(received.body) | {"installation_note": "x" * 2_000}
        found.append(Post(f"{prefix}-{number:06}", received.event, json.dumps(body).encode()))
    return found


def send(address: str, post: Post, *, timeout: float = 15.0, secret: bytes = SECRET) -> int:
    """Send one delivery on a connection of its own; return the status."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
    try:
        connection.request("POST", "/webhooks/github", post.body, post.headers(secret))
        return connection.getresponse().status
    finally:
        connection.close()


@dataclass
class Sender:
    """Threads that send a list, each delivery until it is answered 202, whatever happens."""

    waiting: list[Post]
    address: str = ""
    pause: float = 0.0
    answered: list[str] = field(default_factory=list)
    refused: list[tuple[str, int]] = field(default_factory=list)
    broken: int = 0
    first_at: float | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _threads: list[threading.Thread] = field(default_factory=list)
    _stop: bool = False

    def start(self, threads: int) -> None:
        """Begin."""
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(threads)]
        for thread in self._threads:
            thread.start()

    def aim(self, address: str) -> None:
        """Send there from now on, and note when the first answer comes."""
        with self._lock:
            self.address, self.first_at = address, None

    def wait_for_answers(self, count: int, within: float = 120) -> None:
        """Return once so many are answered, or nothing is left to send."""
        deadline = time.monotonic() + within
        while self.waiting and len(self.answered) < count:
            assert time.monotonic() < deadline, f"{len(self.answered)} of {count} are answered"
            time.sleep(0.002)

    def finish(self, timeout: float) -> bool:
        """Wait until all is answered; tell whether it was."""
        deadline = time.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._stop = True
        return not any(thread.is_alive() for thread in self._threads)

    def stop(self) -> None:
        """Send no more; wait for what is under way."""
        self._stop = True
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while not self._stop:
            with self._lock:
                if not self.waiting:
                    return
                post, address = self.waiting.pop(), self.address
            try:
                status = send(address, post)
            except (OSError, http.client.HTTPException):
                status = 0
            with self._lock:
                if status == 202:
                    self.answered.append(post.guid)
                    if self.first_at is None and address == self.address:
                        self.first_at = time.monotonic()
                elif status:
                    self.refused.append((post.guid, status))
                else:
                    self.broken += 1
                if status != 202:
                    self.waiting.insert(0, post)
            time.sleep(self.pause if status == 202 else 0.02)
