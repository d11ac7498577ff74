"""One call to GitHub, with every limit respected: the core under REST and GraphQL.

Guarantee: a call is made only with a permit, outside any cooldown, within the budget less the
reserve, and while the circuit is closed. A limit is never slept out: it raises Postponed with the
instant from which the call may be made, and all workers of all processes learn of it. Errors at
GitHub's end are retried a few times with jitter; a request that could do something twice is not.
Not guaranteed: that the budget is never overdrawn. Calls that run at the same time learn of each
other's cost only when they are answered; the reserve is larger than that.
Clock, chance, pause and transport are given, so that a test decides them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from laurels.adapters.github.client.breaker import Breaker
from laurels.adapters.github.client.etags import Etags, Kept
from laurels.adapters.github.client.judgement import Case, Judgement, judge, whole
from laurels.adapters.github.client.outcomes import (
    Forbidden,
    Missing,
    Postponed,
    Rejected,
    TokenInvalid,
    Unavailable,
)
from laurels.adapters.github.client.shared import (
    Budget,
    SharedState,
    StateAway,
    Token,
    affordable_at,
)
from laurels.kit.clock import Clock

if TYPE_CHECKING:
    import httpx2  # takes time and 10 MB that a process which asks GitHub nothing never needs

API_VERSION: Final = "2022-11-28"
STATE_AWAY_SECONDS: Final = 30
_REDIRECTS = 3
_SAFE = frozenset({"GET", "HEAD", "DELETE", "PUT"})


@dataclass(frozen=True, slots=True)
class Tuning:
    """How patient and how careful the client is; seconds, points and counts."""

    max_retries: int = 2
    permits: int = 2
    permit_seconds: int = 300
    permit_wait_seconds: int = 60
    backoff_base_seconds: int = 5
    backoff_cap_seconds: int = 60
    cooldown_most_seconds: int = 600
    reserve: int = 500


@dataclass(frozen=True, slots=True)
class Call:
    """One request: `is_repeatable` when doing it twice does no more than doing it once."""

    method: str
    url: str
    body: bytes = b""
    resource: str = "core"
    cost: int = 1
    is_repeatable: bool = False
    is_urgent: bool = False
    """Somebody waits for the answer on a page: the reserve is for such calls."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What GitHub answered; header names are lower-case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    at: int


@dataclass(slots=True)
class Core:
    """The pooled connection of a process, and what every call goes through."""

    http: httpx2.Client
    state: SharedState
    clock: Clock
    chance: Callable[[], float]
    pause: Callable[[float], object]
    tuning: Tuning = field(default_factory=Tuning)
    breaker: Breaker = field(default_factory=Breaker)
    etags: Etags = field(default_factory=Etags)
    notice: Callable[[bool, int], None] | None = None
    """Told (is away, when) as the circuit opens, and as GitHub answers again."""
    requests: int = 0
    """How many requests went out since the start, by whatever thread."""
    _strikes: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _here: threading.local = field(default_factory=threading.local)

    @property
    def requests_here(self) -> int:
        """How many requests this thread sent: what one job cost."""
        count: int = getattr(self._here, "requests", 0)
        return count

    def send(self, call: Call, token: Token) -> Answer:
        """Make one call with a token; raises a GitHubFault for every end but a good one."""
        now = self.clock.now()
        if (until := self.breaker.refused_until(now)) is not None:
            raise Postponed(until, "GitHub is away")
        try:
            self._check(call, token, now)
            holder = self._permit(token)
        except StateAway as away:
            # Free permits without the store would let every process hit GitHub at once.
            raise Postponed(now + STATE_AWAY_SECONDS, "no permit: the shared state is away") from (
                away
            )
        try:
            return self._tries(call, token)
        finally:
            self._return(token, holder)

    def close(self) -> None:
        """Close the connections."""
        self.http.close()

    def _check(self, call: Call, token: Token, now: int) -> None:
        standing = self.state.standing(token.key, call.resource, now=now)
        if standing.invalid is not None:
            raise TokenInvalid(standing.invalid)
        reserve = 0 if call.is_urgent else self.tuning.reserve
        wait = affordable_at(standing, call.cost, reserve, now=now)
        if wait is not None:
            raise Postponed(*wait)

    def _permit(self, token: Token) -> str:
        """Take a permit, waiting a little for one: calls are short, rescheduling is not."""
        deadline = self.clock.now() + self.tuning.permit_wait_seconds
        while True:
            now = self.clock.now()
            holder = self.state.permit_take(
                token.key,
                most=self.tuning.permits,
                until=now + self.tuning.permit_seconds,
                now=now,
            )
            if holder is not None:
                return holder
            if now >= deadline:
                raise Postponed(now + 1 + int(self.chance() * 10), "all permits are held")
            self.pause(0.05 + 0.2 * self.chance())

    def _return(self, token: Token, holder: str) -> None:
        try:
            self.state.permit_return(token.key, holder)
        except StateAway:
            # Its own deadline frees it.
            return

    def _tries(self, call: Call, token: Token) -> Answer:
        import httpx2

        for tries_left in reversed(range(self.tuning.max_retries + 1)):
            try:
                answer = self._once(call, token)
            except httpx2.TransportError as error:
                self._note_failure(self.clock.now())
                may_repeat = call.is_repeatable or isinstance(error, httpx2.ConnectError)
                if not (tries_left and may_repeat):
                    raise Unavailable(type(error).__name__) from error
            else:
                verdict = judge(
                    answer.status,
                    answer.headers,
                    answer.body,
                    now=answer.at,
                    is_graphql=call.resource == "graphql",
                )
                # A failure inside one query is about that query; one at HTTP's level, about GitHub.
                if answer.status >= 500:
                    self._note_failure(answer.at)
                elif self.breaker.worked() and self.notice is not None:
                    self.notice(False, answer.at)
                if verdict.case is not Case.TRANSIENT:
                    return self._settled(call, token, answer, verdict)
                if not (tries_left and call.is_repeatable):
                    raise Unavailable(verdict.reason, answer.status)
            self._breathe(self.tuning.max_retries - tries_left)
        raise AssertionError("the last try returns or raises")

    def _note_failure(self, now: int) -> None:
        if self.breaker.failed(now) and self.notice is not None:
            self.notice(True, now)

    def _breathe(self, tries: int) -> None:
        """Wait a moment before the next try: half a second, doubling, spread over its length."""
        self.pause(0.5 * 2**tries * self.chance())

    def _once(self, call: Call, token: Token) -> Answer:
        headers = {
            "authorization": f"Bearer {token.value}",
            # The first is what GitHub recommends, the second what its description names.
            "accept": "application/vnd.github+json, application/json",
            "x-github-api-version": API_VERSION,
        }
        kept = self.etags.get(token.key, call.url) if call.method == "GET" else None
        if kept is not None:
            headers["if-none-match"] = kept.etag
        if call.body:
            headers["content-type"] = "application/json"
        answer = self._followed(call, headers)
        self._note_budget(call, token, answer)
        if answer.status == 304 and kept is not None:
            return Answer(200, {**answer.headers, "link": kept.link}, kept.body, answer.at)
        etag = answer.headers.get("etag")
        if call.method == "GET" and answer.status == 200 and etag:
            link = answer.headers.get("link", "")
            self.etags.put(token.key, call.url, Kept(etag, answer.body, link))
        return answer

    def _followed(self, call: Call, headers: dict[str, str]) -> Answer:
        """Send, and follow what was moved, only within the same origin and only for reading."""
        url = call.url
        for _ in range(_REDIRECTS + 1):
            with self._lock:
                self.requests += 1
            self._here.requests = self.requests_here + 1
            got = self.http.request(call.method, url, content=call.body or None, headers=headers)
            lower = {name.lower(): value for name, value in got.headers.items()}
            answer = Answer(got.status_code, lower, got.content, self.clock.now())
            place = lower.get("location")
            if call.method != "GET" or got.status_code not in (301, 302, 307, 308) or not place:
                break
            target = urljoin(url, place)
            if urlsplit(target)[:2] != urlsplit(call.url)[:2]:
                break
            url = target
        return answer

    def _note_budget(self, call: Call, token: Token, answer: Answer) -> None:
        remaining = whole(answer.headers.get("x-ratelimit-remaining"))
        reset = whole(answer.headers.get("x-ratelimit-reset"))
        if remaining is None or reset is None:
            return
        resource = answer.headers.get("x-ratelimit-resource") or call.resource
        self._share(
            lambda: self.state.budget_note(
                token.key, resource, Budget(remaining, reset), now=answer.at
            )
        )

    def _settled(self, call: Call, token: Token, answer: Answer, verdict: Judgement) -> Answer:
        """Return a good answer; tell the others of a limit, and raise what the answer means."""
        now, case, reason = answer.at, verdict.case, verdict.reason
        if case is Case.ABUSE:
            until = now + self._strike(token)
            self._share(lambda: self.state.cooldown(token.key, until, now=now))
            raise Postponed(until, reason)
        self._strikes.pop(token.key, None)
        if case in (Case.FINE, Case.UNCHANGED):
            return answer
        if case is Case.SECONDARY:
            until = min(verdict.until, now + self.tuning.cooldown_most_seconds)
            self._share(lambda: self.state.cooldown(token.key, until, now=now))
            raise Postponed(until, reason)
        if case is Case.PRIMARY:
            used = Budget(0, verdict.until)
            self._share(lambda: self.state.budget_note(token.key, call.resource, used, now=now))
            raise Postponed(verdict.until, reason)
        if case is Case.UNAUTHORISED:
            self._share(lambda: self.state.invalidate(token.key, reason, now=now))
            raise TokenInvalid(reason)
        if case is Case.HEAVY:
            raise Unavailable(reason, 502)
        if case is Case.MISSING:
            raise Missing(reason)
        if case is Case.FORBIDDEN:
            raise Forbidden(reason)
        raise Rejected(reason, answer.status)

    def _strike(self, token: Token) -> int:
        """Return how long to keep off after a warning: doubling, at most the cap, with jitter."""
        with self._lock:
            strikes = self._strikes[token.key] = self._strikes.get(token.key, 0) + 1
        most = self.tuning.backoff_base_seconds << min(strikes - 1, 16)
        most = min(most, self.tuning.backoff_cap_seconds)
        # Half fixed, half by chance: never at once, never all together.
        return max(1, round(most * (0.5 + 0.5 * self.chance())))

    def _share(self, tell: Callable[[], None]) -> None:
        try:
            tell()
        except StateAway:
            # The next call finds the store away and gets no permit.
            return


def http_client(user_agent: str, transport: httpx2.BaseTransport | None = None) -> httpx2.Client:
    """Make the one pooled HTTP/2 client of a process (57 ms, so not one a call)."""
    import httpx2

    return httpx2.Client(
        http2=True,
        headers={"user-agent": user_agent},
        timeout=httpx2.Timeout(30.0, connect=10.0),
        limits=httpx2.Limits(max_connections=20, max_keepalive_connections=10),
        follow_redirects=False,
        transport=transport,
    )
