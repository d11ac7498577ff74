"""Sending webhooks: real HTTP to loopback, signed as GitHub signs, tried once.

Guarantee: each emitted event makes one delivery for each hook that wants it, all under one GUID,
in the order of emission when there is one thread. Not guaranteed, as at GitHub: that it arrives.
Nothing is sent again by itself; `redeliver` sends what is less than three days old once more under
its old GUID. `mishaps` spoils the next deliveries, one word each: "lose" (never sent, not even
listed), "twice", "hold" (kept until `release`, which sends what it holds last first), "ok".
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import queue
import threading
import time
from collections import deque
from urllib.parse import urlsplit

from laurels.lab.github.shapes.accounts import Body
from laurels.lab.github.things import Hook, Sent
from laurels.lab.github.world import World

TIMEOUT_SECONDS = 10.0
_GRACE_SECONDS = 1.0
KEPT_SECONDS = 3 * 86_400
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_KEPT_CHARACTERS = 2_000


class Post:
    """Takes events, keeps the list of deliveries and sends them from its own threads."""

    def __init__(self, world: World, threads: int = 1) -> None:
        """Begin without threads; `start` makes them."""
        self.world = world
        self.mishaps: deque[str] = deque()
        self.timeout_seconds = TIMEOUT_SECONDS
        self._threads = threads
        self._running: list[threading.Thread] = []
        self._waiting: queue.SimpleQueue[Sent | None] = queue.SimpleQueue()
        self._held: list[Sent] = []
        self._idle = threading.Condition()
        self._pending = 0
        self._is_ending = False

    def start(self) -> None:
        """Begin to send."""
        for number in range(self._threads):
            thread = threading.Thread(target=self._work, name=f"post-{number}", daemon=True)
            thread.start()
            self._running.append(thread)

    def stop(self) -> None:
        """End; what is being sent has a moment, what waits is never sent.

        Who is told to end together with us answers no more: nobody waits for that.
        """
        self._is_ending = True
        for _ in self._running:
            self._waiting.put(None)
        for thread in self._running:
            thread.join(_GRACE_SECONDS)
        self._running.clear()

    def drain(self, timeout_seconds: float = 30.0) -> bool:
        """Wait until nothing is on its way; False when the time is over."""
        with self._idle:
            return self._idle.wait_for(lambda: self._pending == 0, timeout_seconds)

    def emit(self, hooks: list[Hook], event: str, payload: Body) -> list[Sent]:
        """Send an event to the hooks that want it; the world's lock is held."""
        return self.emit_raw(
            hooks,
            event,
            json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode(),
            action=payload.get("action"),
            repository=(payload.get("repository") or {}).get("id"),
        )

    def emit_raw(
        self,
        hooks: list[Hook],
        event: str,
        body: bytes,
        *,
        action: str | None = None,
        repository: int | None = None,
        guid: str | None = None,
    ) -> list[Sent]:
        """Send bytes as they are, for recorded bodies; a GUID may be given to repeat one."""
        made: list[Sent] = []
        for hook in hooks:
            if not hook.wants(event):
                continue
            number = self.world.next_id("sent")
            guid = guid or guid_of(self.world.salt, number)
            sent = Sent(number, guid, hook, event, action, body, self.world.now())
            sent.repository = repository
            sent.headers = headers_of(sent)
            made.append(sent)
            mishap = self.mishaps.popleft() if self.mishaps else "ok"
            if mishap == "lose":
                continue
            hook.sent.append(sent)
            self.world.sent[number] = sent
            if mishap == "hold":
                self._held.append(sent)
                continue
            for _ in range(2 if mishap == "twice" else 1):
                self._put(sent)
        return made

    def redeliver(self, sent: Sent) -> Sent:
        """Send a delivery again under its GUID; raises ValueError when it is too old."""
        if self.world.now() - sent.delivered_at > KEPT_SECONDS:
            raise ValueError("deliveries can be sent again for three days only")
        again = Sent(
            id=self.world.next_id("sent"),
            guid=sent.guid,
            hook=sent.hook,
            event=sent.event,
            action=sent.action,
            body=sent.body,
            delivered_at=self.world.now(),
            is_redelivery=True,
            repository=sent.repository,
        )
        again.headers = headers_of(again)
        sent.hook.sent.append(again)
        self.world.sent[again.id] = again
        self._put(again)
        return again

    def release(self) -> None:
        """Send what was held, the newest first."""
        held, self._held = self._held, []
        for sent in reversed(held):
            self._put(sent)

    def _put(self, sent: Sent) -> None:
        with self._idle:
            self._pending += 1
        self._waiting.put(sent)

    def _work(self) -> None:
        lines: dict[str, http.client.HTTPConnection] = {}
        while (sent := self._waiting.get()) is not None and not self._is_ending:
            started = time.monotonic()
            try:
                sent.status_code, sent.answer = self._deliver(sent, lines)
                sent.status = "OK" if sent.status_code < 400 else "Invalid HTTP Response"
            except TimeoutError:
                sent.status_code, sent.status = 504, "timed out"
            except (OSError, http.client.HTTPException, ValueError) as error:
                sent.status_code, sent.status = 502, f"failed to connect to host: {error}"
            sent.duration_seconds = time.monotonic() - started
            with self._idle:
                self._pending -= 1
                self._idle.notify_all()
        for line in lines.values():
            line.close()

    def _deliver(self, sent: Sent, lines: dict[str, http.client.HTTPConnection]) -> tuple[int, str]:
        address = urlsplit(sent.hook.url)
        if address.scheme != "http" or address.hostname not in _LOOPBACK:
            raise ValueError("the stand-in delivers to this machine only, over http")
        place = f"{address.path or '/'}{'?' + address.query if address.query else ''}"
        line = lines.get(address.netloc)
        is_reused = line is not None and line.sock is not None
        if line is None:
            line = http.client.HTTPConnection(address.netloc, timeout=self.timeout_seconds)
            lines[address.netloc] = line
        try:
            return _ask(line, place, sent)
        except (ConnectionError, http.client.BadStatusLine):
            line.close()
            if not is_reused:
                raise
            return _ask(line, place, sent)  # the door had closed an idle line: not an attempt
        except BaseException:
            line.close()
            raise


def guid_of(salt: str, number: int) -> str:
    """Give the GUID of a delivery."""
    digits = hashlib.sha256(f"delivery:{salt}:{number}".encode()).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:32]}"


def headers_of(sent: Sent) -> dict[str, str]:
    """Return the headers GitHub sends; signatures only where the hook has a secret."""
    hook = sent.hook
    kind = "repository" if hook.repository else "integration"
    target = hook.repository.id if hook.repository else hook.id
    headers = {
        "Accept": "*/*",
        "Content-Type": "application/json",
        "User-Agent": "GitHub-Hookshot/0a1b2c3",
        "X-GitHub-Delivery": sent.guid,
        "X-GitHub-Event": sent.event,
        "X-GitHub-Hook-ID": str(hook.id),
        "X-GitHub-Hook-Installation-Target-ID": str(target),
        "X-GitHub-Hook-Installation-Target-Type": kind,
    }
    if hook.secret:
        headers |= signatures(hook.secret, sent.body)
    return headers


def signatures(secret: str, body: bytes) -> dict[str, str]:
    """Sign a body as GitHub does."""
    key = secret.encode()
    return {
        "X-Hub-Signature": f"sha1={hmac.new(key, body, hashlib.sha1).hexdigest()}",
        "X-Hub-Signature-256": f"sha256={hmac.new(key, body, hashlib.sha256).hexdigest()}",
    }


def _ask(line: http.client.HTTPConnection, place: str, sent: Sent) -> tuple[int, str]:
    line.request("POST", place, body=sent.body, headers=sent.headers)
    answer = line.getresponse()
    text = answer.read().decode("utf-8", "replace")
    return answer.status, text[:_KEPT_CHARACTERS]
