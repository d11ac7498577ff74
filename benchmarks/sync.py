"""A person's thousand pull requests in two hundred repositories, 200 ms a request.

ours       `laurels sync user`: windows by date, a hundred a page, languages nested or batched
yardstick  as a careful team reads them first, and wave-metrics does: search page by page with a
           cursor, a window a month, then the languages of each repository

Against the stand-in GitHub over real HTTP on loopback, which waits before each answer. The answer
is the pull requests (repository, number, merged when) and the languages of each repository.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from benchmarks.harness import OURS, YARDSTICK, Contender, Path, Target, faster
from benchmarks.options import Options
from benchmarks.scratch import EMPTY, Scratch, digest

ENGINES = ("sqlite", "postgres")
NOW = 1_790_000_000
LATENCY_SECONDS = 0.2
SYNC = "sync"
_DAY = 86_400
_MONTHS = 36
_PAGE = 100
_LOGIN = "carl"
_SEARCH = """query($query: String!, $after: String) {
 search(type: ISSUE, query: $query, first: 100, after: $after) {
  pageInfo { hasNextPage endCursor }
  nodes { ... on PullRequest { number mergedAt repository { nameWithOwner } } } } }"""
_LANGUAGES = """query($owner: String!, $name: String!) {
 repository(owner: $owner, name: $name) {
  languages(first: 100) { edges { size node { name } } } } }"""


def run(scratch: Scratch, options: Options) -> list[Path]:
    """Measure a first sync, and count what it asked."""
    from laurels.lab.github.server import StandIn

    pulls, repositories = (60, 12) if options.is_quick else (1_000, 200)
    with StandIn(clock=lambda: NOW) as github:
        town = _Town(scratch, github, pulls, repositories)
        github.faults.latency_seconds = 0.0 if options.is_quick else LATENCY_SECONDS
        contenders = [
            Contender(OURS, {SYNC: town.ours}, lambda _: town.answer_ours(), town.open),
            Contender(YARDSTICK, {SYNC: town.yardstick}, lambda _: town.answer_yardstick()),
        ]
        path = Path(
            "sync of a person", scratch.engine,
            f"{pulls:,} pull requests in {repositories} repositories", town.sha256, contenders,
            (faster(SYNC, 15), _at_most_requests(town)),
        )  # fmt: skip
        path.measure(options.rounds)
        path.notes.append(
            f"requests: {OURS} {town.asked[OURS]}, {YARDSTICK} {town.asked[YARDSTICK]}"
        )
        town.close()
    return [path]


def _at_most_requests(town: _Town) -> Target:
    return Target("requests ≤ 30", lambda _: town.asked[OURS], at_most=30)


class _Town:
    """The stand-in's world and the two ways of reading it."""

    def __init__(self, scratch: Scratch, github: Any, pulls: int, repositories: int) -> None:
        from laurels.lab.github.acts import make_thread

        self.scratch, self.github = scratch, github
        self.asked: dict[str, int] = {}
        self._read: dict[str, list[Any]] = {}
        places = github.places
        group, author = places.account("harbour", "Organization"), places.account(_LOGIN)
        homes = [
            places.repository(group, f"ship-{number:03}", languages={"Python": number + 1, "C": 7})
            for number in range(repositories)
        ]
        begins = NOW - (_MONTHS - 1) * 30 * _DAY
        made = []
        for number in range(pulls):
            at = begins + number * ((NOW - _DAY - begins) // pulls)
            about = {"state": "closed", "merged_at": at + 500, "closed_at": at + 500}
            about |= {"merged_by": author, "updated_at": at + 500}
            home = homes[number % repositories]
            thread = make_thread(github.world, home, author, f"Change {number}", True, at, about)
            made.append((home.full_name, thread.number, thread.merged_at))
        self.sha256 = digest(made)
        self.token = github.world.token_for(author)
        self._core: Any = None

    def open(self) -> None:
        """Begin a program on an empty database, with a client that has asked nothing yet."""
        from laurels.adapters.github.client import Core, Tuning, http_client
        from laurels.apps.audit.actors import SYSTEM
        from laurels.apps.intake.services.sync.shared import DatabaseState
        from laurels.apps.scoring.services import program_init
        from laurels.kit.clock import ManualClock

        self.close()
        self.scratch.restore(EMPTY)
        program_init("fair", now=NOW - 2_000 * _DAY, acting=SYSTEM)
        self._clock, self._state = ManualClock(NOW), DatabaseState()
        self._core = Core(
            http_client("benchmarks"), self._state, self._clock, lambda: 0.5, _no_pause, Tuning()
        )

    def close(self) -> None:
        """Close the client."""
        if self._core is not None:
            self._core.close()
            self._core = None

    def _count(self, who: str, before: int) -> None:
        self.asked[who] = self.github.faults.count(method="POST") - before

    def ours(self) -> None:
        from laurels.adapters.github.client import GitHub, Pool, Token
        from laurels.apps.audit.actors import SYSTEM
        from laurels.apps.intake.services.sync import Wanted, sync

        before = self.github.faults.count(method="POST")
        client = GitHub(self._core, Pool((Token(self.token),), self._state), self.github.api)
        synced = sync(
            "user", _LOGIN, github=client, clock=self._clock, acting=SYSTEM, wanted=Wanted()
        )
        if synced.gaps:
            raise RuntimeError(f"gaps: {synced.open_gaps}")
        self._count(OURS, before)

    def answer_ours(self) -> dict[str, str]:
        from laurels.apps.intake.models_sync import RepositoryLanguages, SyncedPull

        rows = SyncedPull.objects.values_list("repository_github_id", "number", "merged_at")
        kept = RepositoryLanguages.objects.values_list("github_id", "languages")
        names = {one.id: one.full_name for one in self.github.world.repositories.values()}
        return {
            "pull requests": digest((names[home], *rest) for home, *rest in rows),
            "languages": digest(
                (names[home], sorted(json.loads(text).items())) for home, text in kept
            ),
        }

    def yardstick(self) -> None:
        """One page after the other, one repository after the other."""
        before = self.github.faults.count(method="POST")
        pulls: list[Any] = []
        for first, last in _months():
            span = f"{_date(first)}..{_date(last)}"
            query, after = f"type:pr author:{_LOGIN} created:{span}", None
            while True:
                found = self._ask(_SEARCH, query=query, after=after)["search"]
                pulls += [
                    (one["repository"]["nameWithOwner"], one["number"], _instant(one["mergedAt"]))
                    for one in found["nodes"]
                ]
                after = found["pageInfo"]["endCursor"]
                if not found["pageInfo"]["hasNextPage"]:
                    break
        languages = []
        for home in sorted({one[0] for one in pulls}):
            owner, name = home.split("/")
            edges = self._ask(_LANGUAGES, owner=owner, name=name)["repository"]["languages"]
            sizes = {edge["node"]["name"]: edge["size"] for edge in edges["edges"]}
            languages.append((home, sorted(sizes.items())))
        self._read = {"pull requests": pulls, "languages": languages}
        self._count(YARDSTICK, before)

    def _ask(self, document: str, /, **variables: Any) -> Any:
        from urllib.request import Request, urlopen

        body = json.dumps({"query": document, "variables": variables}).encode()
        headers = {"Authorization": f"bearer {self.token}", "Content-Type": "application/json"}
        with urlopen(Request(self.github.graphql, body, headers), timeout=30) as answer:
            found = json.load(answer)
        if "errors" in found:
            raise RuntimeError(found["errors"])
        return found["data"]

    def answer_yardstick(self) -> dict[str, str]:
        return {name: digest(rows) for name, rows in self._read.items()}


def _no_pause(seconds: float) -> None:
    raise RuntimeError(f"the client wanted to wait {seconds} s")


def _months() -> Iterator[tuple[int, int]]:
    """Yield windows of thirty days up to now, ends included."""
    for number in range(_MONTHS, 0, -1):
        yield NOW - number * 30 * _DAY, NOW - (number - 1) * 30 * _DAY - 1


def _date(instant: int) -> str:
    from laurels.kit.times import format_instant

    return format_instant(instant)


def _instant(text: str) -> int:
    from laurels.kit.times import parse_instant

    return parse_instant(text)
