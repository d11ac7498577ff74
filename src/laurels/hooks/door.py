"""`POST /webhooks/github`: cap, signature, durable row, 202; nothing is parsed and nobody is asked.

Wrapped around Django's WSGI application and answering before any of it runs. Guarantees: without a
good signature nothing is stored; 202 is said only when the raw bytes are on the disk; what cannot
be stored is answered 5xx inside nine seconds (GitHub gives up after ten); the same delivery again
is 202 again and stored once; the same key with another body is 409 and staff are told.
Not guaranteed: that a stored delivery means anything. The worker finds that out.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from laurels.apps.intake.arrivals import Arrival, Verdict
from laurels.hooks import answers
from laurels.hooks.answers import Answer, Application, Environ, StartResponse
from laurels.hooks.bodies import Bodies, Busy, CutShort, TooLarge
from laurels.hooks.secrets import SecretBook
from laurels.hooks.signatures import is_signed
from laurels.kit.clock import Clock

PATHS = frozenset({"/webhooks/github", "/api/v1/webhooks/github"})
_WORD = re.compile(r"[!-~]{1,100}")
_NUMBER = re.compile(r"[0-9]{1,18}")
_KEPT = {
    "CONTENT_TYPE": "Content-Type",
    "HTTP_USER_AGENT": "User-Agent",
    "HTTP_X_GITHUB_HOOK_INSTALLATION_TARGET_TYPE": "X-GitHub-Hook-Installation-Target-Type",
    "HTTP_X_GITHUB_HOOK_INSTALLATION_TARGET_ID": "X-GitHub-Hook-Installation-Target-ID",
}
_LONGEST_HEADER = 200
_VERDICTS = {
    Verdict.STORED: answers.STORED,
    Verdict.KNOWN: answers.KNOWN,
    Verdict.CONFLICT: answers.CONFLICT,
}


@dataclass(frozen=True, slots=True)
class Door:
    """The door around `inside`, which gets every other path.

    `store` takes an arrival and returns its verdict once that is durable; it raises where it is
    not, and where `secrets` cannot be asked that counts as not stored too. `failed` learns why.
    """

    inside: Application
    secrets: SecretBook
    store: Callable[[Arrival], Verdict]
    clock: Clock
    bodies: Bodies
    failed: Callable[[Exception], None]

    @staticmethod
    def takes(path: str | None) -> bool:
        """Tell whether a request for this path is answered here, not inside."""
        return path in PATHS

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Answer a WSGI request."""
        if not self.takes(environ.get("PATH_INFO")):
            return self.inside(environ, start_response)
        return self._answer(environ).send(start_response)

    def _answer(self, environ: Environ) -> Answer:
        if environ["REQUEST_METHOD"] != "POST":
            return answers.NOT_POST
        try:
            with self.bodies.read(environ) as body:
                return self._take(environ, body)
        except TooLarge:
            return answers.TOO_LARGE
        except Busy:
            return answers.BUSY
        except CutShort:
            return answers.CUT_SHORT
        except Exception as error:
            self.failed(error)
            return answers.NOT_STORED

    def _take(self, environ: Environ, body: bytes) -> Answer:
        hook = environ.get("HTTP_X_GITHUB_HOOK_ID") or "0"
        hook_id = int(hook) if _NUMBER.fullmatch(hook) else 0
        signature = environ.get("HTTP_X_HUB_SIGNATURE_256", "")
        via = None
        known = self.secrets.of(hook_id)
        if is_signed(body, signature, known.own):
            via = known.repository
        elif not is_signed(body, signature, known.program):
            anew = self.secrets.of(hook_id, afresh=True)
            if anew.own == known.own or not is_signed(body, signature, anew.own):
                return answers.BAD_SIGNATURE
            via = anew.repository
        # Only who knows a secret learns what else is wrong.
        if not _NUMBER.fullmatch(hook):
            return answers.bad_header("X-GitHub-Hook-ID")
        guid, event = environ.get("HTTP_X_GITHUB_DELIVERY"), environ.get("HTTP_X_GITHUB_EVENT")
        if not (guid and _WORD.fullmatch(guid)):
            return answers.bad_header("X-GitHub-Delivery")
        if not (event and _WORD.fullmatch(event)):
            return answers.bad_header("X-GitHub-Event")
        arrival = Arrival(
            hook_id=hook_id,
            guid=guid,
            event=event,
            headers=_kept(environ),
            body=body,
            sha256=hashlib.sha256(body).hexdigest(),
            via=via,
            received_at=self.clock.now(),
        )
        return _VERDICTS[self.store(arrival)]


def _kept(environ: Environ) -> str:
    kept = {name: environ[key][:_LONGEST_HEADER] for key, name in _KEPT.items() if environ.get(key)}
    return json.dumps(kept)  # ASCII only, so that any byte a server passes on can be stored


def wrap(
    inside: Application,
    *,
    secrets: SecretBook,
    store: Callable[[Arrival], Verdict],
    clock: Clock,
    failed: Callable[[Exception], None],
) -> Callable[[Environ, StartResponse], Iterable[bytes]]:
    """Return `inside` with the door in front."""
    return Door(inside, secrets, store, clock, Bodies(), failed)
