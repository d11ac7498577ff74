"""Which secrets may sign a hook's deliveries, remembered for a few seconds.

A hook of a registered repository has secrets of its own; every other hook, a GitHub App's among
them, is signed with the program's (LAURELS_GITHUB_WEBHOOK_SECRET, several while rotating).
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

REMEMBERED_SECONDS = 5.0
_MOST_REMEMBERED = 10_000

Own = tuple[int | None, tuple[bytes, ...]]
"""(GitHub id of the hook's repository, its secrets); (None, ()) for a hook that is not ours."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secrets of one hook; `repository` is whose own they are."""

    repository: int | None
    own: tuple[bytes, ...]
    program: tuple[bytes, ...]


class SecretBook:
    """Looks secrets up with `look`, which may raise; what it said is good for five seconds.

    A signature that none of them made is a reason to ask `afresh`: the hook may have been made, or
    its secret changed, a moment ago, and GitHub never sends again by itself. Forgers gain nothing:
    hook ids can be invented, and each invented one is looked up too.
    While the database is away, what was known before goes on holding: a revoked secret is then
    refused a little later, and no honest delivery is.
    """

    def __init__(
        self,
        program: tuple[bytes, ...],
        look: Callable[[int], Awaitable[Own]],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.program = program
        self._look = look
        self._monotonic = monotonic
        self._known: dict[int, tuple[float, Own]] = {}

    async def of(self, hook_id: int, *, afresh: bool = False) -> Secrets:
        """Return the secrets of a hook; 0 stands for a sender that named none."""
        own: Own = await self._own(hook_id, afresh) if hook_id else (None, ())
        return Secrets(own[0], own[1], self.program)

    async def _own(self, hook_id: int, afresh: bool) -> Own:
        known = self._known.get(hook_id)
        now = self._monotonic()
        if known is not None and now < known[0] and not afresh:
            return known[1]
        try:
            own = await self._look(hook_id)
        except Exception:
            if known is None:
                raise
            own = known[1]
        if len(self._known) >= _MOST_REMEMBERED:  # hook ids are not signed: anybody may invent
            self._known.clear()
        self._known[hook_id] = (now + REMEMBERED_SECONDS, own)
        return own
