"""Facts about accounts, gathered by account before any row is read.

Order does not matter: the newest fact names the login (in one second the greater login by bytes),
the kind is the most telling one ever given, and the rest are logins that the account had.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from laurels.domain.lifecycle.facts import PersonFact
from laurels.domain.lifecycle.fold import WITHHELD

BOT = "Bot"
_KINDS = {"": 0, "User": 1, "Mannequin": 2, "Organization": 3, BOT: 9}


class Sighting:
    """What is known of one account, from facts or from its row."""

    __slots__ = ("at", "first_at", "kind", "login", "others")

    def __init__(self, at: int, login: str, kind: str, first_at: int) -> None:
        self.at = at
        self.login = login
        self.kind = kind
        self.first_at = first_at
        self.others: dict[str, tuple[int, str]] | None = None

    def meet(self, at: int, login: str, kind: str, first_at: int) -> None:
        """Learn one more fact."""
        if first_at < self.first_at:
            self.first_at = first_at
        if kind and kind != self.kind:
            self.kind = telling(self.kind, kind)
        if login == self.login:
            if at > self.at:
                self.at = at
            return
        older = (at, login)
        if older > (self.at, self.login):
            older, self.at, self.login = (self.at, self.login), at, login
        self._add(older)

    def learn(self, other: Sighting) -> None:
        """Learn all that another sighting of the same account knows."""
        self.meet(other.at, other.login, other.kind, other.first_at)
        for older in (other.others or {}).values():
            self._add(older)

    def history(self) -> dict[str, tuple[int, str]]:
        """Return when each login was last seen, by login key; empty where there is but one."""
        now = self.login.casefold()
        others = {key: seen for key, seen in (self.others or {}).items() if key != now}
        return {**others, now: (self.at, self.login)} if others else {}

    def _add(self, older: tuple[int, str]) -> None:
        if self.others is None:
            self.others = {}
        key = older[1].casefold()
        if key and older > self.others.get(key, (-1, "")):
            self.others[key] = older


def telling(kind: str, other: str) -> str:
    """Return the kind of account that says more: a robot, an organisation, … a user, nothing."""
    return max(kind, other, key=lambda one: (_KINDS.get(one, 4), one))


def gather(facts: Iterable[PersonFact]) -> dict[int, Sighting]:
    """Return one sighting for each account; facts about nobody (WITHHELD) are dropped."""
    # Most facts say again what others said at another time, so only those times are compared.
    spans: dict[tuple[int, str, str | None], tuple[int, int]] = {}
    for fact in facts:
        said, at = (fact.github_id, fact.login, fact.kind), fact.at
        span = spans.get(said)
        if span is None:
            spans[said] = (at, at)
        elif at > span[1]:
            spans[said] = (span[0], at)
        elif at < span[0]:
            spans[said] = (at, span[1])
    seen: dict[int, Sighting] = {}
    for (github_id, login, kind), (first_at, at) in spans.items():
        sighting = seen.get(github_id)
        if sighting is None:
            seen[github_id] = Sighting(at, login, kind or "", first_at)
        else:
            sighting.meet(at, login, kind or "", first_at)
    seen.pop(WITHHELD, None)
    return seen


def is_robot(kind: str, login: str, bot_logins: Collection[str]) -> bool:
    """Tell whether an account is a robot; `bot_logins` are casefolded."""
    key = login.casefold()
    return kind == BOT or key.endswith("[bot]") or key in bot_logins
